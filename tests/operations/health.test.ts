import { afterEach, expect, test } from "bun:test";
import postgres from "postgres";
import { withDatabase } from "../../scripts/postgres.ts";
import { TZDATA_VERSION } from "../../src/availability/zone.ts";
import { newId } from "../../src/db/id.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const host = await makeHost(world);

const promised = (queue: string, dueAt: string, outcome: string | null = null) =>
  world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at, done_at, outcome)
     values ($1, $2, 'WELCOME', $3, $4::text::timestamptz, case when $5::text is null then null else now() end, $5)`,
    [newId(), queue, host.id, dueAt, outcome],
  );

afterEach(() => world.db.run("delete from outbox", []).then(() => {}));

test("GET /health says that process and database are alive", async () => {
  const { status, body } = await api("GET", "/health");
  expect(status).toBe(200);
  expect(body).toEqual({
    status: "OK",
    uptime: expect.any(Number),
    timestamp: "2026-11-22T10:00:00Z",
    environment: "test",
  });
  expect(body.uptime).toBeGreaterThanOrEqual(0);
});

test("GET /health/ready tells of database, queue, zone data and mail", async () => {
  const { status, body } = await api("GET", "/health/ready");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: "OK",
    database: { ok: true, version: expect.stringMatching(/^\d+/) },
    queue: { ok: true, backend: "postgres", duePromises: 0, lagSeconds: 0 },
    tzdata: { ok: true, version: TZDATA_VERSION },
    email: { provider: "mock" },
  });
  const vancouver = body.tzdata.canaries.find(
    ({ zone }: { zone: string }) => zone === "America/Vancouver",
  );
  expect(vancouver).toMatchObject({ ok: true });
  expect(body.tzdata.canaries.length).toBeGreaterThan(3);
});

test("promises that wait longer than two minutes show that no worker keeps up; it is ready all the same", async () => {
  await promised("emails", "2026-11-22T09:59:00Z");
  await promised("webhooks", "2026-11-22T09:59:30Z");
  await promised("emails", "2026-11-22T10:00:01Z");
  await promised("emails", "2026-11-22T08:00:00Z", "done");
  const soon = await api("GET", "/health/ready");
  expect(soon.body.queue).toMatchObject({
    ok: true,
    backend: "postgres",
    duePromises: 2,
    lagSeconds: 60,
  });
  const byName = (name: string) =>
    soon.body.queue.queues.find((each: { name: string }) => each.name === name);
  expect(byName("emails")).toMatchObject({ due: 1, lagSeconds: 60, failed: 0 });
  expect(byName("webhooks")).toMatchObject({ due: 1, lagSeconds: 30 });
  expect(byName("sms")).toMatchObject({ due: 0, lagSeconds: 0 });

  await promised("sms", "2026-11-22T09:57:59Z");
  const late = await api("GET", "/health/ready");
  expect(late.status).toBe(200);
  expect(late.body.queue).toMatchObject({
    ok: false,
    backend: "postgres",
    duePromises: 3,
    lagSeconds: 121,
  });
});

test("without its database it is neither alive nor ready, and both again afterwards", async () => {
  const gone = await testWorld();
  const ask = client(gone);
  const name = new URL(gone.config.DATABASE_URL).pathname.slice(1);
  const outside = postgres(withDatabase(gone.config.DATABASE_URL, "postgres"), { max: 1 });
  expect((await ask("GET", "/health")).status).toBe(200);
  await outside.unsafe(`alter database ${name} allow_connections false`);
  await outside.unsafe(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
    [name],
  );

  const alive = await eventually(async () => {
    const answer = await ask("GET", "/health");
    expect(answer.status).toBe(503);
    return answer;
  });
  expect(alive.headers.get("content-type")).toContain("application/problem+json");
  expect(alive.headers.get("retry-after")).toBe("1");
  expect(alive.body).toMatchObject({ status: 503, code: "unavailable" });
  const ready = await ask("GET", "/health/ready");
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({
    status: "UNAVAILABLE",
    database: { ok: false, version: null },
    queue: { ok: false, duePromises: null, lagSeconds: null },
    tzdata: { ok: true },
  });

  await outside.unsafe(`alter database ${name} allow_connections true`);
  await eventually(async () => {
    expect((await ask("GET", "/health")).status).toBe(200);
    expect((await ask("GET", "/health/ready")).status).toBe(200);
  });
  await outside.end({ timeout: 1 });
});

test("the state of every queue is read, also of one added later", async () => {
  const { QUEUES } = await import("../../src/jobs.ts");
  for (const queue of QUEUES.filter((each) => each !== "reminders"))
    await promised(queue, "2026-11-22T09:59:59Z");
  const { body } = await api("GET", "/health/ready");
  expect(body.queue.duePromises).toBe(QUEUES.length - 1);
});

test("a process that was asked to stop is not ready any more, and answers still", async () => {
  world.life.isStopping = true;
  const ready = await api("GET", "/health/ready");
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({ status: "UNAVAILABLE", isStopping: true });
  expect((await api("GET", "/health")).status).toBe(200);
  world.life.isStopping = false;
  expect((await api("GET", "/health/ready")).status).toBe(200);
});

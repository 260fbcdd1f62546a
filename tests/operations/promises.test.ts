import { beforeEach, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { type Host, makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { onPostgres } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";
import { settled } from "../worker/support/settled.ts";

const world = await testWorld();
const api = client(world);
let admin: Host;
const ids: Record<string, string> = {};

async function promised(name: string, queue: string, outcome: string | null, error: string | null) {
  ids[name] = newId();
  await world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at, attempts, last_error, done_at, outcome, created_at)
     values ($1, $2, 'WELCOME', $3, '2026-11-22T11:00:00Z', 2, $5,
       case when $4::text is null then null else timestamptz '2026-11-22T09:30:00Z' end, $4, '2026-11-21T09:00:00Z')`,
    [ids[name], queue, admin.id, outcome, error],
  );
}

beforeEach(async () => {
  await world.db.run("delete from outbox", []);
  admin = await makeHost(world, { role: "admin" });
  await promised("lost", "emails", "failed", "550 no such mailbox");
  await promised("troubled", "webhooks", null, "500");
  await promised("kept", "emails", "done", null);
  await promised("open", "emails", null, null);
});

const list = async (query = "") =>
  (await api("GET", `/operations/promises${query}`, { token: admin.token })).body.data.map(
    ({ id }: { id: string }) => Object.keys(ids).find((name) => ids[name] === id),
  );

test("an administrator sees what failed, for good and for now, and nothing else", async () => {
  expect((await list()).sort()).toEqual(["lost", "troubled"]);
  expect(await list("?state=failed")).toEqual(["lost"]);
  expect(await list("?state=RETRYING")).toEqual(["troubled"]);
  expect(await list("?state=failed&queue=webhooks")).toEqual([]);
  expect((await api("GET", "/operations/promises?state=x", { token: admin.token })).status).toBe(
    422,
  );
  const { body } = await api("GET", "/operations/promises?state=failed", { token: admin.token });
  expect(body.data[0]).toMatchObject({
    queue: "emails",
    state: "failed",
    lastError: "550 no such mailbox",
    attempts: 2,
    dueAt: null,
    failedAt: "2026-11-22T09:30:00Z",
  });
});

test("members and strangers see none and retry none", async () => {
  const member = await makeHost(world);
  const retry = `/operations/promises/${ids["lost"]}/retry`;
  for (const [token, status] of [
    [member.token, 403],
    [undefined, 401],
  ] as const) {
    expect((await api("GET", "/operations/promises", { token })).status).toBe(status);
    expect((await api("POST", retry, { token })).status).toBe(status);
  }
});

test("what failed is tried again under the same id and audited; what stands is not", async () => {
  const retry = (id: string) =>
    api("POST", `/operations/promises/${id}/retry`, { token: admin.token });
  const { status, body } = await retry(`${ids["lost"]}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: ids["lost"], state: "retrying", dueAt: "2026-11-22T10:00:00Z" });
  // It is due: somebody may have it in hand.
  expect((await retry(`${ids["lost"]}`)).body.code).toBe("promise_stands");
  expect((await retry(`${ids["troubled"]}`)).body).toMatchObject({
    id: ids["troubled"],
    dueAt: "2026-11-22T10:00:00Z",
  });
  expect((await retry(`${ids["kept"]}`)).body.code).toBe("promise_stands");
  expect((await retry(newId())).status).toBe(404);
  const noted = await world.db.run(
    "select actor_id, metadata from audit_log where action = 'PROMISE_RETRIED' and actor_id = $1",
    [admin.id],
  );
  expect(noted).toHaveLength(2);
  expect(noted[0]).toMatchObject({ actorId: admin.id, metadata: { promiseId: ids["lost"] } });
});

test("a promise that is tried again by hand is kept by the worker", async () => {
  await using house = await openHouse(onPostgres);
  const boss = await makeHost(house.world, { role: "admin" });
  const id = await house.promise({});
  await house.world.db.run(
    "update outbox set attempts = 9, outcome = 'failed', done_at = now(), created_at = '2026-11-01T00:00:00Z' where id = $1",
    [id],
  );
  await house.api("POST", `/operations/promises/${id}/retry`, { token: boss.token });
  await house.work();
  expect(await settled(house)).toMatchObject([{ id, outcome: "done", attempts: 10 }]);
  expect((await house.mails()).map((mail) => mail.id)).toEqual([id]);
});

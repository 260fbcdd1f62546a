import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { backend as makeBackend } from "../../worker/queue.ts";
import { rhythmOf } from "../../worker/rhythm.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost } from "../support/make.ts";
import { findRedis, startRedis } from "../support/redis.ts";
import { client, testWorld } from "../support/world.ts";
import { onEachBackend, onPostgres } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";

const TOKEN = "a-token-for-whoever-measures";
const world = await testWorld({ METRICS_TOKEN: TOKEN });
const api = client(world);

test("GET /metrics counts what is due, late, tried again and failed, by queue", async () => {
  const host = await makeHost(world);
  const promised = (queue: string, dueAt: string, error: string | null, doneAt: string | null) =>
    world.db.run(
      `insert into outbox (id, queue, kind, user_id, due_at, last_error, done_at, outcome)
       values ($1, $2, 'WELCOME', $3, $4::text::timestamptz, $5, $6::text::timestamptz,
         case when $6::text is not null then 'failed' end)`,
      [newId(), queue, host.id, dueAt, error, doneAt],
    );
  await promised("emails", "2026-11-22T09:58:00Z", null, null);
  await promised("emails", "2026-11-22T10:05:00Z", "451 later", null);
  await promised("emails", "2026-11-22T09:00:00Z", "550 no", "2026-11-22T09:00:00Z");
  await promised("webhooks", "2026-11-20T09:00:00Z", "550 no", "2026-11-20T09:00:00Z");

  const { status, text, headers } = await api("GET", "/metrics", { token: TOKEN });
  expect(status).toBe(200);
  expect(headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const lines = text.split("\n");
  for (const line of [
    "# TYPE kalends_promises_due gauge",
    'kalends_promises_due{queue="emails"} 1',
    'kalends_promises_due{queue="sms"} 0',
    'kalends_promises_lag_seconds{queue="emails"} 120',
    'kalends_promises_retrying{queue="emails"} 1',
    'kalends_promises_failed{queue="emails"} 1',
    'kalends_promises_failed{queue="webhooks"} 1',
    'kalends_promises_failed_24h{queue="emails"} 1',
    'kalends_promises_failed_24h{queue="webhooks"} 0',
  ])
    expect(lines).toContain(line);
});

test("they say how calendars stand: how many fail, and since when one waits", async () => {
  const host = await makeHost(world);
  const [one, two] = [newId(), newId()];
  await world.db.run(
    `with n as (
       insert into calendar_connections (id, user_id, provider, account_id, account, credentials, status, failing_since)
       values ($1, $3, 'google', 'a', '', '', 'stale', now()), ($2, $3, 'google', 'b', '', '', 'needs_reauth', now())
     ), c as (
       insert into calendars (id, connection_id, user_id, external_id, name, can_write, failing_since)
       values ($1, $1, $3, 'a', '', true, now()), ($2, $2, $3, 'b', '', true, null)
     )
     insert into outbox (id, queue, kind, subject_id, user_id, due_at, created_at)
     values ($1, 'calendar-sync', 'calendar.sync', $1, $3, '2026-11-22T11:00:00Z', '2026-11-22T09:45:00Z')`,
    [one, two, host.id],
  );
  const lines = (await api("GET", "/metrics", { token: TOKEN })).text.split("\n");
  for (const line of [
    "kalends_calendars_failing 1",
    "kalends_calendars_unreachable 1",
    "kalends_calendars_needing_reauth 1",
    "kalends_calendar_sync_lag_seconds 900",
  ])
    expect(lines).toContain(line);
});

onEachBackend("GET /metrics", (backend) => {
  test("counts the jobs of each queue by state", async () => {
    await using house = await openHouse(backend, { env: { METRICS_TOKEN: TOKEN } });
    const make = makeBackend(house.world, rhythmOf(house.world.config), 1);
    const emails = make.queue("emails");
    const job = { name: "emails", data: { outboxId: newId(), attempt: 1 } };
    await emails.addBulk([job, job, { ...job, opts: { delay: 60_000 } }]);
    // The first look opens the queues, on a busy machine for longer than it waits for them.
    const lines = await eventually(async () => {
      const { text } = await house.api("GET", "/metrics", { token: TOKEN });
      expect(text).toContain("kalends_queues_up 1\n");
      return text.split("\n");
    });
    for (const line of [
      'kalends_jobs{queue="emails",state="waiting"} 2',
      'kalends_jobs{queue="emails",state="delayed"} 1',
      'kalends_jobs{queue="emails",state="active"} 0',
      'kalends_jobs{queue="emails",state="failed"} 0',
      'kalends_jobs{queue="webhooks",state="waiting"} 0',
    ])
      expect(lines).toContain(line);
    await emails.close();
    await make.close();
    await house.world.queues.close();
  });
});

const redisTest = findRedis() ? test : test.skip;
const why = findRedis() ? "" : ": skipped, no redis-server on the PATH";

redisTest(`Redis that hangs or is away costs the jobs' figures, and no more${why}`, async () => {
  const redis = await startRedis();
  const env = { METRICS_TOKEN: TOKEN, REDIS_URL: redis.url };
  await using house = await openHouse({ ...onPostgres, env: () => env });
  const look = async () => (await house.api("GET", "/metrics", { token: TOKEN })).text;
  await eventually(async () => expect(await look()).toContain("kalends_queues_up 1"));
  redis.pause();
  const blind = await look();
  expect(blind).toContain("kalends_queues_up 0");
  expect(blind).toContain('kalends_promises_due{queue="emails"} 0');
  expect(blind).not.toContain("kalends_jobs{");
  redis.resume();
  await redis.stop();
  expect(await look()).toContain("kalends_queues_up 0");
  await house.world.queues.close();
});

test("nobody reads them without the token, nor where none is set", async () => {
  expect((await api("GET", "/metrics")).status).toBe(401);
  expect((await api("GET", "/metrics", { token: `${TOKEN}r` })).status).toBe(401);
  const closed = client(await testWorld());
  expect((await closed("GET", "/metrics", { token: TOKEN })).status).toBe(404);
});

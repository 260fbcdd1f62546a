import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

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

test("nobody reads them without the token, nor where none is set", async () => {
  expect((await api("GET", "/metrics")).status).toBe(401);
  expect((await api("GET", "/metrics", { token: `${TOKEN}r` })).status).toBe(401);
  const closed = client(await testWorld());
  expect((await closed("GET", "/metrics", { token: TOKEN })).status).toBe(404);
});

// What webhooks cost the database where there are many of them: pages looked at, not time.
import { expect, test } from "bun:test";
import claimDueWebhooksText from "#sql/webhooks/claim_due_webhooks.sql" with { type: "text" };
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

// One connection, so that it knows its catalogs when it is measured.
const world = await testWorld({ DATABASE_POOL_SIZE: "1" });
const sql = (text: string, ...values: unknown[]) => world.db.run(text, values as never[]);

/** Pages that a statement looks at, once it is planned. */
async function buffers(text: string, ...values: unknown[]): Promise<number> {
  await sql(`explain ${text}`, ...values);
  const rows = await sql(`explain (analyze, buffers, format json) ${text}`, ...values);
  const [[{ Plan: plan }]] = Object.values(rows[0]!) as [[{ Plan: Record<string, number> }]];
  return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
}

test("of 20,000 endpoints and as many promises behind one that hangs, little is read", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const { body } = await book(client(world), type, "2026-11-23T10:00:00Z");
  await sql(
    `insert into users (id, email, username, first_name)
     select gen_random_uuid(), 'm' || n || '@example.com', 'many-' || n, 'Many' from generate_series(1, 5000) n`,
  );
  await sql(
    `insert into webhook_endpoints (id, owner_id, url, events, secret)
     select gen_random_uuid(), id, 'https://example.com/', '["booking.created"]', ''
     from users, generate_series(1, 4) where username like 'many-%' or id = $1`,
    host.id,
  );
  await sql("analyze");
  const subscribers = "select webhook_endpoints_of($1, 'booking.created', null)";
  expect(await sql(subscribers, body.booking.id)).toHaveLength(4);
  expect(await buffers(subscribers, body.booking.id)).toBeLessThan(100);

  await sql(
    `insert into outbox (id, queue, kind, endpoint_id, due_at)
     select gen_random_uuid(), 'webhooks', 'webhook.ping', id, '2026-11-01' from webhook_endpoints limit 50`,
  );
  await sql(
    `insert into outbox (id, queue, kind, endpoint_id, due_at, booking_id, version)
     select gen_random_uuid(), 'webhooks', 'booking.created', e.id, '2026-11-01', $2::uuid, 1
     from (select id from webhook_endpoints where owner_id = $1 limit 1) e, generate_series(1, 20000)`,
    host.id,
    body.booking.id,
  );
  await sql("analyze");
  const now = world.now();
  const claimed = [now, now.add({ seconds: 120 }), 5, 100];
  expect(await buffers(claimDueWebhooksText, ...claimed)).toBeLessThan(5000);
  expect(await buffers(claimDueWebhooksText, ...claimed)).toBeLessThan(2000);
});

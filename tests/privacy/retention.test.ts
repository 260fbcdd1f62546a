import { expect, test } from "bun:test";
import { keepEventPartitions } from "../../src/analytics/retention.ts";
import { RETENTION, sweepOld } from "../../src/privacy/retention.ts";
import { startTimers } from "../../worker/timers.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { tracesOf } from "./support/traces.ts";

const count = async (world: TestWorld, table: string): Promise<number> =>
  (await world.db.run(`select count(*)::int as n from ${table}`, []))[0]?.["n"] as number;

/** Something of everything that is not kept for ever. */
async function lived(world: TestWorld) {
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-24T09:00:00Z", {
    guest: { name: "Old Canaryguest", email: "old.canary@guest.example" },
    headers: { "idempotency-key": "k1" },
  });
  expect(made.status).toBe(201);
  const { id } = host;
  const at = "'2026-11-22T10:00:00Z'";
  for (const text of [
    `update outbox set done_at = ${at}, outcome = 'done', created_at = ${at}`,
    `insert into deliveries (outbox_id, channel, provider, attempts) select id, 'email', 'mock', 1 from outbox`,
    `insert into audit_log (action, created_at) values ('OLD_THING', '2020-01-01')`,
    `insert into sessions (id, user_id, expires_at) values (gen_random_uuid(), '${id}', ${at})`,
    `insert into api_keys (id, user_id, name, prefix, digest, scope, revoked_at) values (gen_random_uuid(), '${id}', 'Old', '0123456789ab', 'x', 'read', ${at})`,
    `insert into sign_in_attempts (id, provider, state_hash, browser_hash, sealed_verifier, sealed_nonce, expires_at) values (gen_random_uuid(), 'google', 'a', 'b', 'c', 'd', ${at})`,
    `insert into exchange_codes (code_hash, user_id, expires_at) values ('a', '${id}', ${at})`,
    `insert into link_codes (code_hash, user_id, provider, issuer, subject, expires_at) values ('a', '${id}', 'google', 'b', 'c', ${at})`,
    `insert into sign_in_origins (user_id, origin, seen_at) values ('${id}', 'x', ${at})`,
    `insert into email_changes (id, user_id, email, was_verified, held_until, created_at) values (gen_random_uuid(), '${id}', 'was@example.com', true, ${at}, ${at})`,
    `insert into former_usernames (username, user_id, held_until) values ('who-i-was', '${id}', ${at})`,
    `insert into former_slugs (owner_id, slug, meeting_type_id, held_until) values ('${id}', 'what-it-was', '${type.id}', ${at})`,
    `insert into organizations (id, name, owner_id) values ('${id}', 'Ours', '${id}')`,
    `insert into organization_invitations (id, organization_id, email, role, expires_at) values (gen_random_uuid(), '${id}', 'asked@example.com', 'member', ${at})`,
    `insert into mailbox (id, sender, recipient, subject, html, text, created_at) values (gen_random_uuid(), 'a', 'b', 'c', 'd', 'e', ${at})`,
    `insert into rate_limits (key, points, expire) values ('k', 1, 1)`,
    `insert into erasures (id, scope, requested_at, completed_at) values (gen_random_uuid(), 'address', ${at}, ${at})`,
  ])
    await world.db.run(text, []);
  return { api, host, type, made };
}

const SHORT = [
  "outbox",
  "deliveries",
  "notifications",
  "idempotency_keys",
  "api_keys",
  "sign_in_attempts",
  "exchange_codes",
  "link_codes",
  "sign_in_origins",
  "email_changes",
  "former_usernames",
  "former_slugs",
  "organization_invitations",
  "mailbox",
  "rate_limits",
  "erasures",
];

test("what is old is gone, and what is not stays, once a worker's clock is 400 days ahead", async () => {
  const world = await testWorld({ GUEST_RETENTION_DAYS: "365" });
  const { host, made, api } = await lived(world);
  const before = await Promise.all(SHORT.map((table) => count(world, table)));
  expect(before.every((n) => n > 0)).toBe(true);
  await sweepOld(world);
  // at once only what expires by the minute and day may be gone
  expect(await tracesOf(world.config.DATABASE_URL, ["old.canary"])).not.toEqual([]);
  world.setNow("2027-12-28T10:00:00Z");
  const timers = startTimers(world, { timers: 50, rareTimers: 50 });
  await eventually(async () => {
    const left = await Promise.all(
      SHORT.map(async (table) => `${table} ${await count(world, table)}`),
    );
    expect(left.filter((each) => !each.endsWith(" 0"))).toEqual([]);
    expect(await tracesOf(world.config.DATABASE_URL, ["old.canary", "Canaryguest"])).toEqual([]);
  });
  await timers.stop();
  expect(await count(world, "audit_log where action = 'OLD_THING'")).toBe(0);
  expect(await count(world, "sessions")).toBe(1);
  const seen = await api("GET", `/bookings/${made.body.booking.id}`, { token: host.token });
  expect(seen.body).toMatchObject({
    guest: { name: "Erased guest" },
    start: "2026-11-24T09:00:00Z",
  });
});

test("guests are kept for ever where it is said so", async () => {
  const world = await testWorld({ GUEST_RETENTION_DAYS: "0" });
  await lived(world);
  world.setNow("2036-12-28T10:00:00Z");
  await sweepOld(world);
  expect(await count(world, "attendees where name = 'Old Canaryguest'")).toBe(1);
});

test("more than one batch goes in one look, by whichever of two workers comes first", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  await world.db.run(
    `insert into notifications (id, user_id, type, created_at)
     select gen_random_uuid(), $1, 'WELCOME', '2026-11-22T10:00:00Z' from generate_series(1, 450)`,
    [host.id],
  );
  world.setNow("2027-12-28T10:00:00Z");
  await Promise.all([sweepOld(world), sweepOld(world)]);
  expect(await count(world, "notifications")).toBe(0);
  await world.db.run(
    "insert into notifications (id, user_id, type, created_at) values (gen_random_uuid(), $1, 'WELCOME', '2026-11-22')",
    [host.id],
  );
  await sweepOld(world);
  expect(await count(world, "notifications")).toBe(1);
  world.setNow("2027-12-28T10:05:00Z");
  await sweepOld(world);
  expect(await count(world, "notifications")).toBe(0);
});

test("a promise that is made again once more is not lost with the old one", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  await world.db.run(
    `with old as (
       insert into outbox (id, queue, kind, user_id, created_at, done_at, outcome)
       values (gen_random_uuid(), 'emails', 'OLD', $1, '2026-11-22', '2026-11-22', 'failed') returning id
     )
     insert into outbox (id, queue, kind, user_id, replay_of, due_at) select gen_random_uuid(), 'emails', 'AGAIN', $1, id, '2027-12-29' from old`,
    [host.id],
  );
  world.setNow("2027-12-28T10:00:00Z");
  await sweepOld(world);
  expect(await count(world, "outbox")).toBe(2);
  await world.db.run(
    "update outbox set done_at = '2027-01-01', outcome = 'done' where kind = 'AGAIN'",
    [],
  );
  world.setNow("2027-12-28T10:05:00Z");
  await sweepOld(world);
  world.setNow("2027-12-28T10:10:00Z");
  await sweepOld(world);
  expect(await count(world, "outbox")).toBe(0);
});

test("a kind that cannot be swept holds up no other, and is swept when it can be", async () => {
  const world = await testWorld();
  await lived(world);
  await world.db.run("alter table outbox rename to outbox_away", []);
  world.setNow("2027-12-28T10:00:00Z");
  await expect(sweepOld(world)).rejects.toThrow();
  expect(await count(world, "former_usernames")).toBe(0);
  await world.db.run("alter table outbox_away rename to outbox", []);
  world.setNow("2027-12-28T10:05:00Z");
  await sweepOld(world);
  expect(await count(world, "outbox")).toBe(0);
});

test("each kind has a name of its own, and months of events go as well", async () => {
  expect(new Set(RETENTION.map(({ name }) => name)).size).toBe(RETENTION.length);
  const world = await testWorld();
  while (await keepEventPartitions(world));
  const months = "pg_inherits where inhparent = 'analytics_events'::regclass";
  const before = await count(world, months);
  world.setNow("2028-02-28T10:00:00Z");
  while (await keepEventPartitions(world));
  const names = await world.db.run(`select inhrelid::regclass::text as name from ${months}`, []);
  expect(before).toBeGreaterThan(1);
  expect(names.map(({ name }) => name).filter((name) => /2026_?11/.test(`${name}`))).toEqual([]);
});

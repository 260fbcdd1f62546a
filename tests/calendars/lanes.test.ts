// Whose turn it is: what is written before what is read, a few of a host at once, and nobody behind a crowd.
import { expect, test } from "bun:test";
import claimDueSyncsText from "#sql/calendars/claim_due_syncs.sql" with { type: "text" };
import { claimDueSyncs } from "../../src/calendars/sync-queries.ts";
import type { World } from "../../src/world.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { calendarWorld, makeCalendar, makeConnection } from "./support/house.ts";

const claim = (world: World, limit = 100) =>
  claimDueSyncs(world.db, {
    now: world.now(),
    leaseUntil: world.now().add({ seconds: 120 }),
    lane: 4,
    limit,
  });

const promiseAll = (world: World) =>
  world.db.run("select promise_sync(array(select id from calendars), $1)", [world.now() as never]);

const kindsOf = async (world: World, claimed: readonly { id: string }[]) => {
  const rows = await world.db.run("select id, kind, user_id from outbox", []);
  return claimed.map(({ id }) => rows.find((row) => row["id"] === id)!);
};

test("of one host a few are taken at once, whoever claims, and the next when one is over", async () => {
  const world = await calendarWorld();
  const host = await makeHost(world);
  const connection = await makeConnection(world, host);
  for (let i = 0; i < 7; i += 1) await makeCalendar(world, host, { connection });
  await promiseAll(world);
  const rounds = await Promise.all([claim(world), claim(world), claim(world)]);
  const taken = rounds.flat();
  expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
  expect(taken.length).toBeLessThanOrEqual(8);
  await world.db.run("update outbox set due_at = now(), taken_until = null", []);
  await world.db.run("update outbox set due_at = $1", [world.now() as never]);
  expect(await claim(world)).toHaveLength(4);
  expect(await claim(world)).toHaveLength(0);
  await world.db.run(
    "delete from outbox where id = (select id from outbox where taken_until is not null limit 1)",
    [],
  );
  expect(await claim(world)).toHaveLength(1);
});

test("what is to be written goes first, also of hosts who come later", async () => {
  const world = await calendarWorld();
  const hosts = [await makeHost(world), await makeHost(world)];
  for (const host of hosts) for (let i = 0; i < 3; i += 1) await makeCalendar(world, host);
  await promiseAll(world);
  const type = await makeMeetingType(world, hosts[1]!);
  const { body } = await book(client(world), type, "2026-11-23T09:00:00Z");
  await world.db.run("delete from outbox where kind = 'calendar.write'", []);
  await world.db.run(
    `insert into outbox (id, queue, kind, booking_id, user_id, due_at)
     values (gen_random_uuid(), 'calendar-sync', 'calendar.write', $1, $2, $3)`,
    [body.booking.id, hosts[1]!.id, world.now() as never],
  );
  const [first] = await kindsOf(world, await claim(world, 3));
  expect(first).toMatchObject({ kind: "calendar.write", userId: hosts[1]!.id });
});

test("among twenty thousand promises of two hundred hosts little is read to find the next", async () => {
  const world = await testWorld({ DATABASE_POOL_SIZE: "1" });
  await world.db.run(
    `insert into users (id, email, username, first_name)
     select gen_random_uuid(), 'm' || n || '@example.com', 'many-' || n, 'Many' from generate_series(1, 200) n`,
    [],
  );
  await world.db.run(
    `insert into outbox (id, queue, kind, user_id, subject_id, due_at)
     select gen_random_uuid(), 'calendar-sync', 'calendar.sync', id, gen_random_uuid(), '2026-11-01'
     from users, generate_series(1, 100)`,
    [],
  );
  await world.db.run("analyze", []);
  const values = [world.now(), world.now().add({ seconds: 120 }), 4, 24] as never[];
  await world.db.run(`explain ${claimDueSyncsText}`, values);
  const rows = await world.db.run(
    `explain (analyze, buffers, format json) ${claimDueSyncsText}`,
    values,
  );
  const [[{ Plan: plan }]] = Object.values(rows[0]!) as [[{ Plan: Record<string, number> }]];
  expect(plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!).toBeLessThan(8_000);
});

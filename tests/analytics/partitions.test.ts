// Events by month: made ahead, dropped when old, and in nobody's way.
import { afterAll, expect, test } from "bun:test";
import postgres from "postgres";
import { keepEventPartitions } from "../../src/analytics/retention.ts";
import { newId } from "../../src/db/id.ts";
import { startTimers } from "../../worker/timers.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const connections: postgres.Sql[] = [];
afterAll(() => Promise.all(connections.map((each) => each.end({ timeout: 1 }))));

/** A world whose months all lie where its clock does, whatever day the tests run on. */
async function stage(now = "2031-05-15T12:00:00Z"): Promise<TestWorld> {
  const world = await testWorld();
  world.setNow(now);
  for (const name of await months(world)) await world.db.run(`drop table ${name}`, []);
  return world;
}

const months = async (world: TestWorld): Promise<string[]> =>
  (
    await world.db.run(
      `select relname::text as name from pg_inherits join pg_class on oid = inhrelid
       where inhparent = 'analytics_events'::regclass and relname <> 'analytics_events_default' order by 1`,
      [],
    )
  ).map(({ name }) => String(name));

const named = (...all: string[]) => all.map((month) => `analytics_events_${month}`);

const note = (world: TestWorld, at: string, eventType = "SEEN") =>
  world.db.run("insert into analytics_events (id, event_type, created_at) values ($1, $2, $3)", [
    newId(),
    eventType,
    at,
  ]);

/** Where the events lie, as "partition instant". */
const places = async (world: TestWorld): Promise<string[]> =>
  (
    await world.db.run(
      "select tableoid::regclass::text as name, created_at from analytics_events order by created_at",
      [],
    )
  ).map(({ name, createdAt }) => `${String(name).slice(17)} ${createdAt}`);

async function keep(world: TestWorld): Promise<void> {
  while (await keepEventPartitions(world));
}

test("this month and the next three have room of their own, by UTC, whatever zone a session speaks", async () => {
  const world = await stage();
  const sql = postgres(world.config.DATABASE_URL, {
    max: 1,
    connection: { TimeZone: "Pacific/Auckland" },
  });
  connections.push(sql);
  await sql`select keep_event_partitions('2031-05-31T23:59:59Z', 400)`;
  expect(await months(world)).toEqual(named("2031_05", "2031_06", "2031_07", "2031_08"));
  for (const at of ["2031-05-01T00:00:00Z", "2031-05-31T23:59:59.999Z", "2031-06-01T00:00:00Z"])
    await note(world, at);
  expect(await places(world)).toEqual([
    "2031_05 2031-05-01T00:00:00Z",
    "2031_05 2031-05-31T23:59:59.999Z",
    "2031_06 2031-06-01T00:00:00Z",
  ]);
  expect(await keepEventPartitions(world)).toBe(false);
});

test("nothing is refused for want of a month; what came early moves into it", async () => {
  const world = await stage();
  for (const at of ["1999-01-01T00:00:00Z", "2031-05-15T11:00:00Z", "2031-09-01T00:00:00Z"])
    await note(world, at);
  expect((await places(world)).map((each) => each.split(" ")[0])).toEqual(Array(3).fill("default"));
  // 1999 is older than what is kept.
  await keep(world);
  expect(await places(world)).toEqual([
    "2031_05 2031-05-15T11:00:00Z",
    "default 2031-09-01T00:00:00Z",
  ]);
});

test("a month that has gathered much stays where it is, so that nobody waits for the move", async () => {
  const world = await stage();
  await world.db.run(
    `insert into analytics_events (id, event_type, created_at)
     select gen_random_uuid(), 'SEEN', '2031-05-10Z' from generate_series(1, 10001)`,
    [],
  );
  await keep(world);
  expect(await months(world)).toEqual(named("2031_06", "2031_07", "2031_08"));
});

test("a booking in a month without room is made all the same", async () => {
  const world = await stage("2026-11-22T10:00:00Z");
  const api = client(world);
  const type = await makeMeetingType(world, await makeHost(world));
  expect((await book(api, type, "2026-11-23T09:00:00Z")).status).toBe(201);
  expect((await places(world)).map((each) => each.split(" ")[0])).toEqual(["default"]);
});

test("a month goes when all of it is older than what is kept, and only then", async () => {
  const world = await stage("2031-05-15T12:00:00Z");
  await keep(world);
  await note(world, "2031-05-31T23:00:00Z");
  await note(world, "2031-06-01T00:00:00Z");
  const afterMay = Temporal.Instant.from("2031-06-01T00:00:00Z");
  world.setNow(afterMay.add({ hours: 400 * 24 - 1 }).toString());
  await keep(world);
  expect(await places(world)).toHaveLength(2);
  world.setNow(afterMay.add({ hours: 400 * 24 }).toString());
  await keep(world);
  expect(await months(world)).not.toContain("analytics_events_2031_05");
  expect(await places(world)).toEqual(["2031_06 2031-06-01T00:00:00Z"]);
});

test("ten workers at once do it once", async () => {
  const world = await stage();
  await note(world, "2031-05-15T11:00:00Z");
  const sql = postgres(world.config.DATABASE_URL, { max: 10 });
  connections.push(sql);
  const all = (now: string) =>
    Promise.all(
      Array.from({ length: 10 }, () => sql`select keep_event_partitions(${now}, 31) as done`),
    );
  for (let i = 0; i < 5; i += 1) await all("2031-05-15T12:00:00Z");
  expect(await months(world)).toEqual(named("2031_05", "2031_06", "2031_07", "2031_08"));
  expect(await places(world)).toEqual(["2031_05 2031-05-15T11:00:00Z"]);
  for (let i = 0; i < 5; i += 1) await all("2031-07-15T12:00:00Z");
  expect((await months(world))[0]).toBe("analytics_events_2031_06");
});

test("a worker keeps them without being asked", async () => {
  const world = await stage();
  const timers = startTimers(world, { timers: 20, rareTimers: 20 });
  await eventually(async () => expect(await months(world)).toHaveLength(4));
  await timers.stop();
});

test("who reads for long is not disturbed: dropping gives up and writers hardly wait", async () => {
  const world = await stage();
  await keep(world);
  await note(world, "2031-05-15T11:00:00Z");
  const reader = postgres(world.config.DATABASE_URL, { max: 1 });
  connections.push(reader);
  const reading = Promise.withResolvers<void>();
  const enough = Promise.withResolvers<void>();
  const long = reader.begin(async (sql) => {
    await sql`select count(*) from analytics_events`;
    reading.resolve();
    await enough.promise;
    return sql`select count(*)::int as count from analytics_events`;
  });
  await reading.promise;
  world.setNow("2033-05-15T12:00:00Z");
  expect(await keepEventPartitions(world)).toBe(false);
  const [kept] = await Promise.all([
    keepEventPartitions(world),
    note(world, "2033-05-15T11:00:00Z"),
  ]);
  expect(kept).toBe(false);
  expect(await months(world)).toContain("analytics_events_2031_05");
  enough.resolve();
  expect((await long)[0]?.["count"]).toBe(2);
  await keep(world);
  expect(await places(world)).toEqual(["2033_05 2033-05-15T11:00:00Z"]);
});

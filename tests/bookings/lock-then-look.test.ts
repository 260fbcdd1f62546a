// Whoever wants a host's time waits for whoever is taking it, and decides by what he finds then. Here
// the test itself is the one who is taking it, so that nothing depends on luck.
import { afterAll, expect, test } from "bun:test";
import postgres from "postgres";
import type { Db } from "../../src/db/sql.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "6" });
let statements = 0;
const run: Db["run"] = (text, values) => {
  statements += 1;
  return world.db.run(text, values);
};
const api = client({ ...world, db: { ...world.db, run } });
const sql = postgres(world.config.DATABASE_URL, { max: 1 });
afterAll(() => sql.end());

const AT = "2026-11-23T10:00:00Z";

/** How many statements wait for an advisory lock now. */
async function waiting(): Promise<number> {
  const [row] = await world.db.run(
    `select count(*)::int as n from pg_locks
     where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
    [],
  );
  return row?.["n"] as number;
}

async function untilWaiting(count: number): Promise<void> {
  for (let tries = 0; (await waiting()) < count; tries += 1) {
    if (tries > 500) throw new Error(`${await waiting()} of ${count} wait`);
    await Bun.sleep(5);
  }
}

/** Holds the hosts' locks while `work` runs, and does what `before` says just before letting go. */
async function holding<T>(
  hosts: readonly Host[],
  count: number,
  work: () => Promise<T>,
  before: (tx: postgres.Sql) => Promise<unknown> = async () => {},
): Promise<T> {
  await sql`begin`;
  await sql`select lock_hosts(${hosts.map(({ id }) => id)}::uuid[])`;
  const done = work();
  await untilWaiting(count);
  await before(sql);
  await sql`commit`;
  return done;
}

/** Takes a host's time as a booking would. */
const takeFor = (host: Host) => async (tx: postgres.Sql) => {
  const id = Bun.randomUUIDv7();
  await tx`insert into bookings (id, host_id, title, during, status, host_zone, location)
    values (${id}, ${host.id}, 'Taken', ${`[${AT},2026-11-23T10:30:00Z)`}, 'CONFIRMED', 'UTC', '{}')`;
  await tx`insert into booking_hosts values (${id}, ${host.id})`;
  await tx`insert into reservations (host_id, reserved, booking_id)
    select host_id, during, id from bookings where id = ${id}`;
};

test("a booking waits for whoever is taking its host's time, then sees that it is gone", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const refused = await holding([host], 1, () => book(api, type, AT), takeFor(host));
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  expect(refused.body.alternatives.map(({ start }: { start: string }) => start)).not.toContain(AT);
  await expectSoundLedger(world);
});

test("which of several hosts takes it is decided after the wait, by the first attempt", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  statements = 0;
  const made = await holding([one], 1, () => book(api, type, AT), takeFor(one));
  expect([made.status, statements]).toEqual([201, 2]);
  expect(made.body.booking.hosts).toMatchObject([{ id: two.id }]);
  await expectSoundLedger(world);
});

test("a move waits for its new host and its old one", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  for (const [i, host] of [one, two].entries()) {
    const made = await book(api, type, `2026-11-23T1${i + 1}:00:00Z`);
    const moved = await holding([host], 1, () =>
      guestOf(api, made).move(`2026-11-24T1${i + 1}:00:00Z`),
    );
    expect(moved.status).toBe(200);
  }
  await expectSoundLedger(world);
});

test("personal time waits, too", async () => {
  const host = await makeHost(world);
  const body = { title: "Dentist", start: "2026-11-23T09:00:00Z", end: "2026-11-23T12:00:00Z" };
  const block = () => api("POST", "/bookings", { token: host.token, body });
  const refused = await holding([host], 1, block, takeFor(host));
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
});

test("hosts are locked in one order, however a type names them, so nobody waits in a circle", async () => {
  const hosts = [await makeHost(world), await makeHost(world)];
  const [low, high] = hosts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const types = await Promise.all(
    [hosts, hosts.toReversed()].map((named) =>
      makeMeetingType(world, named[0]!, { groups: [{ hosts: named }] }),
    ),
  );
  // Both wait for the lower one, which neither has: so neither holds the higher.
  const [a, b] = await holding(
    [low!],
    2,
    () => Promise.all(types.map((type) => book(api, type, AT))),
    async () => {
      const [row] = await world.db.run(
        "select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free",
        [high!.id],
      );
      expect(row?.["free"]).toBe(true);
    },
  );
  expect([a?.status, b?.status].sort()).toEqual([201, 409]);
});

test("a type that changed while a booking waited is looked at again", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const change = (tx: postgres.Sql) =>
    tx`update meeting_types set buffer_after_minutes = 15, version = version + 1 where id = ${type.id}`;
  const made = await holding([host], 1, () => book(api, type, AT), change);
  expect(made.status).toBe(201);
  await expectSoundLedger(world);
  const archive = (tx: postgres.Sql) =>
    tx`update meeting_types set archived_at = now(), version = version + 1 where id = ${type.id}`;
  const refused = await holding([host], 1, () => book(api, type, "2026-11-23T14:00:00Z"), archive);
  expect(refused.status).toBe(404);
});

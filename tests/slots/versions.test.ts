// The versions of hosts: triggers raise them, in bulk and in races.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { guestOf, tally } from "../bookings/support/guest.ts";
import { expectSoundLedger } from "../bookings/support/ledger.ts";
import { counting } from "../support/counting.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { type Answer, client, testWorld } from "../support/world.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "20" });
const { world: counted, failures } = counting(world);
const api = client(counted);

const sql = (text: string, ...values: string[]) => world.db.run(text, values);
const hosts = () => Promise.all([makeHost(world), makeHost(world), makeHost(world)]);

/** How much the versions of these hosts rise by what is done. */
async function rise(of: readonly { id: string }[], act: () => Promise<unknown>) {
  const read = async () => {
    const rows = await sql("select host_id, version::int from availability_versions");
    const found = new Map(rows.map((row) => [row["hostId"], row["version"] as number]));
    return of.map(({ id }) => found.get(id) ?? 0);
  };
  const before = await read();
  await act();
  return (await read()).map((version, i) => version - before[i]!);
}

test("statements over many rows raise the version of each host of theirs, once", async () => {
  const all = await hosts();
  const [one, two, three] = all;
  const insert = `
    with b as (
      insert into bookings (id, host_id, title, during, status, host_zone, location)
      select gen_random_uuid(), u.id, 'Bulk', tstzrange(at, at + interval '1 hour'), 'CONFIRMED', 'UTC', '{}'
      from users u, generate_series('2027-01-01Z'::timestamptz, '2027-01-02Z', interval '1 hour') at
      where u.id in ($1, $2) returning id, host_id, during)
    insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b`;
  expect(await rise(all, () => sql(insert, one.id, two.id))).toEqual([1, 1, 0]);
  const late = "'[2027-02-01Z,2027-02-02Z)'";
  const move = `update reservations set host_id = $2 where host_id = $1 and reserved <@ ${late}`;
  expect(await rise(all, () => sql(move, one.id, three.id))).toEqual([0, 0, 0]);
  const give = "update reservations set host_id = $2 where host_id = $1";
  expect(await rise(all, () => sql(give, one.id, three.id))).toEqual([1, 0, 1]);
  expect(await rise(all, () => sql("delete from reservations"))).toEqual([0, 1, 1]);
  await sql("delete from bookings");
});

test("of a user his status and his zone count, and nothing else", async () => {
  const all = await hosts();
  const [one, two] = all;
  const set = (what: string) => () =>
    sql(`update users set ${what} where id in ($1, $2)`, one.id, two.id);
  expect(await rise(all, set("first_name = 'X', phone = '1', locale = 'de'"))).toEqual([0, 0, 0]);
  expect(await rise(all, set("status = 'ACTIVE'"))).toEqual([0, 0, 0]);
  expect(await rise(all, set("status = 'INACTIVE'"))).toEqual([1, 1, 0]);
  expect(await rise(all, set("time_zone = 'Asia/Tokyo'"))).toEqual([1, 1, 0]);
});

test("a host who is deleted with all he has leaves no version behind", async () => {
  const host = await makeHost(world);
  await sql(
    "insert into out_of_office values ($1, $2, '2027-01-01', '2027-01-02')",
    newId(),
    host.id,
  );
  expect(await rise([host], () => sql("delete from users where id = $1", host.id))).not.toEqual([
    0,
  ]);
  expect(await sql("select from availability_versions where host_id = $1", host.id)).toEqual([]);
});

test("what is rolled back raises nothing", async () => {
  const host = await makeHost(world);
  const broken = `with a as (insert into out_of_office values ($1, $2, '2027-01-01', '2027-01-02') returning id)
    select 1 / (count(*) - 1) from a`;
  expect(await rise([host], () => sql(broken, newId(), host.id).catch(() => {}))).toEqual([0]);
});

// A move from one host to another raises two versions by two triggers, whichever comes first; a
// cancellation for both raises them in the order of their ids.
test("moves between hosts and cancellations for both never deadlock", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const any = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  const all = await makeMeetingType(world, one, { groups: [{ hosts: [two, one] }] });
  const block = (token: string, at: string) => {
    const body = { title: "Mine", start: `${at}:00:00Z`, end: `${at}:30:00Z` };
    return api("POST", "/bookings", { token, body });
  };
  // Between the two triggers of a move there is time for others.
  await sql(`create function dawdle() returns trigger language plpgsql as
    'begin perform pg_sleep(0.02); return null; end'`);
  await sql(
    "create trigger dawdle after delete on reservations for each statement execute function dawdle()",
  );
  const days = Array.from({ length: 10 }, (_, i) => 4 + 7 * i).map((days) =>
    Temporal.PlainDate.from("2026-11-26").add({ days }).toString(),
  );
  const answers: Answer[] = [];
  for (const day of days) {
    const both = await book(api, all, `${day}T09:00:00Z`);
    const fromOne = await book(api, any, `${day}T10:00:00Z`);
    await block(one.token, `${day}T11`);
    await block(one.token, `${day}T12`);
    const fromTwo = await book(api, any, `${day}T12:00:00Z`);
    await block(two.token, `${day}T13`);
    expect([both, fromOne, fromTwo].map(({ body }) => body.booking.hosts.length)).toEqual([
      2, 1, 1,
    ]);
    expect(fromTwo.body.booking.hostId).toBe(two.id);
    const changes = [
      guestOf(api, fromOne).move(`${day}T11:00:00Z`),
      guestOf(api, fromTwo).move(`${day}T13:00:00Z`),
      guestOf(api, both).cancel(),
      book(api, all, `${day}T15:00:00Z`),
    ];
    answers.push(...(await Promise.all(changes)));
  }
  expect(failures).not.toContain("40P01");
  expect(tally(answers)).toEqual({ 200: 30, 201: 10 });
  await expectSoundLedger(world);
});

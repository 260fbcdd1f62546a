// Three API processes on one database: teams, caps, seats, holds, requests and moves, through all of them at once.
import { afterAll, expect, test } from "bun:test";
import { type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { type Answer, testWorld } from "../support/world.ts";
import { makeAskedType } from "./support/asked.ts";
import { tally } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";
import { send, startApi } from "./support/processes.ts";
import { seatsOf } from "./support/seats.ts";
import { makeTeam, sharesOf } from "./support/team.ts";

const world = await testWorld();
const apis = await Promise.all([1, 2, 3].map(() => startApi(world.config.DATABASE_URL)));
afterAll(() => Promise.all(apis.map((api) => api.kill())));

// The processes have the real clock.
const DAY = Temporal.Now.instant()
  .add({ hours: 30 * 24 })
  .toString()
  .slice(0, 10);
const ALWAYS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
const at = (halfHour: number) =>
  Temporal.Instant.from(`${DAY}T00:00:00Z`)
    .add({ minutes: 30 * halfHour })
    .toString();

/** The i-th of many requests, which take turns at the processes. */
const ask = (i: number, path: string, body: object, headers: Record<string, string> = {}) =>
  send("POST", `${apis[i % apis.length]?.url}${path}`, body, headers);
const bookAt = (i: number, type: MeetingType, halfHour: number, more = {}, headers = {}) =>
  ask(
    i,
    "/bookings",
    {
      meetingTypeId: type.id,
      start: at(halfHour),
      guest: { name: `Guest ${i}`, email: `guest-${i}@example.com`, timeZone: "UTC" },
      ...more,
    },
    headers,
  );
const answer = (i: number, verb: "confirm" | "decline", id: string, token: string) =>
  send(
    "PATCH",
    `${apis[i % apis.length]?.url}/bookings/${id}/${verb}`,
    {},
    {
      authorization: `Bearer ${token}`,
    },
  );
const many = <T>(count: number, each: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => each(i)));
const madeOf = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 201);

/** The rows of one or more types that are not off, as start and status, sorted. */
async function rowsOf(...types: MeetingType[]): Promise<string[]> {
  const rows = await world.db.run(
    `select lower(during) as start, status from bookings where meeting_type_id = any ($1::text::uuid[])
       and status in ('PENDING', 'CONFIRMED') order by 1`,
    [`{${types.map(({ id }) => id).join()}}`],
  );
  return rows.map(({ start, status }) => `${start} ${status}`);
}

test("collective types that share hosts two by two: of 60 guests at five times five meet them", async () => {
  const [a, b, c] = [
    await makeHost(world, ALWAYS),
    await makeHost(world, ALWAYS),
    await makeHost(world, ALWAYS),
  ];
  const types: MeetingType[] = [];
  for (const hosts of [
    [a, b],
    [b, c],
    [c, a],
  ])
    types.push(await makeMeetingType(world, hosts[0]!, { groups: [{ hosts }] }));
  const answers = await many(60, (i) => bookAt(i, types[(i * 7) % 3]!, Math.floor(i / 12)));
  expect(tally(answers)).toEqual({ "201": 5, "409 slot_taken": 55 });
  expect(await rowsOf(...types)).toEqual([0, 1, 2, 3, 4].map((i) => `${at(i)} CONFIRMED`));
  const busy = [await busyOf(world, a), await busyOf(world, b), await busyOf(world, c)];
  expect(busy.flat()).toHaveLength(10);
  await expectSoundLedger(world);
});

test("round robin of five hosts: five are booked per time, the sixth is refused", async () => {
  const { hosts, type } = await makeTeam(world, [{}, {}, {}, {}, {}], {}, ALWAYS);
  const answers = await many(60, (i) => bookAt(i, type, i % 10));
  expect(tally(answers)).toEqual({ "201": 50, "409 slot_taken": 10 });
  expect(sharesOf(hosts, madeOf(answers))).toEqual([10, 10, 10, 10, 10]);
  expect(await rowsOf(type)).toEqual(
    Array.from({ length: 50 }, (_, i) => `${at(Math.floor(i / 5))} CONFIRMED`),
  );
  await expectSoundLedger(world);
});

test("round robin of five hosts and 50 parallel guests, each at his own time: each has ten", async () => {
  const { hosts, type } = await makeTeam(world, [{}, {}, {}, {}, {}], {}, ALWAYS);
  const answers = await many(50, (i) => bookAt(i, type, i));
  expect(tally(answers)).toEqual({ "201": 50 });
  const shares = sharesOf(hosts, answers);
  expect(shares).toEqual([10, 10, 10, 10, 10]);
  for (const [i, host] of hosts.entries())
    expect(await busyOf(world, host)).toHaveLength(shares[i]!);
  await expectSoundLedger(world);
});

test("caps of a type and of its host: as many as allowed of 20 more, never one above", async () => {
  const host = await makeHost(world, ALWAYS);
  const capped = await makeMeetingType(world, host, { caps: [{ per: "day", bookings: 6 }] });
  const other = await makeMeetingType(world, host);
  const first = await many(26, (i) => bookAt(i, capped, i));
  expect(tally(first)).toEqual({ "201": 6, "409 cap_reached": 20 });
  await world.db.run("update schedules set caps = $2::text::jsonb where user_id = $1", [
    host.id,
    JSON.stringify([{ per: "day", bookings: 10 }]),
  ]);
  const second = await many(24, (i) => bookAt(i, other, 47 - (i % 20)));
  expect(madeOf(second)).toHaveLength(4);
  expect(second.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  expect(await rowsOf(capped, other)).toHaveLength(10);
  expect(await busyOf(world, host)).toHaveLength(10);
  await expectSoundLedger(world);
});

test("holds against bookings: each time is held or booked once, and what is held becomes one booking", async () => {
  const host = await makeHost(world, ALWAYS);
  const type = await makeMeetingType(world, host);
  const holding = `/meeting-types/${type.id}/holds`;
  const answers = await many(60, (i) =>
    i % 2 ? bookAt(i, type, i % 6) : ask(i, holding, { start: at((i / 2) % 6) }),
  );
  expect(tally(answers)).toEqual({ "201": 6, "409 slot_taken": 54 });
  expect(await busyOf(world, host)).toHaveLength(6);
  // Whoever came second at a time that was held asks for it again, beside those who hold it.
  const held = answers.flatMap(({ status, body }, i) =>
    status === 201 && i % 2 === 0 ? [{ holdId: body.holdId, halfHour: (i / 2) % 6 }] : [],
  );
  const redeemed = await many(held.length * 9, (i) => {
    const { holdId, halfHour } = held[i % held.length]!;
    const isHolder = Math.floor(i / held.length) % 3 > 0;
    return bookAt(i, type, halfHour, isHolder ? { holdId } : {});
  });
  expect(madeOf(redeemed)).toHaveLength(held.length);
  expect(redeemed.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  expect(await rowsOf(type)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `${at(i)} CONFIRMED`));
  const [left] = await world.db.run(
    "select count(*)::int as n from reservations where host_id = $1 and hold_id is not null",
    [host.id],
  );
  expect(left).toEqual({ n: 0 });
  await expectSoundLedger(world);
});

test("two requests for one time, both confirmed at once: the one that lapsed is not", async () => {
  const host = await makeHost(world, ALWAYS);
  const type = await makeAskedType(world, host);
  const early = await bookAt(0, type, 3);
  await world.db.run("update bookings set expires_at = now() - interval '1 second' where id = $1", [
    early.body.booking.id,
  ]);
  await world.db.run(
    "update reservations set expires_at = now() - interval '1 second' where booking_id = $1",
    [early.body.booking.id],
  );
  const late = await bookAt(1, type, 3);
  expect([early.body.booking.status, late.body.booking.status]).toEqual(["PENDING", "PENDING"]);
  const answers = await many(24, (i) =>
    answer(i, "confirm", (i % 2 ? late : early).body.booking.id, host.token),
  );
  expect(tally(answers.filter((_, i) => i % 2 === 0))).toEqual({ "409 booking_closed": 12 });
  expect(tally(answers.filter((_, i) => i % 2 === 1))).toEqual({ "200": 12 });
  expect(await rowsOf(type)).toContain(`${at(3)} CONFIRMED`);
  expect(await busyOf(world, host)).toEqual([`${at(3)}/${at(4)}`]);
  const told = await world.db.run(
    "select 1 from outbox where booking_id = $1 and kind = 'BOOKING_CONFIRMATION' and attendee_id is not null",
    [late.body.booking.id],
  );
  expect(told).toHaveLength(1);
  // What a worker does with it, so that the whole ledger is sound again.
  await world.db.run("update bookings set status = 'EXPIRED' where id = $1", [
    early.body.booking.id,
  ]);
  await expectSoundLedger(world);
});

test("a request confirmed and declined through all processes is one of them, once", async () => {
  const host = await makeHost(world, ALWAYS);
  const type = await makeAskedType(world, host);
  const { body } = await bookAt(0, type, 0);
  const { id } = body.booking;
  const answers = await many(24, (i) => answer(i, i % 2 ? "confirm" : "decline", id, host.token));
  const [row] = await world.db.run("select status, version from bookings where id = $1", [id]);
  expect(row?.["version"]).toBe(2);
  const isConfirmed = row?.["status"] === "CONFIRMED";
  expect(await busyOf(world, host)).toHaveLength(isConfirmed ? 1 : 0);
  expect(tally(answers)).toEqual({ "200": 12, "409 booking_closed": 12 });
  const history = await world.db.run(
    "select event from booking_history where booking_id = $1 order by version",
    [id],
  );
  expect(history.map(({ event }) => event)).toEqual([
    "booked",
    isConfirmed ? "confirmed" : "declined",
  ]);
});

test("one key 20 times in parallel: one booking of one host of five, and 20 same answers", async () => {
  const { hosts, type } = await makeTeam(world, [{}, {}, {}, {}, {}], {}, ALWAYS);
  const guest = { name: "Grace", email: "grace@example.com", timeZone: "UTC" };
  const answers = await many(20, (i) =>
    bookAt(i, type, 1, { guest }, { "idempotency-key": "twenty" }),
  );
  expect(tally(answers)).toEqual({ "201": 20 });
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const replayed = answers.filter(({ headers }) => headers.has("idempotency-replayed"));
  expect(replayed).toHaveLength(19);
  expect(await rowsOf(type)).toHaveLength(1);
  const busy = await Promise.all(hosts.map((host) => busyOf(world, host)));
  expect(busy.flat()).toHaveLength(1);
});

/** The booking's guest moves it, by his link. */
const moveAs = (i: number, { body }: Answer, halfHour: number) => {
  const token = new URL(body.rescheduleUrl).searchParams.get("token") ?? "";
  return send(
    "PATCH",
    `${apis[i % apis.length]?.url}/bookings/${body.booking.id}/reschedule`,
    { start: at(halfHour) },
    { "x-booking-token": token },
  );
};

test("100 guests for the 10 seats of one meeting: exactly 10 sit in it", async () => {
  const host = await makeHost(world, ALWAYS);
  const type = await makeMeetingType(world, host);
  await seatsOf(world, type, 10);
  const answers = await many(100, (i) => bookAt(i, type, 4));
  expect(tally(answers)).toEqual({ "201": 10, "409 seats_full": 90 });
  const rows = await world.db.run(
    `select b.seats_taken, b.capacity, count(a.*)::int as sitting
     from bookings b join attendees a on a.booking_id = b.id and a.status = 'ACTIVE'
     where b.meeting_type_id = $1 group by b.id`,
    [type.id],
  );
  expect(rows).toEqual([{ seatsTaken: 10, capacity: 10, sitting: 10 }]);
  expect(await busyOf(world, host)).toHaveLength(1);
  await expectSoundLedger(world);
});

test("20 bookings moved into one time that 20 others book: one has it, and who has not keeps his own", async () => {
  const host = await makeHost(world, ALWAYS);
  const type = await makeMeetingType(world, host);
  const made = await many(20, (i) => bookAt(i, type, 10 + i));
  expect(tally(made)).toEqual({ "201": 20 });
  const answers = await many(40, (i) =>
    i % 2 === 0 ? moveAs(i, made[i / 2]!, 4) : bookAt(i, type, 4),
  );
  const won = answers.filter(({ status }) => status === 200 || status === 201);
  expect(won).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === "slot_taken")).toHaveLength(39);
  const moved = answers.findIndex(({ status }) => status === 200);
  const expected = Array.from({ length: 20 }, (_, i) => at(2 * i === moved ? 4 : 10 + i));
  if (moved < 0) expected.push(at(4));
  expect(await rowsOf(type)).toEqual(expected.sort().map((start) => `${start} CONFIRMED`));
  expect(await busyOf(world, host)).toHaveLength(expected.length);
  await expectSoundLedger(world);
});

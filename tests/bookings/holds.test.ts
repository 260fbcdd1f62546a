// A time that is held: nobody else gets it, its holder does, and it ends by itself.
import { expect, test } from "bun:test";
import { sweepHolds } from "../../src/bookings/hold-queries.ts";
import { newId } from "../../src/db/id.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { hold, startsOf } from "./support/holds.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const MONDAY = "2026-11-23";
const at = (time: string, date = MONDAY) => `${date}T${time}:00Z`;

type Given = Parameters<typeof makeMeetingType>[2];

async function setUp(given: Given = {}) {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  const held = (time: string, more: object = {}) => hold(api, type, at(time), more);
  const booked = (time: string, more: Parameters<typeof book>[3] = {}) =>
    book(api, type, at(time), more);
  return { world, api, host, type, held, booked };
}

const codeOf = ({ status, body }: { status: number; body: { code?: string } }) =>
  body.code ? `${status} ${body.code}` : `${status}`;

test("a hold is a random secret and lasts five minutes", async () => {
  const { world, api, type } = await setUp();
  const made = await hold(api, type, at("10:00"));
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    holdId: expect.stringMatching(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    ),
    expiresAt: "2026-11-22T10:05:00Z",
  });
  expect(made.headers.get("set-cookie")).toBeNull();
  expect(await counts(world, "bookings", "reservations", "outbox")).toEqual({
    bookings: 0,
    reservations: 1,
    outbox: 0,
  });
});

test("a held time, buffers included, is nobody else's, and is still offered to its holder", async () => {
  const { api, type, held, booked } = await setUp({ before: 10, after: 10 });
  const { holdId } = (await held("10:00")).body;
  const shown = await startsOf(api, type, MONDAY);
  expect(shown).not.toContain(at("10:00"));
  expect(shown).not.toContain(at("09:30"));
  expect(shown).toContain(at("11:00"));
  expect(await startsOf(api, type, MONDAY, `&holdId=${holdId}`)).toContain(at("10:00"));
  for (const refused of [await booked("10:00"), await held("10:00"), await held("10:30")]) {
    expect(codeOf(refused)).toBe("409 slot_taken");
    expect(refused.body.alternatives).toHaveLength(3);
  }
});

test("alternatives of a refused hold are told in the zone that was asked for", async () => {
  const { held } = await setUp();
  await held("10:00");
  const { body } = await held("10:00", { timeZone: "Asia/Tokyo" });
  expect(body.alternatives[0].localStart).toBe("2026-11-23T18:00+09:00");
});

test("its holder books it, and what was held is the booking's", async () => {
  const { world, host, held, booked } = await setUp({ before: 5 });
  const { holdId } = (await held("10:00")).body;
  const made = await booked("10:00", { holdId });
  expect(made.status).toBe(201);
  expect(await busyOf(world, host)).toEqual([`${at("09:55")}/${at("10:30")}`]);
  expect(await counts(world, "reservations")).toEqual({ reservations: 1 });
  expect(codeOf(await booked("10:00", { holdId }))).toBe("409 hold_expired");
  await expectSoundLedger(world);
});

test("holding is two statements, and so is booking what is held", async () => {
  const { world, type } = await setUp();
  let statements = 0;
  const run: typeof world.db.run = (text, values) => {
    statements += 1;
    return world.db.run(text, values);
  };
  const api = client({ ...world, db: { ...world.db, run } });
  const { holdId } = (await hold(api, type, at("10:00"))).body;
  expect(statements).toBe(2);
  expect((await book(api, type, at("10:00"), { holdId })).status).toBe(201);
  expect(statements).toBe(4);
});

test("a hold ends by the clock alone: then the time is anybody's", async () => {
  const { world, api, type, held, booked } = await setUp();
  const { holdId, expiresAt } = (await held("10:00")).body;
  world.setNow("2026-11-22T10:04:59.999Z");
  expect(codeOf(await booked("10:00"))).toBe("409 slot_taken");
  world.setNow(expiresAt);
  expect(await startsOf(api, type, MONDAY)).toContain(at("10:00"));
  expect((await booked("10:00")).status).toBe(201);
  const late = await booked("10:00", { holdId });
  expect(codeOf(late)).toBe("409 hold_expired");
  expect(late.body.alternatives.map(({ start }: { start: string }) => start)).toEqual([
    at("09:00"),
    at("09:30"),
    at("10:30"),
  ]);
  await expectSoundLedger(world);
});

test("a hold that has ended, or never was, does no harm while the time is free", async () => {
  const { world, host, held, booked } = await setUp();
  const { holdId } = (await held("10:00")).body;
  world.setNow("2026-11-22T10:06:00Z");
  expect((await booked("10:00", { holdId })).status).toBe(201);
  expect((await booked("11:00", { holdId: newId() })).status).toBe(201);
  expect(await busyOf(world, host)).toHaveLength(2);
  await expectSoundLedger(world);
});

test("who wants another time than his live hold's is told that it is taken, not that his hold ended", async () => {
  const { held, booked } = await setUp();
  await booked("11:00");
  const { holdId } = (await held("10:00")).body;
  expect(codeOf(await booked("11:00", { holdId }))).toBe("409 slot_taken");
});

test("a new hold replaces its holder's last, also where the two overlap", async () => {
  const { world, host, held } = await setUp({ step: 15 });
  const first = (await held("10:00")).body;
  const second = await held("10:15", { holdId: first.holdId });
  expect(second.status).toBe(201);
  expect(second.body.holdId).not.toBe(first.holdId);
  expect(await busyOf(world, host)).toEqual([`${at("10:15")}/${at("10:45")}`]);
});

test("a new hold that is refused leaves the last one as it was", async () => {
  const { world, host, held, booked } = await setUp();
  await booked("11:00");
  const { holdId } = (await held("10:00")).body;
  expect(codeOf(await held("11:00", { holdId }))).toBe("409 slot_taken");
  expect(await busyOf(world, host)).toContain(`${at("10:00")}/${at("10:30")}`);
  expect((await booked("10:00", { holdId })).status).toBe(201);
});

test("a booking gives back its hold of another time, of another type, of another host", async () => {
  const { world, api, host, type, held } = await setUp();
  const other = await makeHost(world);
  const { holdId } = (await held("10:00")).body;
  const made = await book(api, await makeMeetingType(world, other), at("15:00"), { holdId });
  expect(made.status).toBe(201);
  expect(await busyOf(world, host)).toEqual([]);
  expect((await book(api, type, at("10:00"))).status).toBe(201);
  await expectSoundLedger(world);
});

test("the id of a booking is no hold: it frees nothing, shows nothing, and opens no cap", async () => {
  const { world, api, host, type, held, booked } = await setUp();
  await world.db.run(
    `update meeting_types set caps = '[{"per":"day","bookings":1}]' where id = $1`,
    [type.id],
  );
  const { id: holdId } = (await booked("10:00")).body.booking;
  const free = await makeMeetingType(world, host);
  expect(codeOf(await book(api, free, at("10:00"), { holdId }))).toBe("409 hold_expired");
  expect(codeOf(await hold(api, free, at("10:00"), { holdId }))).toBe("409 slot_taken");
  expect(await startsOf(api, free, MONDAY, `&holdId=${holdId}`)).not.toContain(at("10:00"));
  expect(codeOf(await booked("11:00", { holdId }))).toBe("409 cap_reached");
  expect(codeOf(await held("11:00", { holdId }))).toBe("409 cap_reached");
  await api("DELETE", `/holds/${holdId}`);
  expect(await busyOf(world, host)).toHaveLength(1);
  await expectSoundLedger(world);
});

test("giving a hold back frees the time, and answers the same for holds that never were", async () => {
  const { world, api, host, held } = await setUp();
  const { holdId } = (await held("10:00")).body;
  const answers = [
    await api("DELETE", `/holds/${holdId}`),
    await api("DELETE", `/holds/${holdId}`),
    await api("DELETE", `/holds/${newId()}`),
  ];
  const shown = answers.map(({ status, text, headers }) => [status, text, headers.get("etag")]);
  expect(shown).toEqual(Array.from({ length: 3 }, () => [204, "", null]));
  expect(await busyOf(world, host)).toEqual([]);
  expect((await api("DELETE", "/holds/mine")).status).toBe(422);
});

test("what was held in time is booked in time, though the notice has caught up with it", async () => {
  const { world, api, host, held, booked } = await setUp({ notice: 60 });
  world.setNow(at("09:00"));
  const { holdId } = (await held("10:00")).body;
  world.setNow(at("09:03"));
  expect(codeOf(await booked("10:00"))).toBe("422 too_soon");
  // Held again and again it would never be too late.
  expect(codeOf(await held("10:00", { holdId }))).toBe("422 too_soon");
  const other = await makeMeetingType(world, host, { notice: 28 });
  expect(codeOf(await book(api, other, at("09:30"), { holdId }))).toBe("422 too_soon");
  expect((await booked("10:00", { holdId })).status).toBe(201);
});

test("a start that has passed is past, held or not", async () => {
  const { world, held, booked } = await setUp();
  world.setNow(at("09:58"));
  const { holdId } = (await held("10:00")).body;
  world.setNow(at("10:01"));
  expect(codeOf(await booked("10:00", { holdId }))).toBe("422 start_in_past");
});

test("a hold is refused for the reasons for which a booking is", async () => {
  const { world, api, host, type, held } = await setUp({ otherMinutes: [60], notice: 60 });
  expect(codeOf(await held("03:00"))).toBe("422 outside_hours");
  expect(codeOf(await hold(api, type, "2026-11-22T10:30:00Z"))).toBe("422 too_soon");
  expect(codeOf(await hold(api, type, "2026-11-20T10:00:00Z"))).toBe("422 start_in_past");
  expect(codeOf(await hold(api, type, "2150-11-20T10:00:00Z"))).toBe("422 too_late");
  expect(codeOf(await held("10:00", { durationMinutes: 45 }))).toBe("422 invalid");
  expect(codeOf(await held("10:00", { secret: true }))).toBe("422 invalid");
  expect(codeOf(await hold(api, { id: newId() }, at("10:00")))).toBe("404 not_found");
  const off = await makeMeetingType(world, host, { isActive: false });
  expect(codeOf(await hold(api, off, at("10:00")))).toBe("409 type_inactive");
  expect((await held("10:00", { durationMinutes: 60 })).status).toBe(201);
  expect(await busyOf(world, host)).toEqual([`${at("10:00")}/${at("11:00")}`]);
});

test("a meeting with seats is not held: that would keep its other seats from everybody", async () => {
  const { world, type, held } = await setUp();
  await world.db.run("update meeting_types set capacity = 3 where id = $1", [type.id]);
  expect(codeOf(await held("10:00"))).toBe("422 not_holdable");
  expect(await counts(world, "reservations")).toEqual({ reservations: 0 });
});

test("strangers hold eight times of a host's day and no more, and any of them can still be booked", async () => {
  const { api, type, held, booked } = await setUp();
  const times = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30"];
  const made = [];
  for (const time of times) made.push(await held(time));
  expect(made.map(({ status }) => status)).toEqual(times.map(() => 201));
  expect(codeOf(await held("13:00"))).toBe("409 holds_exhausted");
  expect((await booked("13:00")).status).toBe(201);
  expect((await hold(api, type, at("13:00", "2026-11-24"))).status).toBe(201);
  expect((await held("13:30", { holdId: made[0]?.body.holdId })).status).toBe(201);
  expect(codeOf(await held("14:00"))).toBe("409 holds_exhausted");
});

test("holds that have ended count no more", async () => {
  const { world, held } = await setUp();
  for (const hour of [9, 10, 11, 12])
    for (const half of ["00", "30"]) await held(`${`${hour}`.padStart(2, "0")}:${half}`);
  world.setNow("2026-11-22T10:05:00Z");
  expect((await held("13:00")).status).toBe(201);
});

test("a meeting of several hosts is held of each of them, and booked of the same", async () => {
  const world = await testWorld();
  const api = client(world);
  const [one, two, three] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const groups = [{ hosts: [one] }, { hosts: [two, three], required: 1 }];
  const type = await makeMeetingType(world, one, { groups });
  const { holdId } = (await hold(api, type, at("10:00"))).body;
  expect(
    await Promise.all([one, two, three].map(async (host) => (await busyOf(world, host)).length)),
  ).toEqual([1, 1, 0]);
  const single = await makeMeetingType(world, two);
  expect(codeOf(await book(api, single, at("10:00")))).toBe("409 slot_taken");
  const made = await book(api, type, at("10:00"), { holdId });
  expect(made.body.booking.hosts).toMatchObject([{ id: one.id }, { id: two.id }]);
  expect(await counts(world, "reservations")).toEqual({ reservations: 2 });
  await expectSoundLedger(world);
});

test("a repeated booking of a hold is the same booking, by its key", async () => {
  const { held, booked } = await setUp();
  const { holdId } = (await held("10:00")).body;
  const ask = () => booked("10:00", { holdId, headers: { "idempotency-key": "k" } });
  const [first, again] = [await ask(), await ask()];
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
});

test("holds count to the rate limit of bookings", async () => {
  const world = await testWorld({ RATE_LIMIT_PER_MINUTE: "10" });
  const api = client(world);
  const type = await makeMeetingType(world, await makeHost(world));
  const answers = [];
  for (const time of ["09:00", "10:00", "11:00"]) answers.push(await hold(api, type, at(time)));
  answers.push(await book(api, type, at("12:00")));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
});

test("a type that is closed between the look and the hold is not held", async () => {
  const { world, host, type } = await setUp();
  const close = "update meeting_types set is_active = false, version = version + 1 where id = $1";
  let looks = 0;
  const run: typeof world.db.run = async (text, values) => {
    const rows = await world.db.run(text, values);
    if (!text.includes("Everything that decides")) return rows;
    looks += 1;
    if (looks === 1) await world.db.run(close, [type.id]);
    return rows;
  };
  const racing = client({ ...world, db: { ...world.db, run } });
  expect(codeOf(await hold(racing, type, at("10:00")))).toBe("409 type_inactive");
  expect(looks).toBe(2);
  expect(await busyOf(world, host)).toEqual([]);
});

test("sweeping deletes the holds that have ended, and tells whoever looks at the times", async () => {
  const { world, api, host, type, held } = await setUp();
  const state = () => world.db.run("select availability_state($1) as state", [type.id]);
  await held("10:00");
  world.setNow("2026-11-22T10:03:00Z");
  const { holdId } = (await held("11:00")).body;
  world.setNow("2026-11-22T10:05:00Z");
  const before = await state();
  expect(await sweepHolds(world.db, { now: world.now() })).toHaveLength(1);
  expect(await state()).not.toEqual(before);
  expect(await busyOf(world, host)).toEqual([`${at("11:00")}/${at("11:30")}`]);
  expect(await sweepHolds(world.db, { now: world.now() })).toEqual([]);
  expect((await book(api, type, at("11:00"), { holdId })).status).toBe(201);
});

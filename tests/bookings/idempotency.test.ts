import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf, tally } from "./support/guest.ts";
import { counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const START = "2026-11-23T09:00:00Z";
const LATER = "2026-11-23T14:00:00Z";
const WRITTEN = ["bookings", "outbox", "notifications", "analytics_events", "booking_history"];

const withKey = (key: string, more: object = {}) => ({
  headers: { "idempotency-key": key },
  ...more,
});

test("a repeated request gets the same booking and says so, though its own booking took the time", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const first = await book(api, type, START, withKey("a"));
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  const before = await counts(world, ...WRITTEN);
  const again = await book(api, type, START, withKey("a"));
  expect(again.status).toBe(201);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.headers.get("etag")).toBe('"v1"');
  expect(again.body).toEqual(first.body);
  expect(await counts(world, ...WRITTEN)).toEqual(before);
});

test("the order of the fields does not make another request", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const guest = { name: "Grace", email: "grace@example.com", timeZone: "UTC" };
  const headers = { "idempotency-key": "order" };
  const one = { meetingTypeId: type.id, start: START, guest };
  const other = {
    guest: Object.fromEntries(Object.entries(guest).reverse()),
    start: START,
    meetingTypeId: type.id,
  };
  const first = await api("POST", "/bookings", { headers, body: one });
  const again = await api("POST", "/bookings", { headers, body: other });
  expect([again.status, again.body]).toEqual([201, first.body]);
});

test("another request with a used key is 422, whether its time is free, taken or never offered", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  await book(api, type, START, withKey("b"));
  for (const [start, notes] of [
    [START, "other"],
    [LATER, undefined],
    ["2026-11-23T03:00:00Z", undefined],
  ] as const) {
    const refused = await book(api, type, start, withKey("b", { notes }));
    expect([refused.status, refused.body.code]).toEqual([422, "idempotency_mismatch"]);
  }
  expect((await book(api, type, LATER, withKey("another"))).status).toBe(201);
});

test("20 twins at once make one booking, and all of them are told of it", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const twins = await Promise.all(
    Array.from({ length: 20 }, () => book(api, type, START, withKey("twins"))),
  );
  expect(tally(twins)).toEqual({ "201": 20 });
  expect(new Set(twins.map(({ body }) => body.booking.id)).size).toBe(1);
  expect(new Set(twins.map(({ body }) => body.cancelUrl)).size).toBe(1);
  expect(twins.filter(({ headers }) => headers.has("idempotency-replayed"))).toHaveLength(19);
  const { data } = (await api("GET", "/bookings", { token: host.token })).body;
  expect(data).toHaveLength(1);
});

test("twins of different bodies: one is booked, the others are told of the mismatch", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const starts = ["09:00", "10:00", "11:00", "12:00", "13:00"].map((at) => `2026-11-23T${at}:00Z`);
  const answers = await Promise.all(
    starts.map((start) => book(api, type, start, withKey("mixed"))),
  );
  expect(tally(answers)).toEqual({ "201": 1, "422 idempotency_mismatch": 4 });
});

test("a refused request does not use its key up", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const taken = await book(api, type, START);
  expect((await book(api, type, START, withKey("c"))).status).toBe(409);
  expect((await book(api, type, START, withKey("c", { nonsense: 1 }))).status).toBe(422);
  await guestOf(api, taken).cancel();
  const made = await book(api, type, START, withKey("c"));
  expect([made.status, made.headers.get("idempotency-replayed")]).toEqual([201, null]);
});

test("a key lasts 24 hours by the clock, then it is new", async () => {
  const own = await testWorld();
  const ask = client(own);
  const type = await makeMeetingType(own, await makeHost(own));
  const first = await book(ask, type, LATER, withKey("day"));
  own.setNow("2026-11-23T10:00:00Z");
  expect((await book(ask, type, LATER, withKey("day"))).body).toEqual(first.body);
  own.setNow("2026-11-23T10:00:00.001Z");
  const refused = await book(ask, type, LATER, withKey("day"));
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  const other = await book(ask, type, "2026-11-24T14:00:00Z", withKey("day"));
  expect([other.status, other.headers.get("idempotency-replayed")]).toEqual([201, null]);
  expect(other.body.booking.id).not.toBe(first.body.booking.id);
  expect((await book(ask, type, "2026-11-24T14:00:00Z", withKey("day"))).body).toEqual(other.body);
});

test("a repeat is answered with the booking as it is by now", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const made = await book(api, type, START, withKey("d"));
  await guestOf(api, made).cancel();
  await world.db.run("update meeting_types set archived_at = now() where id = $1", [type.id]);
  const again = await book(api, type, START, withKey("d"));
  expect([again.status, again.body.booking.status]).toEqual([201, "CANCELLED"]);
});

test("a repeat of what is gone by now is told so, and books nothing", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const first = await book(api, type, START, withKey("gone"));
  await world.db.run("delete from bookings where id = $1", [first.body.booking.id]);
  const again = await book(api, type, START, withKey("gone"));
  expect(again).toMatchObject({ status: 404, body: { code: "not_found" } });
  const left = await world.db.run("select from bookings where meeting_type_id = $1", [type.id]);
  expect(left).toHaveLength(0);
});

test("keys are one's own: other types and other users may use the same", async () => {
  const [ada, bob] = [await makeHost(world), await makeHost(world)];
  const types = [await makeMeetingType(world, ada), await makeMeetingType(world, bob)];
  for (const type of types)
    expect((await book(api, type, START, withKey("same"))).status).toBe(201);
  for (const { token } of [ada, bob]) {
    const body = { title: "Dentist", start: LATER, end: "2026-11-23T15:00:00Z" };
    const made = await api("POST", "/bookings", { token, body, ...withKey("same") });
    const again = await api("POST", "/bookings", { token, body, ...withKey("same") });
    expect([made.status, again.body.booking.id]).toEqual([201, made.body.booking.id]);
  }
  await expectSoundLedger(world);
});

test.each([
  ["empty", ""],
  ["longer than 255 characters", "x".repeat(256)],
  ["not ASCII", "schlüssel"],
])("a key that is %s is 422 and books nothing", async (_what, key) => {
  const host = await makeHost(world);
  const refused = await book(api, await makeMeetingType(world, host), START, withKey(key));
  expect(refused.status).toBe(422);
  expect((await api("GET", "/bookings", { token: host.token })).body.data).toEqual([]);
});

test("what a key keeps is a fingerprint, nothing that a guest wrote", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  await book(api, type, START, withKey("private", { notes: "a secret" }));
  const rows = await world.db.run("select * from idempotency_keys where key = 'private'", []);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/grace|secret/i);
});

import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const START = "2026-11-23T10:00:00Z";
const LATER = "2026-11-23T14:00:00Z";
const WRITTEN = ["outbox", "notifications", "analytics_events", "booking_history"];

async function booked(given: Parameters<typeof makeMeetingType>[2] = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  const made = await book(api, type, START);
  expect(made.status).toBe(201);
  return { host, type, made, id: made.body.booking.id as string, guest: guestOf(api, made) };
}

test("PATCH /bookings/:id/reschedule moves: the id stays, version and sequence rise", async () => {
  const { host, type, id, guest } = await booked({ before: 5, after: 10 });
  const { status, headers, body } = await guest.move(LATER, { reason: "Train" });
  expect(status).toBe(200);
  expect(headers.get("etag")).toBe('"v2"');
  expect(body).toMatchObject({
    id,
    start: LATER,
    end: "2026-11-23T14:30:00Z",
    status: "CONFIRMED",
  });
  expect([body.version, body.sequence]).toEqual([2, 1]);
  expect(await busyOf(world, host)).toEqual(["2026-11-23T13:55:00Z/2026-11-23T14:40:00Z"]);
  expect((await book(api, type, START)).status).toBe(201);
  await expectSoundLedger(world);
});

test("a host moves it too", async () => {
  const { host, id } = await booked();
  const url = `/bookings/${id}/reschedule`;
  const moved = await api("PATCH", url, { token: host.token, body: { start: LATER } });
  expect(moved.body).toMatchObject({ start: LATER, sequence: 1 });
});

test("a refused move leaves the old time as it was, and tells three free ones", async () => {
  const { host, type, guest } = await booked();
  await book(api, type, LATER);
  const before = await counts(world, ...WRITTEN);
  const refused = await guest.move(LATER);
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  expect(refused.body.alternatives).toHaveLength(3);
  for (const wrong of ["2026-11-23T08:00:00Z", "2026-11-20T10:00:00Z", "2026-11-23T10:05:00Z"])
    expect((await guest.move(wrong)).status).toBe(422);
  expect((await guest.get()).body).toMatchObject({ start: START, version: 1, sequence: 0 });
  expect(await counts(world, ...WRITTEN)).toEqual(before);
  expect(await busyOf(world, host)).toHaveLength(2);
  expect((await guest.move(refused.body.alternatives[0].start)).status).toBe(200);
  await expectSoundLedger(world);
});

test("to the time that it has already nothing changes and nobody is told", async () => {
  const { made, guest } = await booked();
  const before = await counts(world, ...WRITTEN);
  const same = await guest.move("2026-11-23T11:00:00+01:00", { durationMinutes: 30 });
  expect([same.status, same.body]).toEqual([200, made.body.booking]);
  expect(await counts(world, ...WRITTEN)).toEqual(before);
});

test("it may move over its own old time, and to another of the offered durations", async () => {
  const { host, guest } = await booked({ step: 15, otherMinutes: [60], before: 15 });
  expect((await guest.move("2026-11-23T10:15:00Z")).status).toBe(200);
  expect((await guest.move("2026-11-23T10:00:00Z", { durationMinutes: 60 })).status).toBe(200);
  expect(await busyOf(world, host)).toEqual(["2026-11-23T09:45:00Z/2026-11-23T11:00:00Z"]);
  expect((await guest.get()).body).toMatchObject({ durationMinutes: 60, version: 3, sequence: 2 });
});

test("buffers are kept towards others when it moves", async () => {
  const { type, guest } = await booked({ step: 15, before: 15, after: 15 });
  await book(api, type, LATER);
  expect((await guest.move("2026-11-23T13:15:00Z")).status).toBe(409);
  expect((await guest.move("2026-11-23T14:45:00Z")).status).toBe(409);
  expect((await guest.move("2026-11-23T13:00:00Z")).status).toBe(200);
  await expectSoundLedger(world);
});

test("a booking keeps its duration though its type has another by now", async () => {
  const { host, type, guest } = await booked();
  await world.db.run(
    "update meeting_types set duration_minutes = 45, version = version + 1 where id = $1",
    [type.id],
  );
  const id = (await guest.get()).body.id;
  const asked = await api(
    "GET",
    `/meeting-types/${type.id}/slots?from=2026-11-24&until=2026-11-24&rescheduleOf=${id}`,
  );
  expect(asked.body.days[0].slots[0]).toMatchObject({ end: "2026-11-24T09:30:00Z" });
  const moved = await guest.move("2026-11-24T09:30:00Z");
  expect(moved.body).toMatchObject({ start: "2026-11-24T09:30:00Z", durationMinutes: 30 });
  expect((await guest.move("2026-11-24T09:00:00Z", { durationMinutes: 45 })).status).toBe(200);
  expect((await guest.move("2026-11-24T09:00:00Z", { durationMinutes: 20 })).status).toBe(422);
  expect(await busyOf(world, host)).toEqual(["2026-11-24T09:00:00Z/2026-11-24T09:45:00Z"]);
});

test("types that are off or archived take no bookings, but theirs can be moved and cancelled", async () => {
  const { type, guest } = await booked();
  await world.db.run(
    "update meeting_types set is_active = false, archived_at = now(), version = version + 1 where id = $1",
    [type.id],
  );
  expect((await book(api, type, LATER)).status).toBe(404);
  expect((await guest.move(LATER)).status).toBe(200);
  expect((await guest.cancel()).status).toBe(200);
});

test("of a host who is suspended nothing can be had, so a booking stays where it is", async () => {
  const { host, guest } = await booked();
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
  const refused = await guest.move(LATER);
  expect([refused.status, refused.body.code]).toEqual([409, "type_inactive"]);
  expect((await guest.get()).body.start).toBe(START);
  expect((await guest.cancel()).body.status).toBe("CANCELLED");
});

test("personal time is not rescheduled but edited", async () => {
  const host = await makeHost(world);
  const { token } = host;
  const body = { title: "Dentist", start: START, end: LATER };
  const made = await api("POST", "/bookings", { token, body });
  const url = `/bookings/${made.body.booking.id}/reschedule`;
  const refused = await api("PATCH", url, { token, body: { start: LATER } });
  expect([refused.status, refused.body.code]).toEqual([422, "invalid"]);
  expect(refused.body.detail).toContain("PATCH /bookings/:id");
});

test("version and If-Match of another state refuse a move", async () => {
  const { guest, id, host } = await booked();
  const conflict = await guest.move(LATER, { version: 3 });
  expect([conflict.status, conflict.body.current.version]).toEqual([409, 1]);
  const headers = { "if-match": '"v3"' };
  const ask = { token: host.token, headers, body: { start: LATER } };
  const stale = await api("PATCH", `/bookings/${id}/reschedule`, ask);
  expect([stale.status, stale.body.current.start]).toEqual([412, START]);
  expect((await guest.move(LATER, { version: 1 })).status).toBe(200);
});

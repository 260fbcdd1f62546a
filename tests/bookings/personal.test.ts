import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const block = (token: string | undefined, body: object = {}) =>
  api("POST", "/bookings", {
    token,
    body: {
      title: "Dentist",
      start: "2026-11-23T11:00:00Z",
      end: "2026-11-23T12:00:00Z",
      ...body,
    },
  });

test("POST /bookings without meetingTypeId blocks the caller's own time", async () => {
  const host = await makeHost(world, { zone: "Europe/London" });
  const made = await block(host.token, { title: " Dentist ", notes: "Bring the card" });
  expect(made.status).toBe(201);
  expect(Object.keys(made.body)).toEqual(["message", "booking"]);
  expect(made.body.booking).toMatchObject({
    kind: "personal",
    title: "Dentist",
    meetingTypeId: null,
    hostId: host.id,
    hosts: [{ id: host.id, name: "Ada Lovelace" }],
    start: "2026-11-23T11:00:00Z",
    end: "2026-11-23T12:00:00Z",
    durationMinutes: 60,
    timeZone: "Europe/London",
    status: "CONFIRMED",
    guest: null,
    notes: "Bring the card",
  });
  expect(await busyOf(world, host)).toEqual(["2026-11-23T11:00:00Z/2026-11-23T12:00:00Z"]);
});

test("personal time ignores hours, notice and buffers", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { before: 30, after: 30, notice: 600 });
  const sundayNight = { start: "2026-11-22T10:00:00Z", end: "2026-11-23T05:00:00Z" };
  expect((await block(host.token, sundayNight)).status).toBe(201);
  expect((await book(api, type, "2026-11-23T13:00:00Z")).status).toBe(201);
  const touching = { start: "2026-11-23T14:00:00Z", end: "2026-11-23T15:00:00Z" };
  expect((await block(host.token, touching)).status).toBe(201);
  await expectSoundLedger(world);
});

test("what overlaps is 409, also a guest's buffer, and guests cannot have blocked time", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { after: 15 });
  await book(api, type, "2026-11-23T10:30:00Z");
  const refused = await block(host.token);
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  const later = { start: "2026-11-23T11:15:00Z" };
  expect((await block(host.token, later)).status).toBe(201);
  expect((await block(host.token, later)).status).toBe(409);
  expect((await book(api, type, "2026-11-23T11:00:00Z")).body.code).toBe("slot_taken");
  const somebodyElse = await makeHost(world);
  expect((await block(somebodyElse.token, later)).status).toBe(201);
  await expectSoundLedger(world);
});

test("a taken time comes with the three nearest gaps, each of which can be had", async () => {
  const host = await makeHost(world, { zone: "Europe/Berlin" });
  await block(host.token);
  await block(host.token, { start: "2026-11-23T12:30:00Z", end: "2026-11-23T14:00:00Z" });
  const wanted = { start: "2026-11-23T11:30:00Z", end: "2026-11-23T12:30:00Z" };
  const { body } = await block(host.token, wanted);
  expect(body.alternatives).toEqual([
    {
      start: "2026-11-23T09:00:00Z",
      end: "2026-11-23T10:00:00Z",
      localStart: "2026-11-23T10:00+01:00",
    },
    {
      start: "2026-11-23T10:00:00Z",
      end: "2026-11-23T11:00:00Z",
      localStart: "2026-11-23T11:00+01:00",
    },
    {
      start: "2026-11-23T14:00:00Z",
      end: "2026-11-23T15:00:00Z",
      localStart: "2026-11-23T15:00+01:00",
    },
  ]);
  for (const { start, end } of body.alternatives)
    expect((await block(host.token, { start, end })).status).toBe(201);
  await expectSoundLedger(world);
});

test("gaps lie ahead, and the booking that moves is not in its own way", async () => {
  const host = await makeHost(world);
  const { token } = host;
  const made = await block(token, { start: "2026-11-22T10:00:00Z", end: "2026-11-22T11:00:00Z" });
  await block(token, { start: "2026-11-22T11:00:00Z", end: "2026-11-22T13:00:00Z" });
  const move = (start: string, end: string) =>
    api("PATCH", `/bookings/${made.body.booking.id}`, { token, body: { start, end } });
  const { status, body } = await move("2026-11-22T11:30:00Z", "2026-11-22T12:00:00Z");
  expect(status).toBe(409);
  const starts = body.alternatives.map(({ start }: { start: string }) => start.slice(11, 16));
  expect(starts).toEqual(["10:00", "10:30", "13:00"]);
  expect((await move("2026-11-22T10:30:00Z", "2026-11-22T11:00:00Z")).status).toBe(200);
});

test("nobody blocks time without signing in, whatever else is wrong", async () => {
  expect((await block(undefined)).status).toBe(401);
  expect((await api("POST", "/bookings", { body: { nonsense: 1 } })).status).toBe(401);
  expect((await api("POST", "/bookings", { body: [] })).status).toBe(401);
  expect((await api("POST", "/bookings")).status).toBe(401);
  expect((await block("nonsense")).status).toBe(401);
});

test.each([
  ["a past start", { start: "2026-11-22T09:59:59Z" }, "start_in_past"],
  ["an end before the start", { end: "2026-11-23T10:00:00Z" }, "end_before_start"],
  ["no time at all", { end: "2026-11-23T11:00:00Z" }, "end_before_start"],
  ["a nanosecond", { end: "2026-11-23T11:00:00.000000001Z" }, "end_before_start"],
  ["more than 31 days", { end: "2026-12-25T11:00:00Z" }, "invalid"],
  ["the year 9998", { start: "9998-12-30T00:00:00Z", end: "9998-12-31T00:00:00Z" }, "too_late"],
  ["the year 1", { start: "0001-01-01T00:00:00Z", end: "0001-01-01T01:00:00Z" }, "start_in_past"],
  [
    "the last instants there are",
    { start: "9998-12-31T23:00:00-12:00", end: "9998-12-31T23:59:59-12:00" },
    "too_late",
  ],
  ["no title", { title: undefined }, "invalid"],
  ["a blank title", { title: "  " }, "invalid"],
  ["a title of two lines", { title: "a\nb" }, "invalid"],
  ["a guest", { guest: { name: "G", email: "g@x.example", timeZone: "UTC" } }, "invalid"],
  ["no end", { end: undefined }, "invalid"],
])("%s is 422 and leaves nothing behind", async (_what, given, code) => {
  const host = await makeHost(world);
  const before = await counts(world, "bookings", "reservations", "outbox", "notifications");
  const { status, body } = await block(host.token, given);
  expect([status, body.code]).toEqual([422, code]);
  expect(await counts(world, ...Object.keys(before))).toEqual(before);
});

test("a start of this very moment is not past, 31 days are not too long", async () => {
  const host = await makeHost(world);
  const given = { start: "2026-11-22T10:00:00Z", end: "2026-12-23T10:00:00Z" };
  expect((await block(host.token, given)).status).toBe(201);
});

test("fractions of a second and odd offsets keep guests' times in agreement with the table", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const odd = {
    start: "2026-11-23T14:45:00.0004+05:45",
    end: "2026-11-23T10:00:00.000400Z",
  };
  const made = await block(host.token, odd);
  expect(made.body.booking).toMatchObject({
    start: "2026-11-23T09:00:00Z",
    end: "2026-11-23T10:00:00Z",
  });
  expect((await book(api, type, "2026-11-23T10:00:00Z")).status).toBe(201);
  const lastly = { start: "2026-11-23T11:00:00Z", end: "2026-11-23T11:00:00.001Z" };
  expect((await block(host.token, lastly)).body.booking.end).toBe("2026-11-23T11:00:00.001Z");
  expect((await book(api, type, "2026-11-23T11:00:00Z")).body.code).toBe("slot_taken");
});

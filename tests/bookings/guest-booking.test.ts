import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const MONDAY_9 = "2026-11-23T09:00:00Z";

test("POST /bookings with meetingTypeId books for a guest, who need not sign in", async () => {
  const host = await makeHost(world, { name: "Ada Lovelace" });
  const type = await makeMeetingType(world, host, { locationDetails: "+44 20 7946 0000" });
  const made = await book(api, type, MONDAY_9, {
    guest: { name: " Grace Hopper ", phone: "+12025550123", timeZone: "europe/berlin" },
    notes: " Looking forward ",
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"v1"');
  expect(made.body).toEqual({
    message: "Booking created",
    booking: {
      id: expect.any(String),
      kind: "guest",
      title: "Intro call",
      meetingTypeId: type.id,
      hostId: host.id,
      hosts: [{ id: host.id, name: "Ada Lovelace" }],
      start: MONDAY_9,
      end: "2026-11-23T09:30:00Z",
      durationMinutes: 30,
      timeZone: "UTC",
      status: "CONFIRMED",
      awaiting: null,
      expiresAt: null,
      location: {
        type: "PHONE",
        url: null,
        meetingId: null,
        password: null,
        details: "+44 20 7946 0000",
      },
      guest: {
        id: expect.any(String),
        name: "Grace Hopper",
        email: "grace@example.com",
        phone: "+12025550123",
        timeZone: "Europe/Berlin",
        localStart: "2026-11-23T10:00+01:00",
      },
      guests: [],
      answers: [],
      notes: "Looking forward",
      tracking: null,
      version: 1,
      sequence: 0,
      cancelledAt: null,
      cancelReason: null,
      createdAt: "2026-11-22T10:00:00Z",
      updatedAt: expect.any(String),
    },
    cancelUrl: expect.stringMatching(/^http:\/\/kalends\.test\/b\/[\da-f-]{36}\/cancel\?token=.+$/),
    rescheduleUrl: expect.stringContaining("/reschedule?token="),
    icsUrl: expect.stringContaining("/calendar.ics?token="),
  });
  expect(made.body.cancelUrl).toContain(`/b/${made.body.booking.id}/cancel?token=`);
  const found = await api("GET", `/bookings/${made.body.booking.id}`, { token: host.token });
  expect(found.body).toMatchObject(made.body.booking);
});

test("a taken time is 409 with the three nearest free starts, each of which can be booked", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  await book(api, type, "2026-11-23T10:00:00Z");
  await book(api, type, "2026-11-23T10:30:00Z");
  const refused = await book(api, type, "2026-11-23T10:00:00Z");
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  expect(refused.body.alternatives).toEqual([
    {
      start: "2026-11-23T09:00:00Z",
      end: "2026-11-23T09:30:00Z",
      localStart: "2026-11-23T10:00+01:00",
    },
    {
      start: "2026-11-23T09:30:00Z",
      end: "2026-11-23T10:00:00Z",
      localStart: "2026-11-23T10:30+01:00",
    },
    {
      start: "2026-11-23T11:00:00Z",
      end: "2026-11-23T11:30:00Z",
      localStart: "2026-11-23T12:00+01:00",
    },
  ]);
  for (const { start } of refused.body.alternatives)
    expect((await book(api, type, start)).status).toBe(201);
  await expectSoundLedger(world);
});

test("buffers are kept on both sides, towards bookings with buffers and without", async () => {
  const host = await makeHost(world);
  const padded = await makeMeetingType(world, host, { before: 10, after: 20, step: 10 });
  const bare = await makeMeetingType(world, host, { step: 10 });
  expect((await book(api, padded, "2026-11-23T12:00:00Z")).status).toBe(201);
  expect(await busyOf(world, host)).toEqual(["2026-11-23T11:50:00Z/2026-11-23T12:50:00Z"]);
  const at = async (type: { id: string }, time: string) =>
    (await book(api, type, `2026-11-23T${time}:00Z`)).status;
  expect(await at(bare, "11:30")).toBe(409);
  expect(await at(bare, "12:40")).toBe(409);
  expect(await at(padded, "12:50")).toBe(409);
  expect(await at(padded, "11:10")).toBe(409);
  expect(await at(bare, "11:20")).toBe(201);
  expect(await at(padded, "13:00")).toBe(201);
  expect(await at(padded, "10:30")).toBe(201);
  await expectSoundLedger(world);
});

test("a duration that is offered is booked, another refused by name", async () => {
  const type = await makeMeetingType(world, await makeHost(world), { otherMinutes: [15, 60] });
  const made = await book(api, type, MONDAY_9, { durationMinutes: 60 });
  expect(made.body.booking).toMatchObject({ end: "2026-11-23T10:00:00Z", durationMinutes: 60 });
  const refused = await book(api, type, MONDAY_9, { durationMinutes: 45 });
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([
    { path: "durationMinutes", message: "must be one of 30, 15, 60" },
  ]);
});

test.each([
  ["outside_hours", "2026-11-23T08:30:00Z", {}],
  ["outside_hours", "2026-11-23T16:45:00Z", {}],
  ["outside_hours", "2026-11-23T09:10:00Z", {}],
  ["too_soon", MONDAY_9, { notice: 24 * 60 }],
  ["too_late", "2026-12-14T09:00:00Z", { horizon: { kind: "rolling", days: 7 } }],
  ["start_in_past", "2026-11-20T09:00:00Z", {}],
])("%s is 422 for %s", async (code, start, given) => {
  const type = await makeMeetingType(world, await makeHost(world), given);
  const { status, body } = await book(api, type, start);
  expect([status, body.code]).toEqual([422, code]);
});

test("a type that is off is 409, an archived or unknown one 404", async () => {
  const host = await makeHost(world);
  const off = await makeMeetingType(world, host, { isActive: false });
  const archived = await makeMeetingType(world, host, { archivedAt: "2026-11-01" });
  expect((await book(api, off, MONDAY_9)).body.code).toBe("type_inactive");
  expect((await book(api, archived, MONDAY_9)).body.code).toBe("not_found");
  expect((await book(api, { id: host.id }, MONDAY_9)).body.code).toBe("not_found");
});

test.each([
  ["no guest", { title: undefined }, "guest"],
  ["keys of both kinds", { title: "Dentist", end: MONDAY_9 }, "title"],
  [
    "a typo",
    { guest: { name: "Grace", email: "g@example.com", timezone: "UTC" } },
    "guest.timezone",
  ],
  ["no address", { guest: { name: "Grace", email: "grace", timeZone: "UTC" } }, "guest.email"],
  [
    "a zone that is none",
    { guest: { name: "G", email: "g@x.example", timeZone: "EST" } },
    "guest.timeZone",
  ],
  ["a blank name", { guest: { name: " ", email: "g@x.example", timeZone: "UTC" } }, "guest.name"],
  ["an instant without a zone", { start: "2026-11-23T09:00:00" }, "start"],
  ["a fraction of a minute", { durationMinutes: 30.5 }, "durationMinutes"],
  ["notes beyond 5000 characters", { notes: "x".repeat(5001) }, "notes"],
  ["a control character", { notes: "a\u0000b" }, "notes"],
  ["null for a type", { meetingTypeId: null }, "meetingTypeId"],
])("%s is 422 and names the field", async (_what, given, path) => {
  const type = await makeMeetingType(world, await makeHost(world));
  const body = { meetingTypeId: type.id, start: MONDAY_9, ...given };
  const refused = await api("POST", "/bookings", { body });
  expect([refused.status, refused.body.code]).toEqual([422, "invalid"]);
  expect(refused.body.errors.map((each: { path: string }) => each.path)).toContain(path);
});

test("what people write comes back as they wrote it", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const name = "Zoë 🧑‍🚀 O'Neill; drop table bookings; -- <b>";
  const notes = `${"ñ".repeat(4990)}\n日本語`;
  const made = await book(api, type, MONDAY_9, {
    guest: { name, email: "Grace@Example.com" },
    notes,
  });
  expect(made.status).toBe(201);
  expect(made.body.booking).toMatchObject({ notes, guest: { name, email: "Grace@Example.com" } });
});

test("CUSTOM_LINK shows its address as url, other places as details", async () => {
  const host = await makeHost(world);
  const link = "https://meet.example/ada";
  const custom = await makeMeetingType(world, host, {
    locationType: "CUSTOM_LINK",
    locationDetails: link,
  });
  expect((await book(api, custom, MONDAY_9)).body.booking.location).toMatchObject({
    type: "CUSTOM_LINK",
    url: link,
    details: null,
  });
});

test("booking with a host's token is still a guest's booking; a wrong token is 401", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const body = {
    meetingTypeId: type.id,
    start: MONDAY_9,
    guest: { name: "Grace", email: "grace@example.com", timeZone: "UTC" },
  };
  const made = await api("POST", "/bookings", { body, token: host.token });
  expect(made.body.booking).toMatchObject({ kind: "guest", meetingTypeId: type.id });
  expect((await api("POST", "/bookings", { body, token: "nonsense" })).status).toBe(401);
});

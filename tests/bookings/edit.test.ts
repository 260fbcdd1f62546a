import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const WRITTEN = ["outbox", "notifications", "analytics_events", "booking_history"];

async function guestBooking() {
  const host = await makeHost(world);
  const made = await book(api, await makeMeetingType(world, host), "2026-11-23T09:00:00Z");
  const { id } = made.body.booking;
  const patch = (body: object, headers = {}) =>
    api("PATCH", `/bookings/${id}`, { token: host.token, body, headers });
  return { host, made, id, patch };
}

async function personalBooking(ask = api, on = world) {
  const host = await makeHost(on);
  const { token } = host;
  const span = { start: "2026-11-23T09:00:00Z", end: "2026-11-23T10:00:00Z" };
  const made = await ask("POST", "/bookings", { token, body: { title: "Dentist", ...span } });
  const { id } = made.body.booking;
  return { host, id, patch: (body: object) => ask("PATCH", `/bookings/${id}`, { token, body }) };
}

test("PATCH /bookings/:id changes title, notes and place, and only what is named", async () => {
  const { patch } = await guestBooking();
  const location = { type: "ZOOM", url: "https://zoom.example/1", meetingId: "845", password: "x" };
  const { status, headers, body } = await patch({
    title: " Deep dive ",
    notes: "Bring slides",
    location,
  });
  expect([status, headers.get("etag")]).toEqual([200, '"v2"']);
  expect(body).toMatchObject({
    title: "Deep dive",
    notes: "Bring slides",
    location: { ...location, details: null },
    version: 2,
    sequence: 1,
    start: "2026-11-23T09:00:00Z",
  });
  expect((await patch({ notes: null })).body).toMatchObject({ title: "Deep dive", notes: null });
  const moved = await patch({ location: { type: "IN_PERSON", details: "Room 2" } });
  expect(moved.body.location).toEqual({
    type: "IN_PERSON",
    url: null,
    meetingId: null,
    password: null,
    details: "Room 2",
  });
});

test("what is so already is no change: nothing is written and nobody told", async () => {
  const guest = await guestBooking();
  const personal = await personalBooking();
  const before = await counts(world, ...WRITTEN);
  const { title, start, end } = {
    title: "Dentist",
    start: "2026-11-23T10:00+01:00",
    end: "2026-11-23T10:00:00Z",
  };
  for (const body of [{}, { title: "Intro call" }, { location: { type: "PHONE" } }, { notes: " " }])
    expect((await guest.patch(body)).body).toMatchObject(guest.made.body.booking);
  expect((await personal.patch({ title, start, end })).body.version).toBe(1);
  expect(await counts(world, ...WRITTEN)).toEqual(before);
});

test("the times of a guest's booking are not changed here", async () => {
  const { patch, made } = await guestBooking();
  for (const path of ["start", "end"]) {
    const refused = await patch({ [path]: "2026-11-23T12:00:00Z" });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].path).toBe(path);
    expect(refused.body.detail).toContain("/reschedule");
  }
  expect((await patch({})).body).toMatchObject(made.body.booking);
});

test("personal time moves whole or by one end, with other changes in the same step", async () => {
  const { host, id, patch } = await personalBooking();
  const later = await patch({ end: "2026-11-23T11:00:00Z" });
  expect(later.body).toMatchObject({ start: "2026-11-23T09:00:00Z", end: "2026-11-23T11:00:00Z" });
  const whole = await patch({
    start: "2026-11-23T10:30:00Z",
    end: "2026-11-23T12:00:00Z",
    title: "Orthodontist",
    notes: "Ask about braces",
  });
  expect(whole.body).toMatchObject({ id, title: "Orthodontist", version: 3, sequence: 2 });
  expect(await busyOf(world, host)).toEqual(["2026-11-23T10:30:00Z/2026-11-23T12:00:00Z"]);
  const { history } = (await api("GET", `/bookings/${id}`, { token: host.token })).body;
  expect(history.at(-1)).toMatchObject({ event: "rescheduled", actor: "host" });
  expect(history.at(-1).was).toEqual({
    start: expect.stringContaining("2026-11-23T09:00:00"),
    end: expect.stringContaining("2026-11-23T11:00:00"),
    title: "Dentist",
    notes: null,
  });
  await expectSoundLedger(world);
});

test("a refused move of personal time leaves everything as it was", async () => {
  const { host, id, patch } = await personalBooking();
  await book(api, await makeMeetingType(world, host), "2026-11-23T11:00:00Z");
  const before = await counts(world, ...WRITTEN);
  const refusals = [
    await patch({ end: "2026-11-23T11:15:00Z", title: "New" }),
    await patch({ end: "2026-11-23T09:00:00Z" }),
    await patch({ start: "2026-11-20T09:00:00Z" }),
    await patch({ start: "9998-01-01T00:00:00Z", end: "9998-01-01T01:00:00Z" }),
    await patch({ end: "2027-11-23T09:00:00Z" }),
  ];
  expect(refusals.map(({ body }) => body.code)).toEqual([
    "slot_taken",
    "end_before_start",
    "start_in_past",
    "too_late",
    "invalid",
  ]);
  const { body } = await api("GET", `/bookings/${id}`, { token: host.token });
  expect(body).toMatchObject({ title: "Dentist", end: "2026-11-23T10:00:00Z", version: 1 });
  expect(await counts(world, ...WRITTEN)).toEqual(before);
  await expectSoundLedger(world);
});

test("personal time that has begun may end at another time, but not begin at another past one", async () => {
  const own = await testWorld();
  const { patch } = await personalBooking(client(own), own);
  own.setNow("2026-11-23T09:30:00Z");
  expect((await patch({ end: "2026-11-23T10:30:00Z" })).status).toBe(200);
  expect((await patch({ start: "2026-11-23T09:15:00Z" })).body.code).toBe("start_in_past");
});

test("If-Match and version guard against changes based on an older state", async () => {
  const { patch } = await guestBooking();
  expect((await patch({ notes: "one" }, { "if-match": '"v1"' })).status).toBe(200);
  const stale = await patch({ notes: "two" }, { "if-match": '"v1"' });
  expect([stale.status, stale.body.current.notes]).toEqual([412, "one"]);
  const conflict = await patch({ notes: "two", version: 1 });
  expect([conflict.status, conflict.body.code]).toEqual([409, "version_conflict"]);
  expect(conflict.body.current).toMatchObject({ notes: "one", version: 2 });
  expect((await patch({ notes: "two", version: 2 }, { "if-match": "*" })).status).toBe(200);
});

test.each([
  ["a place that is none", { location: { type: "MOON" } }],
  ["a place without a type", { location: { details: "Room 2" } }],
  [
    "a link that is no web address",
    { location: { type: "CUSTOM_LINK", url: "javascript:alert(1)" } },
  ],
  ["an unknown field", { status: "CANCELLED" }],
  ["no title", { title: null }],
  ["a version that is none", { version: 0 }],
])("%s is 422", async (_what, body) => {
  const { patch } = await guestBooking();
  expect((await patch(body)).status).toBe(422);
});

test("a guest still has the link after the host's edit, and sees it", async () => {
  const { patch, made } = await guestBooking();
  await patch({ title: "Deep dive" });
  expect((await guestOf(api, made).get()).body.title).toBe("Deep dive");
});

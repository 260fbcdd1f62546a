// What a change writes besides the booking: promises, notifications, events and history.
import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";

const world = await testWorld();
const api = client(world);
const START = "2026-11-23T10:00:00Z";
const NOW = "2026-11-22T10:00:00Z";

type Given = Parameters<typeof makeMeetingType>[2];

async function booked(given: Given = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  const made = await book(api, type, START);
  const { id, guest: person } = made.body.booking as { id: string; guest: { id: string } };
  const links = made.body as { icsUrl: string };
  return { host, type, id, guestId: person.id, guest: guestOf(api, made), links };
}

/** The promises of a booking as [kind, to whom, when, of which sequence]. */
async function promisesOf(id: string) {
  const rows = await world.db.run(
    `select queue, kind, attendee_id, user_id, due_at, sequence, attempts, done_at from outbox
     where booking_id = $1 order by sequence, due_at, kind, user_id nulls first`,
    [id],
  );
  expect(rows.every(({ attempts, doneAt }) => attempts === 0 && doneAt === null)).toBe(true);
  return rows.map((row) => [
    row["queue"],
    row["kind"],
    row["attendeeId"] ?? row["userId"],
    `${row["dueAt"]}`,
    row["sequence"],
  ]);
}

const unread = async (token: string) =>
  (await api("GET", "/notifications/unread", { token })).body.data.map(
    ({ type, title, message, metadata, isRead }: Record<string, unknown>) => ({
      type,
      title,
      message,
      metadata,
      isRead,
    }),
  );

const eventsOf = (id: string) =>
  world.db.run(
    "select event_type, user_id, metadata from analytics_events where metadata ->> 'bookingId' = $1 order by id",
    [id],
  );

const REMINDERS: Given = {
  reminders: [
    { minutesBefore: 60, channel: "email", to: "both" },
    { minutesBefore: 24 * 60, channel: "email", to: "guest" },
    { minutesBefore: 10, channel: "email", to: "host" },
    { minutesBefore: 30, channel: "sms", to: "guest" },
  ],
};

test("booking promises a mail to guest and host at once, and reminders that lie ahead", async () => {
  const { host, id, guestId } = await booked(REMINDERS);
  expect(await promisesOf(id)).toEqual([
    ["emails", "BOOKING_CONFIRMATION", guestId, NOW, 0],
    ["emails", "BOOKING_CONFIRMATION", host.id, NOW, 0],
    ["reminders", "BOOKING_REMINDER", guestId, "2026-11-23T09:00:00Z", 0],
    ["reminders", "BOOKING_REMINDER", host.id, "2026-11-23T09:00:00Z", 0],
    // Whether he takes SMS is asked when it fires.
    ["reminders", "BOOKING_REMINDER_SMS", guestId, "2026-11-23T09:30:00Z", 0],
    ["reminders", "BOOKING_REMINDER", host.id, "2026-11-23T09:50:00Z", 0],
  ]);
});

test("moving promises mails and reminders of the new sequence", async () => {
  const { host, id, guestId, guest } = await booked({
    reminders: [{ minutesBefore: 60, channel: "email", to: "guest" }],
  });
  await guest.move("2026-11-24T09:00:00Z");
  expect((await promisesOf(id)).slice(3)).toEqual([
    ["emails", "BOOKING_RESCHEDULED", guestId, NOW, 1],
    ["emails", "BOOKING_RESCHEDULED", host.id, NOW, 1],
    ["reminders", "BOOKING_REMINDER", guestId, "2026-11-24T08:00:00Z", 1],
  ]);
});

test("cancelling promises a mail to both", async () => {
  const { host, id, guestId, guest } = await booked();
  await guest.cancel();
  expect((await promisesOf(id)).slice(2)).toEqual([
    ["emails", "BOOKING_CANCELLED", guestId, NOW, 1],
    ["emails", "BOOKING_CANCELLED", host.id, NOW, 1],
  ]);
});

test("a type that wants no mails promises none, but reminders all the same", async () => {
  const { id, guest } = await booked({
    notifications: { confirmation: false, reschedule: false, cancellation: false },
    reminders: [{ minutesBefore: 60, channel: "email", to: "guest" }],
  });
  await guest.move("2026-11-24T09:00:00Z");
  await guest.cancel();
  expect((await promisesOf(id)).map(([, kind]) => kind)).toEqual([
    "BOOKING_REMINDER",
    "BOOKING_REMINDER",
  ]);
});

test("hosts have their notification before the answer, with no worker running", async () => {
  const { host, id, guest } = await booked();
  const created = {
    type: "BOOKING_CONFIRMED",
    title: "New booking",
    message: "Grace Hopper booked Intro call: Mon, 23 Nov 2026, 10:00.",
    metadata: { bookingId: id, title: "Intro call", guest: "Grace Hopper", start: START },
    isRead: false,
  };
  expect(await unread(host.token)).toEqual([created]);
  await guest.move("2026-11-24T09:00:00Z");
  expect((await unread(host.token))[0]).toMatchObject({
    type: "BOOKING_RESCHEDULED",
    message: "Grace Hopper moved Intro call to Tue, 24 Nov 2026, 09:00.",
    metadata: { bookingId: id, start: "2026-11-24T09:00:00Z", previousStart: START },
  });
  await api("DELETE", `/bookings/${id}`, { token: host.token });
  expect((await unread(host.token))[0]).toMatchObject({
    type: "BOOKING_CANCELLED",
    message: "Ada Lovelace cancelled Intro call, Tue, 24 Nov 2026, 09:00.",
    metadata: { bookingId: id, start: "2026-11-24T09:00:00Z" },
  });
});

test("every change is one event of analytics, with the host", async () => {
  const { host, type, id, guest } = await booked();
  await guest.move("2026-11-24T09:00:00Z");
  await guest.cancel();
  expect(await eventsOf(id)).toEqual([
    {
      eventType: "BOOKING_CREATED",
      userId: host.id,
      metadata: { bookingId: id, meetingTypeId: type.id, durationHours: 0.5 },
    },
    { eventType: "BOOKING_RESCHEDULED", userId: host.id, metadata: { bookingId: id } },
    { eventType: "BOOKING_CANCELLED", userId: host.id, metadata: { bookingId: id } },
  ]);
});

test("history tells who changed what, when and why, the oldest first", async () => {
  const { host, id, guest } = await booked();
  await guest.move("2026-11-24T09:00:00Z", { reason: " Train " });
  await api("PATCH", `/bookings/${id}`, { token: host.token, body: { notes: "Bring slides" } });
  await api("PATCH", `/bookings/${id}/cancel`, { token: host.token, body: { reason: "Ill" } });
  const { history } = (await guest.get()).body;
  const entry = (event: string, actor: string, reason: string | null, was: unknown) => ({
    event,
    at: NOW,
    actor,
    by: actor === "guest" ? "Grace Hopper" : "Ada Lovelace",
    reason,
    was,
  });
  expect(history).toEqual([
    entry("booked", "guest", null, null),
    entry("rescheduled", "guest", "Train", {
      start: "2026-11-23T10:00:00Z",
      end: "2026-11-23T10:30:00Z",
    }),
    entry("edited", "host", null, {
      title: "Intro call",
      notes: null,
      location: { type: "PHONE", url: null, meetingId: null, password: null, details: null },
    }),
    entry("cancelled", "host", "Ill", { status: "CONFIRMED" }),
  ]);
});

test("personal time tells its own host only", async () => {
  const host = await makeHost(world);
  const body = { title: "Dentist", start: START, end: "2026-11-23T11:30:00Z" };
  const { token } = host;
  const made = await api("POST", "/bookings", { token, body });
  const { id } = made.body.booking;
  expect(await promisesOf(id)).toEqual([["emails", "BOOKING_CONFIRMATION", host.id, NOW, 0]]);
  expect(await unread(token)).toMatchObject([
    { type: "BOOKING_CONFIRMED", message: "You blocked time: Dentist, Mon, 23 Nov 2026, 10:00." },
  ]);
  expect(await eventsOf(id)).toMatchObject([{ metadata: { durationHours: 1.5 } }]);
  await api("PATCH", `/bookings/${id}`, { token, body: { end: "2026-11-23T11:00:00Z" } });
  await api("DELETE", `/bookings/${id}`, { token });
  expect((await promisesOf(id)).map(([, kind, to]) => [kind, to])).toEqual([
    ["BOOKING_CONFIRMATION", host.id],
    ["BOOKING_RESCHEDULED", host.id],
    ["BOOKING_CANCELLED", host.id],
  ]);
  expect(await unread(token)).toHaveLength(3);
});

test("the invitation is there for guest and host, under one UID, cancelled when the booking is", async () => {
  const { host, id, guestId, guest, links } = await booked();
  const ics = async (headers: Record<string, string>) =>
    api("GET", `/bookings/${id}/calendar.ics`, { headers });
  const asGuest = await api("GET", new URL(links.icsUrl).pathname + new URL(links.icsUrl).search);
  expect(asGuest.text).toContain("METHOD:REQUEST");
  const asHost = await ics({ authorization: `Bearer ${host.token}` });
  expect(asHost.status).toBe(200);
  expect(asHost.headers.get("content-type")).toMatch(
    /^text\/calendar; charset=utf-8; method=REQUEST/i,
  );
  expect(asHost.headers.get("content-disposition")).toMatch(
    /^attachment; filename="[\w.-]+\.ics"$/,
  );
  expect(asHost.headers.get("cache-control")).toBe("private, no-store");
  expect(asHost.text).toContain("DTSTART:20261123T100000Z");
  await guest.move("2026-11-24T09:00:00Z");
  const moved = await ics({ authorization: `Bearer ${host.token}` });
  expect(moved.text).toContain("SEQUENCE:1");
  expect(moved.text).toContain("DTSTART:20261124T090000Z");
  await guest.cancel();
  const cancelled = await ics({ authorization: `Bearer ${host.token}` });
  expect(cancelled.text).toMatch(/METHOD:CANCEL/);
  expect(cancelled.text).toMatch(/STATUS:CANCELLED/);
  for (const { text } of [asGuest, asHost, moved, cancelled])
    expect(text.replaceAll("\r\n ", "")).toContain(`UID:${guestId}`);
});

// What hosts do to events in their calendars, and what they are asked then.
import { beforeEach, describe, expect, test } from "bun:test";
import { tokenOf } from "../bookings/support/guest.ts";
import { browser, wordsOf } from "../pages/browser.ts";
import { sendDueMails } from "../support/mails.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { KeptCalendar } from "./support/kept-calendar.ts";
import { connectCalendar, eventRow, promisesOf, write } from "./support/writing.ts";

const base = await testWorld();
let calendar = new KeptCalendar();
const world = {
  ...base,
  get calendars() {
    return { google: calendar };
  },
};
const api = client(world);
const web = browser(world);
const HOURS = { hours: [{ rrule: "FREQ=DAILY", from: "08:00", until: "18:00" }] };
const START = "2026-12-01T10:00:00Z";
const at = (start: string) => ({
  start: Temporal.Instant.from(start),
  end: Temporal.Instant.from(start).add({ minutes: 30 }),
});
let host: Host;
let id: string;
let token: string;

beforeEach(async () => {
  base.setNow("2026-11-22T10:00:00Z");
  await world.db.run("delete from outbox", []);
  calendar = new KeptCalendar();
  host = await makeHost(world, HOURS);
  const type = await makeMeetingType(world, host);
  await connectCalendar(world, host);
  const made = await book(api, type, START);
  id = made.body.booking.id;
  token = tokenOf(made);
  await write(world);
});

const asHost = (method: string, path: string, body?: object) =>
  api(method, path, { token: host.token, ...(body && { body }) });

/** What a sync writes down. */
const noticed = (drift: "moved" | "deleted" | null, start: string | null = null) =>
  world.db.run(
    `update calendar_events set drift = $2, drifted_to = case when $2 = 'moved' then tstzrange($3::timestamptz, $3::timestamptz + interval '30 minutes') end,
       drifted_at = case when $2::text is not null then $4::timestamptz end where booking_id = $1`,
    [
      id,
      drift,
      start === null
        ? null
        : world.db.parameter("timestamptz", Temporal.Instant.from(start) as never),
      world.db.parameter("timestamptz", world.now() as never),
    ],
  );
const questions = async () =>
  (await asHost("GET", "/notifications")).body.data.filter(({ type }: { type: string }) =>
    type.startsWith("CALENDAR_EVENT"),
  );
const mails = async () =>
  (
    await world.db.run(
      `select m.subject, m.text from mailbox m join outbox o on o.id = m.id
       where o.kind like 'CALENDAR%' and o.booking_id = $1 order by m.created_at`,
      [id],
    )
  ).map(({ subject, text }) => ({ subject: `${subject}`, text: `${text}` }));
const state = async () => (await asHost("GET", `/bookings/${id}`)).body;

describe("an event that its host moves", () => {
  test("is asked about once, and nothing changes", async () => {
    calendar.move(at("2026-12-02T11:00:00Z"));
    await noticed("moved", "2026-12-02T11:00:00Z");
    expect(await questions()).toMatchObject([
      {
        type: "CALENDAR_EVENT_MOVED",
        isRead: false,
        metadata: { bookingId: id, guest: "Grace Hopper" },
        message: expect.stringContaining("Wed, 2 Dec 2026, 11:00"),
      },
    ]);
    expect(await state()).toMatchObject({
      start: START,
      version: 1,
      calendarEvents: [
        {
          state: "moved",
          movedTo: { start: "2026-12-02T11:00:00Z", end: "2026-12-02T11:30:00Z" },
        },
      ],
    });
    // An edit of the booking does not take it back either.
    await asHost("PATCH", `/bookings/${id}`, { notes: "New" });
    await write(world);
    expect(`${calendar.events()[0]?.during.start}`).toBe("2026-12-02T11:00:00Z");
  });

  test("again before he has answered is one question, about where it is now", async () => {
    await noticed("moved", "2026-12-02T11:00:00Z");
    await noticed("moved", "2026-12-02T11:00:00Z");
    await noticed("moved", "2026-12-03T09:00:00Z");
    const [question, ...more] = await questions();
    expect(more).toEqual([]);
    expect(question.message).toContain("Thu, 3 Dec 2026, 09:00");
    base.setNow("2026-11-22T10:02:00Z");
    await sendDueMails(world);
    const [asked, ...others] = await mails();
    expect(others).toEqual([]);
    expect(asked?.text).toContain("Thu, 3 Dec 2026, 09:00");
    await noticed("deleted");
    expect(await questions()).toMatchObject([{ type: "CALENDAR_EVENT_DELETED" }]);
  });

  test("can be put back, which ends the question", async () => {
    calendar.move(at("2026-12-02T11:00:00Z"));
    await noticed("moved", "2026-12-02T11:00:00Z");
    const answer = await asHost("PATCH", `/bookings/${id}/calendar-event/put-back`);
    expect(answer.status).toBe(200);
    await write(world);
    expect(`${calendar.events()[0]?.during.start}`).toBe(START);
    expect(await questions()).toMatchObject([{ isRead: true }]);
    expect(await eventRow(world, id, host.id)).toMatchObject({ drift: null, incarnation: 1 });
    const promised = (await promisesOf(world, id)).length;
    await asHost("PATCH", `/bookings/${id}/calendar-event/put-back`);
    expect(await promisesOf(world, id)).toHaveLength(promised);
    base.setNow("2026-11-22T10:05:00Z");
    await sendDueMails(world);
    expect(await mails()).toEqual([]);
  });

  test("takes the booking along, where its host says so", async () => {
    calendar.move(at("2026-12-02T11:00:00Z"));
    await noticed("moved", "2026-12-02T11:00:00Z");
    const answer = await asHost("PATCH", `/bookings/${id}/calendar-event/reschedule`);
    expect(answer.body).toMatchObject({ start: "2026-12-02T11:00:00Z", version: 2 });
    await write(world);
    expect(await eventRow(world, id, host.id)).toMatchObject({ drift: null, version: 2 });
    const again = await asHost("PATCH", `/bookings/${id}/calendar-event/reschedule`);
    expect(again.body).toMatchObject({ start: "2026-12-02T11:00:00Z", version: 2 });
  });

  test("is a reschedule as any other: refused where the time is not offered", async () => {
    await noticed("moved", "2026-12-02T22:00:00Z");
    const answer = await asHost("PATCH", `/bookings/${id}/calendar-event/reschedule`);
    expect(answer).toMatchObject({ status: 422, body: { code: "outside_hours" } });
    expect(await state()).toMatchObject({ start: START, calendarEvents: [{ state: "moved" }] });
  });

  test("follows its booking where that is moved by somebody else", async () => {
    calendar.move(at("2026-12-02T11:00:00Z"));
    await noticed("moved", "2026-12-02T11:00:00Z");
    await api("PATCH", `/bookings/${id}/reschedule`, {
      headers: { "x-booking-token": token },
      body: { start: "2026-12-04T09:00:00Z" },
    });
    await write(world);
    expect(`${calendar.events()[0]?.during.start}`).toBe("2026-12-04T09:00:00Z");
    expect(await questions()).toMatchObject([{ isRead: true }]);
  });

  test("before a sync has seen it is noticed when it is written", async () => {
    calendar.move(at("2026-12-02T11:00:00Z"));
    await asHost("PATCH", `/bookings/${id}`, { notes: "New" });
    await write(world);
    expect(`${calendar.events()[0]?.during.start}`).toBe("2026-12-02T11:00:00Z");
    expect(await questions()).toMatchObject([{ type: "CALENDAR_EVENT_MOVED" }]);
  });

  test("is his own affair where only its title has changed", async () => {
    calendar.rename();
    await asHost("PATCH", `/bookings/${id}`, { notes: "New" });
    await write(world);
    expect(await questions()).toEqual([]);
    expect(calendar.events()[0]?.draft.description).toContain("New");
  });

  test("of time that he blocks for himself moves that", async () => {
    const own = await asHost("POST", "/bookings", {
      title: "Dentist",
      start: "2026-12-07T10:00:00Z",
      end: "2026-12-07T10:30:00Z",
    });
    id = own.body.booking.id;
    await write(world);
    await noticed("moved", "2026-12-07T12:00:00Z");
    const answer = await asHost("PATCH", `/bookings/${id}/calendar-event/reschedule`);
    expect(answer.body).toMatchObject({ start: "2026-12-07T12:00:00Z" });
  });
});

describe("an event that its host deletes", () => {
  test("is made anew where he wants it back", async () => {
    calendar.delete();
    await noticed("deleted");
    expect(await questions()).toMatchObject([
      { type: "CALENDAR_EVENT_DELETED", message: expect.stringContaining("still booked") },
    ]);
    const follow = await asHost("PATCH", `/bookings/${id}/calendar-event/reschedule`);
    expect(follow).toMatchObject({ status: 409, body: { code: "event_deleted" } });
    await asHost("PATCH", `/bookings/${id}/calendar-event/put-back`);
    await write(world);
    expect(calendar.events()).toHaveLength(1);
    expect(await eventRow(world, id, host.id)).toMatchObject({ drift: null, incarnation: 2 });
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    expect(calendar.events()).toEqual([]);
  });

  test("ends the question where the booking is cancelled", async () => {
    calendar.delete();
    await noticed("deleted");
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    expect(calendar.events()).toEqual([]);
    expect(await questions()).toMatchObject([{ isRead: true }]);
    expect(await eventRow(world, id, host.id)).toBeUndefined();
  });

  test("before a sync has seen it is noticed when it is written", async () => {
    calendar.delete();
    await asHost("PATCH", `/bookings/${id}`, { notes: "New" });
    await write(world);
    expect(calendar.events()).toEqual([]);
    expect(await questions()).toMatchObject([{ type: "CALENDAR_EVENT_DELETED" }]);
  });

  test("comes back where its booking is moved", async () => {
    calendar.delete();
    await asHost("PATCH", `/bookings/${id}/reschedule`, { start: "2026-12-04T09:00:00Z" });
    await write(world);
    expect(calendar.events()).toHaveLength(1);
    expect(await questions()).toEqual([]);
  });
});

describe("the page of its host", () => {
  const page = () => {
    const url = /\S+\/host\?token=\S+/.exec(calendar.events()[0]?.draft.description ?? "")?.[0];
    const { pathname, search, searchParams } = new URL(url ?? "");
    return { path: pathname, link: `${pathname}${search}`, token: searchParams.get("token")! };
  };

  test("is led to by the event and by the mail, and changes nothing by being opened", async () => {
    const { link } = page();
    await noticed("moved", "2026-12-02T11:00:00Z");
    base.setNow("2026-11-22T10:02:00Z");
    await sendDueMails(world);
    expect((await mails())[0]?.text).toContain(link);
    const opened = await web.get(link);
    expect(wordsOf(opened)).toContain("You moved this event in your calendar");
    expect(await state()).toMatchObject({ start: START, calendarEvents: [{ state: "moved" }] });
  });

  test("moves the booking, or puts the event back", async () => {
    const { path, token: key, link } = page();
    await noticed("moved", "2026-12-02T22:00:00Z");
    const refused = await web.post(path, { token: key, answer: "reschedule" });
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toContain("The booking was not moved.");
    await noticed("moved", "2026-12-02T11:00:00Z");
    const moved = await web.post(path, { token: key, answer: "reschedule" });
    expect(moved.status).toBeLessThan(400);
    expect(await state()).toMatchObject({ start: "2026-12-02T11:00:00Z" });
    await write(world);
    await noticed("deleted");
    await web.post(path, { token: key, answer: "put-back" });
    expect(await state()).toMatchObject({ calendarEvents: [{ state: "pending" }] });
    expect(wordsOf(await web.get(link))).not.toContain("deleted this event");
  });

  test("lets him choose another time, and cancel", async () => {
    const { path, token: key } = page();
    const times = await web.get(`${path}/reschedule?token=${key}`);
    expect(wordsOf(times)).toContain("Choose another time");
    const chosen = await web.post(`${path}/reschedule`, {
      token: key,
      start: "2026-12-02T15:00:00Z",
      timeZone: "UTC",
    });
    expect(chosen.status).toBeLessThan(400);
    expect(await state()).toMatchObject({ start: "2026-12-02T15:00:00Z" });
    await web.post(`${path}/cancel`, { token: key, reason: "Ill" });
    expect(await state()).toMatchObject({ status: "CANCELLED", cancelReason: "Ill" });
  });

  test("opens for nobody else, and no longer for who is no host of it", async () => {
    const { path, token: key } = page();
    for (const wrong of ["", "x", token]) {
      expect((await web.get(`${path}?token=${wrong}`)).status).toBe(404);
      expect((await web.post(path, { token: wrong, answer: "put-back" })).status).toBe(404);
    }
    expect((await web.get(`/b/${id}?token=${key}`)).status).toBe(404);
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
    expect((await web.get(`${path}?token=${key}`)).status).toBe(404);
  });
});

test("a guest may not answer for the host", async () => {
  await noticed("moved", "2026-12-02T11:00:00Z");
  for (const answer of ["put-back", "reschedule"])
    expect(
      (
        await api("PATCH", `/bookings/${id}/calendar-event/${answer}`, {
          headers: { "x-booking-token": token },
        })
      ).status,
    ).toBe(401);
});

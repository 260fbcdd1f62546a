// A host and his calendar, end to end: both programs as processes, a real CalDAV server, and another client on it.
import { describe, expect, test } from "bun:test";
import { readByOthers, resourcesOf } from "../calendars/support/read-by-others.ts";
import { eventually } from "../support/eventually.ts";
import { findRadicale, type Radicale, startRadicale } from "../support/radicale.ts";
import { sql } from "../worker/support/backends.ts";
import { type House, startHouse } from "./house.ts";

const lacks = findRadicale() ? null : "radicale";

const SETTINGS = {
  NODE_ENV: "test",
  ENCRYPTION_KEY: "a-key-of-tests-that-seals-what-is-read",
  OUTBOUND_ALLOW_PRIVATE: "true",
  RATE_LIMIT_PER_MINUTE: "0",
  EMAIL_RATE_LIMIT: "1000",
};

interface Asked {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** Asks the API over HTTP. */
async function ask(
  house: House,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const answer = await fetch(`${house.url}/api/v1${path}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

/** A host who can be booked all day, with a half-hour meeting type, and an account on a server with two calendars. */
async function settle(house: House, radicale: Radicale) {
  const work = await radicale.makeCalendar("Work");
  const bookings = await radicale.makeCalendar("Bookings");
  const registered = await ask(house, "POST", "/auth/register", {
    name: "Holly Hopper",
    email: "holly@example.com",
    password: "correct horse battery",
    timeZone: "Europe/Berlin",
  });
  expect(registered.status).toBe(201);
  const authorization = `Bearer ${registered.body.token}`;
  const asHost = (method: string, path: string, body?: unknown) =>
    ask(house, method, path, body, { authorization });
  const type = await asHost("POST", "/meeting-types", {
    title: "Intro call",
    durationMinutes: 30,
    minimumNoticeMinutes: 0,
  });
  expect(type.status).toBe(201);
  const typeId: string = type.body.id;
  const connected = await asHost("POST", "/calendar/connect/caldav", {
    url: radicale.url,
    username: radicale.username,
    password: radicale.password,
  });
  expect(connected).toMatchObject({ status: 201, body: { calendars: 2 } });
  const integration: string = connected.body.id;
  const today = Temporal.Now.plainDateISO("Europe/Berlin");
  const firstMonday = today.add({ days: 8 - today.dayOfWeek + 7 });
  const starts = async (day: Temporal.PlainDate): Promise<string[]> => {
    const query = `from=${day}&until=${day}&timeZone=Europe/Berlin`;
    const { body } = await ask(house, "GET", `/meeting-types/${typeId}/slots?${query}`);
    return body.days.flatMap((each: { slots: { start: string }[] }) =>
      each.slots.map(({ start }) => Temporal.Instant.from(start).toString()),
    );
  };
  /** Has the account read, and waits for it. */
  const read = async () => {
    const count = async () =>
      (
        await sql(
          house.env["DATABASE_URL"]!,
          "select count(*)::int as n from outbox where queue = 'calendar-sync' and done_at is null and kind = 'calendar.sync'",
        )
      )[0]!["n"];
    await eventually(async () => expect(await count()).toBe(0));
    const answer = await asHost("POST", `/calendar/integrations/${integration}/sync`);
    expect(answer.status).toBe(202);
    await eventually(async () => expect(await count()).toBe(0));
  };
  const questions = async () => {
    const { body } = await asHost("GET", "/notifications?limit=100");
    return body.data.filter(({ type, isRead }: { type: string; isRead: boolean }) => {
      return type.startsWith("CALENDAR_EVENT") && !isRead;
    });
  };
  return {
    ...{ work, bookings, asHost, typeId, integration, starts, read, questions },
    day: (n: number) => firstMonday.add({ days: n }),
  };
}

const at = (day: Temporal.PlainDate, time: string): Temporal.Instant =>
  day.toZonedDateTime({ timeZone: "Europe/Berlin", plainTime: time }).toInstant();
const utc = (instant: Temporal.Instant) => `${instant}`.replace(/[-:]/g, "");
const iso = (instant: Temporal.Instant) => `${instant}`.replace("Z", "+00:00");
const later = (instant: Temporal.Instant, minutes = 30) => instant.add({ minutes });

const foreign = (start: Temporal.Instant, end: Temporal.Instant) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Others//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Dentist\r\nDTSTART:${utc(start)}\r\nDTEND:${utc(end)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

/** What a host does who drags an event to another time. */
async function drag(radicale: Radicale, url: string, start: Temporal.Instant): Promise<void> {
  const answer = await radicale.ask("GET", url);
  const text = (await answer.text())
    .replace(/^DTSTART.*$/m, `DTSTART:${utc(start)}\r`)
    .replace(/^DTEND.*$/m, `DTEND:${utc(later(start))}\r`);
  const put = await radicale.ask("PUT", url, { body: text });
  expect(put.ok).toBe(true);
}

describe.skipIf(lacks !== null)(`a calendar${lacks ? " (no radicale here)" : ""}`, () => {
  test("blocks, receives, is asked about, and is let go", async () => {
    await using radicale = await startRadicale();
    await using house = await startHouse({ settings: SETTINGS });
    const host = await settle(house, radicale);
    const { work, bookings, asHost, starts, read, questions, day } = host;
    const path = `/calendar/integrations/${host.integration}/calendars`;
    const listed = await asHost("GET", path);
    const idOf = (name: string) =>
      listed.body.data.find((each: { name: string }) => each.name === name).id;
    const chosen = await asHost("PATCH", path, {
      calendars: [
        { id: idOf("Work"), checksConflicts: true, isDestination: false },
        { id: idOf("Bookings"), checksConflicts: true, isDestination: true },
      ],
    });
    expect(chosen.status).toBe(200);

    // What others put there blocks: that time, and no other.
    const [monday, tuesday, wednesday] = [day(0), day(1), day(2)];
    const free = await starts(monday);
    expect(free).toContain(`${at(monday, "10:00")}`);
    const dentist = `${work}dentist.ics`;
    const put = await radicale.ask("PUT", dentist, {
      body: foreign(at(monday, "10:00"), at(monday, "11:00")),
    });
    expect(put.status).toBe(201);
    await read();
    const gone = [`${at(monday, "10:00")}`, `${at(monday, "10:30")}`];
    expect(await starts(monday)).toEqual(free.filter((each) => !gone.includes(each)));
    const refused = await book(at(monday, "10:30"));
    expect(refused).toMatchObject({ status: 409, body: { code: "slot_taken" } });

    // A booking is an event there, of which others read the same instants, and its own is no foreign time.
    const made = await book(at(tuesday, "10:00"));
    expect(made.status).toBe(201);
    const { id } = made.body.booking;
    const guest = { "x-booking-token": new URL(made.body.cancelUrl).searchParams.get("token")! };
    const event = await eventually(async () => {
      const [url, ...more] = await resourcesOf(radicale, bookings);
      expect(more).toEqual([]);
      expect(url).toBeDefined();
      return url!;
    });
    expect(await readByOthers(radicale, event)).toMatchObject({
      start: iso(at(tuesday, "10:00")),
      end: iso(at(tuesday, "10:30")),
      booking: id,
      people: 0,
      description: expect.stringContaining("grace@example.com"),
    });
    await read();
    const ofTuesday = await starts(tuesday);
    expect(ofTuesday).not.toContain(`${at(tuesday, "10:00")}`);
    expect(ofTuesday).toContain(`${at(tuesday, "10:30")}`);

    // It follows its booking.
    const moved = await ask(
      house,
      "PATCH",
      `/bookings/${id}/reschedule`,
      { start: `${at(wednesday, "09:00")}` },
      guest,
    );
    expect(moved.status).toBe(200);
    await shows(event, at(wednesday, "09:00"));
    await read();
    expect(await starts(tuesday)).toContain(`${at(tuesday, "10:00")}`);
    expect(await starts(wednesday)).not.toContain(`${at(wednesday, "09:00")}`);

    // Its host drags it: nothing changes, and he is asked. It is put back where he wants that,
    await drag(radicale, event, at(wednesday, "14:00"));
    await read();
    expect(await questions()).toMatchObject([
      { type: "CALENDAR_EVENT_MOVED", metadata: { bookingId: id } },
    ]);
    expect((await asHost("GET", `/bookings/${id}`)).body).toMatchObject({
      start: `${at(wednesday, "09:00")}`,
      calendarEvents: [{ state: "moved" }],
    });
    const back = await asHost("PATCH", `/bookings/${id}/calendar-event/put-back`);
    expect(back.status).toBe(200);
    await shows(event, at(wednesday, "09:00"));
    expect(await questions()).toEqual([]);

    // or else the booking goes after it, and its guest is told.
    await drag(radicale, event, at(wednesday, "15:00"));
    await read();
    expect(await questions()).toMatchObject([{ type: "CALENDAR_EVENT_MOVED" }]);
    const after = await asHost("PATCH", `/bookings/${id}/calendar-event/reschedule`);
    expect(after).toMatchObject({ status: 200, body: { start: `${at(wednesday, "15:00")}` } });
    await eventually(async () => {
      const state = (await asHost("GET", `/bookings/${id}`)).body.calendarEvents[0].state;
      expect(state).toBe("written");
    });
    await shows(event, at(wednesday, "15:00"));
    await eventually(async () => {
      const mails = await sql(
        house.env["DATABASE_URL"]!,
        `select o.kind from mailbox m join outbox o on o.id = m.id
         where o.booking_id = $1 and m.recipient like '%grace@example.com%' order by o.id`,
        [id],
      );
      expect(mails.map(({ kind }) => kind)).toEqual([
        "BOOKING_CONFIRMATION",
        "BOOKING_RESCHEDULED",
        "BOOKING_RESCHEDULED",
      ]);
    });

    // He deletes it, and has it put back.
    expect((await radicale.ask("DELETE", event)).ok).toBe(true);
    await read();
    expect(await questions()).toMatchObject([{ type: "CALENDAR_EVENT_DELETED" }]);
    expect((await asHost("GET", `/bookings/${id}`)).body.status).toBe("CONFIRMED");
    await asHost("PATCH", `/bookings/${id}/calendar-event/put-back`);
    const anew = await eventually(async () => {
      const [url] = await resourcesOf(radicale, bookings);
      expect(url).toBeDefined();
      return url!;
    });
    await shows(anew, at(wednesday, "15:00"));

    // It goes with its booking.
    const cancelled = await ask(house, "PATCH", `/bookings/${id}/cancel`, {}, guest);
    expect(cancelled.status).toBe(200);
    await eventually(async () => expect(await resourcesOf(radicale, bookings)).toEqual([]));
    await read();
    expect(await starts(wednesday)).toContain(`${at(wednesday, "15:00")}`);
    expect(await questions()).toEqual([]);

    // Let go, nothing of it is kept, and what it blocked is free.
    expect(await starts(monday)).not.toContain(gone[0]);
    const left = await asHost("DELETE", `/calendar/integrations/${host.integration}`);
    expect(left.status).toBe(200);
    expect(await starts(monday)).toEqual(free);
    const [kept] = await sql(
      house.env["DATABASE_URL"]!,
      `select (select count(*) from calendar_connections)::int as connections, (select count(*) from calendars)::int as calendars,
         (select count(*) from external_busy)::int as busy`,
    );
    expect({ ...kept }).toEqual({ connections: 0, calendars: 0, busy: 0 });
    expect((await asHost("GET", "/calendar/integrations")).body.data).toEqual([]);
    expect((await radicale.ask("GET", dentist)).status).toBe(200);

    async function book(start: Temporal.Instant): Promise<Asked> {
      return ask(house, "POST", "/bookings", {
        meetingTypeId: host.typeId,
        start: `${start}`,
        guest: { name: "Grace Hopper", email: "grace@example.com", timeZone: "America/New_York" },
      });
    }
    function shows(url: string, start: Temporal.Instant): Promise<void> {
      return eventually(async () => {
        expect(await readByOthers(radicale, url)).toMatchObject({
          start: iso(start),
          end: iso(later(start)),
        });
      });
    }
  });
});

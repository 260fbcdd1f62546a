import { beforeEach, describe, expect, test } from "bun:test";
import { writeEvent } from "../../src/calendars/write.ts";
import { reconcile } from "../../src/outbox/reconcile.ts";
import { tokenOf } from "../bookings/support/guest.ts";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { KeptCalendar } from "./support/kept-calendar.ts";
import {
  claimWrites,
  connectCalendar,
  eventRow,
  mondayByTheRealClock,
  promisesOf,
  write,
} from "./support/writing.ts";

const base = await testWorld();
let calendar = new KeptCalendar();
const world = {
  ...base,
  get calendars() {
    return { google: calendar, caldav: calendar };
  },
};
const api = client(world);
const HOURS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
let host: Host;
let type: MeetingType;
let calendarId: string;
let connectionId: string;

beforeEach(async () => {
  base.setNow("2026-11-22T10:00:00Z");
  await world.db.run("delete from outbox", []);
  calendar = new KeptCalendar();
  host = await makeHost(world, HOURS);
  type = await makeMeetingType(world, host, { locationType: "PHONE", locationDetails: "+49 30 1" });
  ({ calendarId, connectionId } = await connectCalendar(world, host));
});

const START = "2026-12-01T10:00:00Z";
async function booked(of: MeetingType = type, given = {}, start = START) {
  const made = await book(api, of, start, given);
  expect(made.status).toBe(201);
  return { id: made.body.booking.id as string, token: tokenOf(made) };
}
const asHost = (method: string, path: string, body?: object) =>
  api(method, path, { token: host.token, ...(body && { body }) });

describe("a booking", () => {
  test("becomes an event of its host's calendar, with its delivery", async () => {
    const { id } = await booked();
    expect(await write(world)).toBe(1);
    const [event, ...more] = calendar.events();
    expect(more).toEqual([]);
    expect(event?.draft).toMatchObject({
      bookingId: id,
      summary: "Intro call: Ada Lovelace – Grace Hopper",
      location: "+49 30 1",
      timeZone: "UTC",
      conference: null,
    });
    expect(`${event?.during.start}`).toBe(START);
    expect(await promisesOf(world, id)).toMatchObject([
      { outcome: "done", channel: "calendar", provider: "google", providerId: event!.id },
    ]);
    expect(await eventRow(world, id, host.id)).toMatchObject({
      calendarId,
      externalId: event!.id,
      etag: event!.etag,
      version: 1,
    });
  });

  test("names its guests with their answers in the description, and holds no guest's link", async () => {
    const { token } = await booked(type, {
      guests: [{ name: "Katherine Johnson", email: "kat@example.com" }],
      notes: "About the moon",
    });
    await write(world);
    const { description } = calendar.events()[0]!.draft;
    expect(description).toContain("Grace Hopper, grace@example.com");
    expect(description).toContain("Katherine Johnson, kat@example.com");
    expect(description).toContain("About the moon");
    expect(description).not.toContain(token);
    expect(description).toMatch(/\/b\/[0-9a-f-]{36}\/host\?token=/);
  });

  test("that moves moves its event, and is taken off when it is cancelled", async () => {
    const { id } = await booked();
    await write(world);
    const before = calendar.events()[0]!.id;
    await asHost("PATCH", `/bookings/${id}/reschedule`, { start: "2026-12-02T11:00:00Z" });
    await write(world);
    expect(calendar.events().map((each) => [each.id, `${each.during.start}`])).toEqual([
      [before, "2026-12-02T11:00:00Z"],
    ]);
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    expect(calendar.events()).toEqual([]);
    expect(await eventRow(world, id, host.id)).toBeUndefined();
    await asHost("PATCH", `/bookings/${id}/restore`, {});
    await write(world);
    expect(calendar.events()).toHaveLength(1);
  });

  test("that a host blocks for himself is there too", async () => {
    await asHost("POST", "/bookings", {
      title: "Dentist",
      start: "2026-12-03T10:00:00Z",
      end: "2026-12-03T11:00:00Z",
    });
    await write(world);
    expect(calendar.events()[0]?.draft).toMatchObject({ summary: "Dentist", location: null });
  });

  test("is no event before its host has confirmed it, and none once he has declined", async () => {
    const asked = await makeMeetingType(world, host);
    await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
      asked.id,
    ]);
    const { id } = await booked(asked);
    expect(await write(world)).toBe(0);
    await asHost("PATCH", `/bookings/${id}/confirm`, {});
    await write(world);
    expect(calendar.events()).toHaveLength(1);
    const made = await book(api, asked, "2026-12-05T10:00:00Z");
    await asHost("PATCH", `/bookings/${made.body.booking.id}/decline`, {});
    await write(world);
    expect(calendar.events()).toHaveLength(1);
  });

  test("that changes in nothing that its event shows is not written again", async () => {
    const { id } = await booked();
    await write(world);
    await asHost("PATCH", `/bookings/${id}/host-notes`, { hostNotes: "Mine alone" });
    expect(await write(world)).toBe(1);
    expect(calendar.calls).toEqual(["write primary"]);
    expect((await promisesOf(world, id)).map(({ outcome }) => `${outcome}`).sort()).toEqual([
      "done",
      "superseded",
    ]);
    expect(await eventRow(world, id, host.id)).toMatchObject({ version: 2 });
  });

  test("of a host without a calendar promises nothing", async () => {
    const other = await makeHost(world, HOURS);
    const { id } = await booked(await makeMeetingType(world, other));
    expect(await promisesOf(world, id)).toEqual([]);
  });

  test("is promised once for all that has become of it meanwhile", async () => {
    const { id } = await booked();
    await asHost("PATCH", `/bookings/${id}`, { notes: "One" });
    await asHost("PATCH", `/bookings/${id}`, { notes: "Two" });
    await write(world);
    expect(calendar.calls).toEqual(["write primary"]);
    expect(calendar.events()[0]?.draft.description).toContain("Two");
    expect((await promisesOf(world, id)).map(({ outcome }) => outcome).sort()).toEqual([
      "done",
      "superseded",
      "superseded",
    ]);
  });
});

describe("the calendar that a host chooses", () => {
  test("gets what is to come, and the one before loses it", async () => {
    // The choice knows no clock but the database's.
    await booked(type, {}, mondayByTheRealClock(base));
    await write(world);
    const other = await connectCalendar(world, host, {
      externalId: "other",
      isDestination: false,
    });
    await world.db.run("update calendars set is_destination = false where id = $1", [calendarId]);
    await world.db.run("update calendars set is_destination = true where id = $1", [
      other.calendarId,
    ]);
    await world.db.run("update outbox set due_at = '2026-11-22'", []);
    await write(world);
    expect(calendar.events("primary")).toEqual([]);
    expect(calendar.events("other")).toHaveLength(1);
    await world.db.run("update calendars set is_destination = false", []);
    await world.db.run("update outbox set due_at = '2026-11-22' where done_at is null", []);
    await write(world);
    expect(calendar.events("other")).toEqual([]);
  });

  test("for a meeting type goes before the one for all", async () => {
    const other = await connectCalendar(world, host, { externalId: "other", isDestination: false });
    await world.db.run(
      `insert into meeting_type_calendars (meeting_type_id, calendar_id, checks_conflicts, is_destination)
       values ($1, $2, true, true)`,
      [type.id, other.calendarId],
    );
    await booked();
    await write(world);
    expect(calendar.events("primary")).toEqual([]);
    expect(calendar.events("other")).toHaveLength(1);
  });

  test("may be disconnected: what was written stays there, and nothing is asked of it", async () => {
    const { id } = await booked();
    await write(world);
    await world.db.run("delete from calendar_connections where id = $1", [connectionId]);
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    expect(calendar.calls).toEqual(["write primary"]);
  });
});

describe("a run that died", () => {
  test("after the provider had done it is repeated, and makes no second event", async () => {
    const { id } = await booked();
    const [job] = await claimWrites(world);
    const dying = {
      ...world,
      calendars: { google: calendar },
      db: new Proxy(world.db, {
        get: (db, name) => {
          if (name !== "run") return Reflect.get(db, name);
          return (text: string, values: never) => {
            if (/insert into calendar_events/.test(text)) throw new Error("killed");
            return db.run(text, values);
          };
        },
      }),
    };
    await writeEvent(dying, job!).catch(() => {});
    expect(calendar.events()).toHaveLength(1);
    expect(await eventRow(world, id, host.id)).toBeUndefined();
    // It still has the lease.
    expect(await write(world)).toBe(0);
    base.setNow("2026-11-22T10:03:00Z");
    await write(world);
    expect(calendar.events()).toHaveLength(1);
    expect(await promisesOf(world, id)).toMatchObject([{ outcome: "done", attempts: 2 }]);
    // Of another time, likewise.
    await asHost("PATCH", `/bookings/${id}/reschedule`, { start: "2026-12-02T11:00:00Z" });
    const [next] = await claimWrites(world);
    await writeEvent(dying, next!).catch(() => {});
    base.setNow("2026-11-22T10:06:00Z");
    await write(world);
    expect(calendar.events().map(({ during }) => `${during.start}`)).toEqual([
      "2026-12-02T11:00:00Z",
    ]);
    expect(await eventRow(world, id, host.id)).toMatchObject({ drift: null, version: 2 });
  });

  test("leaves no event that nobody knows of, where the booking is off before it is repeated", async () => {
    const { id } = await booked();
    const [job] = await claimWrites(world);
    calendar.next.push({ kind: "temporary", isDone: true });
    await writeEvent(world, job!);
    expect(calendar.events()).toHaveLength(1);
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    base.setNow("2026-11-22T10:00:10Z");
    await write(world);
    expect(calendar.events()).toEqual([]);
  });

  test("stores nothing once another one has its lease", async () => {
    const { id } = await booked();
    const [job] = await claimWrites(world);
    calendar.meanwhile = async () => {
      calendar.meanwhile = () => {};
      base.setNow("2026-11-22T10:05:00Z");
      await write(world);
    };
    await writeEvent(world, job!);
    expect(calendar.events()).toHaveLength(1);
    expect(await promisesOf(world, id)).toMatchObject([{ outcome: "done", attempts: 2 }]);
    expect(await world.db.run("select * from calendar_runs", [])).toEqual([]);
  });

  test("holds up the next one of the same booking, and of no other", async () => {
    const { id } = await booked();
    const [job] = await claimWrites(world);
    let waited = false;
    calendar.meanwhile = async () => {
      calendar.meanwhile = () => {};
      await asHost("PATCH", `/bookings/${id}`, { notes: "Later" });
      await book(api, type, "2026-12-08T10:00:00Z");
      await write(world);
      waited = calendar.events().length === 1;
    };
    await writeEvent(world, job!);
    expect(waited).toBe(true);
    base.setNow("2026-11-22T10:00:06Z");
    await write(world);
    expect(calendar.events()).toHaveLength(2);
    expect(calendar.events().some(({ draft }) => draft.description.includes("Later"))).toBe(true);
  });
});

describe("a provider", () => {
  test("that is throttled is asked again when it wants to be", async () => {
    const { id } = await booked();
    calendar.next.push({ kind: "throttled", retryAfterSeconds: 77 });
    await write(world);
    expect(await promisesOf(world, id)).toMatchObject([{ outcome: null }]);
    expect(`${(await promisesOf(world, id))[0]?.["dueAt"]}`).toBe("2026-11-22T10:01:17Z");
    base.setNow("2026-11-22T10:01:17Z");
    await write(world);
    expect(calendar.events()).toHaveLength(1);
  });

  test("that took the event and did not say so keeps one", async () => {
    await booked();
    calendar.next.push({ kind: "temporary", isDone: true });
    await write(world);
    base.setNow("2026-11-22T10:00:10Z");
    await write(world);
    expect(calendar.events()).toHaveLength(1);
  });

  test("that lets us in no more makes promises wait, until its owner has connected again", async () => {
    const { id } = await booked();
    await world.db.run(
      "update calendar_connections set status = 'needs_reauth', failing_since = now() where id = $1",
      [connectionId],
    );
    await write(world);
    expect(calendar.calls).toEqual([]);
    base.setNow("2026-11-22T20:00:00Z");
    expect(await write(world)).toBe(0);
    await world.db.run(
      "update calendar_connections set status = 'ok', failing_since = null where id = $1",
      [connectionId],
    );
    await write(world);
    expect(calendar.events()).toHaveLength(1);
    expect(await promisesOf(world, id)).toMatchObject([{ outcome: "done" }]);
  });

  test("that refuses has failed, and the host is told", async () => {
    const { id } = await booked();
    calendar.next.push({ kind: "refused" });
    await write(world);
    expect(await promisesOf(world, id)).toMatchObject([
      { outcome: "failed", lastError: "Scripted: refused" },
    ]);
    const { body } = await asHost("GET", "/notifications");
    expect(body.data).toContainEqual(
      expect.objectContaining({
        type: "CALENDAR_EVENT_FAILED",
        title: "Your calendar lacks a booking",
      }),
    );
    const deliveries = (await asHost("GET", `/bookings/${id}/deliveries`)).body.data;
    const failed = deliveries.find(({ channel }: { channel: string }) => channel === "calendar");
    expect(failed).toMatchObject({ state: "failed", kind: "calendar.write" });
    const again = await asHost("POST", `/bookings/${id}/deliveries/${failed.id}/retry`);
    expect(again.status).toBeLessThan(300);
    await write(world);
    expect(calendar.events()).toHaveLength(1);
  });

  test("whose calendar is gone has failed, and the host is told", async () => {
    await booked();
    calendar.lost.add("primary");
    await write(world);
    const { body } = await asHost("GET", "/notifications");
    expect(body.data).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining("is gone") }),
    );
  });
});

test("what a calendar lacks of the next week is promised after all, once", async () => {
  base.setNow("2026-11-26T10:00:00Z");
  const { id } = await booked();
  await world.db.run("delete from outbox where booking_id = $1 and kind = 'calendar.write'", [id]);
  await Promise.all([reconcile(world), reconcile(world)]);
  expect(await promisesOf(world, id)).toHaveLength(1);
  await write(world);
  // Others of this file lack theirs, too.
  expect(calendar.events().filter(({ draft }) => draft.bookingId === id)).toHaveLength(1);
  await reconcile(world);
  expect(await promisesOf(world, id)).toHaveLength(1);
});

test("a meeting that is handed over leaves one calendar for the other", async () => {
  const other = await makeHost(world, HOURS);
  await connectCalendar(world, other, { externalId: "others" });
  const team = await makeMeetingType(world, host, {
    groups: [{ hosts: [host, other], required: 1 }],
  });
  const { id } = await booked(team);
  await write(world);
  const [from, to] =
    calendar.events("primary").length === 1 ? ["primary", "others"] : ["others", "primary"];
  expect(calendar.events(from)).toHaveLength(1);
  const done = await asHost("PATCH", `/bookings/${id}/reassign`, {});
  expect(done.status).toBe(200);
  await write(world);
  expect(calendar.events(from)).toEqual([]);
  expect(calendar.events(to)).toHaveLength(1);
});

test("an event loses the name of a guest who is forgotten", async () => {
  const { id } = await booked();
  await write(world);
  base.setNow("2026-12-05T10:00:00Z");
  await world.db.run("update bookings set status = 'COMPLETED' where id = $1", [id]);
  await world.db.run(
    "select forget_guests(array(select id from attendees where booking_id = $1), '{}', $2)",
    [id, world.db.parameter("timestamptz", world.now() as never)],
  );
  await write(world);
  expect(calendar.events()[0]?.draft.description).not.toContain("Grace");
  expect(calendar.events()[0]?.draft.summary).not.toContain("Grace");
});

test("hosts see what became of it in their calendars, and guests do not", async () => {
  const { id, token } = await booked();
  const states = async () => (await asHost("GET", `/bookings/${id}`)).body.calendarEvents;
  expect(await states()).toMatchObject([{ hostId: host.id, state: "pending" }]);
  await write(world);
  expect(await states()).toMatchObject([{ state: "written", error: null }]);
  base.setNow("2026-11-22T10:01:00Z");
  calendar.next.push({ kind: "forbidden" });
  await asHost("PATCH", `/bookings/${id}`, { notes: "More" });
  await write(world);
  expect(await states()).toMatchObject([{ state: "failed", error: "Scripted: forbidden" }]);
  const guests = await api("GET", `/bookings/${id}?token=${token}`);
  expect(guests.body.calendarEvents).toBeUndefined();
});

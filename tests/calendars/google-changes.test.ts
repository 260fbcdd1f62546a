// What Google's events mean for a host's time, and how their changes are followed.
import { describe, expect, test } from "bun:test";
import { refusal } from "../support/google-events.ts";
import { draft, googleHere, HOME, span, times, WINDOW } from "./support/google.ts";

const at = (start: string, end: string) => ({
  start: { dateTime: start, timeZone: "Europe/Berlin" },
  end: { dateTime: end, timeZone: "Europe/Berlin" },
});
const TUESDAY = at("2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00");
const TUESDAY_BUSY = "2026-12-01T09:00:00Z/2026-12-01T10:00:00Z busy";
const WEEKLY = { ...TUESDAY, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] };

describe("what takes time", () => {
  /** The busy time of one event in a calendar of Berlin. */
  const busyOf = async (event: Record<string, unknown>, timeZone = "Europe/Berlin") => {
    await using here = await googleHere();
    here.google.addCalendar(HOME, { timeZone });
    here.google.addEvent(HOME, event);
    return times((await here.changesSince(null)).resources);
  };
  const me = (responseStatus: string) => ({
    attendees: [
      { email: "boss@example.com", organizer: true, responseStatus: "accepted" },
      { email: HOME, self: true, responseStatus },
    ],
  });

  test("an event does, for as long as it lasts", async () => {
    expect(await busyOf(TUESDAY)).toEqual([TUESDAY_BUSY]);
  });

  test("one that lasts all day does so by the clocks of its calendar", async () => {
    const allDay = { start: { date: "2026-12-01" }, end: { date: "2026-12-03" } };
    expect(await busyOf(allDay)).toEqual(["2026-11-30T23:00:00Z/2026-12-02T23:00:00Z busy"]);
    expect(await busyOf(allDay, "America/New_York")).toEqual([
      "2026-12-01T05:00:00Z/2026-12-03T05:00:00Z busy",
    ]);
  });

  test("those clocks are ours, also where the runtime's are an hour off", async () => {
    const allDay = { start: { date: "2026-12-01" }, end: { date: "2026-12-02" } };
    expect(await busyOf(allDay, "America/Vancouver")).toEqual([
      "2026-12-01T07:00:00Z/2026-12-02T07:00:00Z busy",
    ]);
  });

  test("in a calendar whose zone nobody knows, a date lasts as long as it is that date anywhere", async () => {
    await using here = await googleHere();
    here.google.next.push({
      status: 200,
      body: {
        kind: "calendar#events",
        timeZone: "Mars/Olympus_Mons",
        nextSyncToken: "a",
        items: [{ id: "a", start: { date: "2026-12-01" }, end: { date: "2026-12-02" } }],
      },
    });
    expect(times((await here.changesSince(null)).resources)).toEqual([
      "2026-11-30T10:00:00Z/2026-12-02T12:00:00Z busy",
    ]);
  });

  test("one that is shown as free does not", async () => {
    expect(await busyOf({ ...TUESDAY, transparency: "transparent" })).toEqual([]);
  });

  test("a place of work does not", async () => {
    const office = { ...TUESDAY, eventType: "workingLocation" };
    expect(await busyOf(office)).toEqual([]);
  });

  test("a birthday does not", async () => {
    const birthday = { start: { date: "2026-12-01" }, end: { date: "2026-12-02" } };
    expect(await busyOf({ ...birthday, eventType: "birthday" })).toEqual([]);
  });

  test("being out of office does, under its own name", async () => {
    const away = { ...TUESDAY, eventType: "outOfOffice", transparency: "transparent" };
    expect(await busyOf(away)).toEqual([TUESDAY_BUSY.replace("busy", "out_of_office")]);
  });

  test("time to focus does, also where it is shown as free", async () => {
    const focus = { ...TUESDAY, eventType: "focusTime", transparency: "transparent" };
    expect(await busyOf(focus)).toEqual([TUESDAY_BUSY]);
  });

  test("an event out of a mail does", async () => {
    expect(await busyOf({ ...TUESDAY, eventType: "fromGmail" })).toEqual([TUESDAY_BUSY]);
  });

  test("one that the owner has declined does not, whatever others have answered", async () => {
    expect(await busyOf({ ...TUESDAY, ...me("declined") })).toEqual([]);
    expect(await busyOf({ ...TUESDAY, ...me("accepted") })).toEqual([TUESDAY_BUSY]);
  });

  test("one that somebody else has declined does", async () => {
    const attendees = [{ email: "boss@example.com", responseStatus: "declined" }];
    expect(await busyOf({ ...TUESDAY, attendees })).toEqual([TUESDAY_BUSY]);
  });

  test("what is not certain is tentative: by its status, by the answer, and without one", async () => {
    const tentative = [TUESDAY_BUSY.replace("busy", "tentative")];
    expect(await busyOf({ ...TUESDAY, status: "tentative" })).toEqual(tentative);
    expect(await busyOf({ ...TUESDAY, ...me("tentative") })).toEqual(tentative);
    expect(await busyOf({ ...TUESDAY, ...me("needsAction") })).toEqual(tentative);
  });

  test("one that takes no time does not", async () => {
    expect(await busyOf({ ...TUESDAY, end: TUESDAY.start })).toEqual([]);
  });

  test("what lies outside of the window does not", async () => {
    expect(await busyOf(at("2027-03-01T10:00:00+01:00", "2027-03-01T11:00:00+01:00"))).toEqual([]);
  });

  test("its title comes with it, its description and guests stay where they are", async () => {
    await using here = await googleHere();
    const guests = Array.from({ length: 30 }, (_, i) => ({ email: `guest-${i}@example.com` }));
    here.google.addEvent(HOME, {
      ...TUESDAY,
      summary: "Secret plans",
      description: "of the board",
      attendees: guests,
    });
    const { resources } = await here.changesSince(null);
    expect(resources[0]?.busy[0]?.title).toBe("Secret plans");
    const { path } = here.google.heard[0]!;
    expect(path).toContain("maxAttendees=1");
    expect(path).not.toContain("description");
  });
});

describe("series", () => {
  test("come as the times that they take in the window, by their own clocks", async () => {
    await using here = await googleHere();
    here.google.addEvent(HOME, {
      ...at("2026-10-20T09:00:00+02:00", "2026-10-20T10:00:00+02:00"),
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=7", "EXDATE;TZID=Europe/Berlin:20261124T090000"],
    });
    const { resources } = await here.changesSince(null);
    expect(times(resources)).toEqual(["2026-12-01T08:00:00Z/2026-12-01T09:00:00Z busy"]);
    expect(resources.map(({ during }) => during)).toEqual([null]);
  });

  test("without an end, all-day ones too, end with the window", async () => {
    await using here = await googleHere();
    here.google.addEvent(HOME, {
      start: { date: "2020-01-01" },
      end: { date: "2020-01-02" },
      recurrence: ["RRULE:FREQ=DAILY"],
    });
    const { resources } = await here.changesSince(null);
    expect(resources.length).toBe(94);
    const ends = resources.flatMap(({ busy }) => busy.map(({ end }) => `${end}`)).sort();
    expect(ends.at(-1)).toBe("2027-02-22T23:00:00Z");
  });

  test("an occurrence that was moved takes its new time, one that was cancelled none", async () => {
    await using here = await googleHere();
    const { google } = here;
    const series = google.addEvent(HOME, WEEKLY);
    google.changeOccurrence(
      HOME,
      series.id,
      "2026-12-08T09:00:00Z",
      at("2026-12-09T15:00:00+01:00", "2026-12-09T16:00:00+01:00"),
    );
    google.cancelOccurrence(HOME, series.id, "2026-12-15T09:00:00Z");
    expect(times((await here.changesSince(null)).resources)).toEqual([
      TUESDAY_BUSY,
      "2026-12-09T14:00:00Z/2026-12-09T15:00:00Z busy",
    ]);
  });

  test("are listed whole once anything of one has changed: Google tells of their ends in part only", async () => {
    await using here = await googleHere();
    const daily = { ...TUESDAY, recurrence: ["RRULE:FREQ=DAILY"] };
    const series = here.google.addEvent(HOME, daily);
    const window = span("2026-11-21T00:00:00Z", "2027-11-21T00:00:00Z");
    const first = await here.changesSince(null, window);
    expect(first.resources.length).toBe(355);
    here.google.deleteEvent(HOME, series.id);
    const second = await here.changesSince(first.cursor, window);
    expect(second).toMatchObject({ isFull: true, resources: [] });
  });

  test("one that begins later than Google tells of, once gone, blocks until the next day's list at most", async () => {
    await using here = await googleHere();
    const later = at("2027-08-03T10:00:00+02:00", "2027-08-03T11:00:00+02:00");
    const series = here.google.addEvent(HOME, { ...later, recurrence: ["RRULE:FREQ=DAILY"] });
    const first = await here.changesSince(
      null,
      span("2026-11-21T00:00:00Z", "2027-11-21T00:00:00Z"),
    );
    here.google.deleteEvent(HOME, series.id);
    const nextDay = span("2026-11-21T00:05:00Z", "2027-11-21T00:05:00Z");
    const second = await here.changesSince(first.cursor, nextDay);
    expect(second).toMatchObject({ isFull: true, resources: [] });
  });

  test("one occurrence that changed is enough for that, on whichever page it comes", async () => {
    await using here = await googleHere();
    const { google } = here;
    const series = google.addEvent(HOME, WEEKLY);
    const { cursor } = await here.changesSince(null);
    google.addEvent(HOME, TUESDAY);
    google.addEvent(HOME, TUESDAY);
    google.cancelOccurrence(HOME, series.id, "2026-12-15T09:00:00Z");
    google.state.longestPage = 1;
    const pages = await here.pagesSince(cursor);
    expect(pages.map(({ isFull }) => isFull)).toEqual([true, true, true, true]);
    expect(times(pages.flatMap(({ resources }) => resources)).length).toBe(4);
  });
});

describe("following changes", () => {
  test("every page is read, an empty one in between too, and the cursor comes with the last", async () => {
    await using here = await googleHere();
    for (let i = 0; i < 5; i += 1) here.google.addEvent(HOME, TUESDAY);
    here.google.state.longestPage = 2;
    here.google.state.hasEmptyPages = true;
    const pages = await here.pagesSince(null);
    expect(pages.map(({ resources }) => resources.length)).toEqual([2, 0, 2, 0, 1]);
    expect(pages.map(({ cursor }) => cursor !== null)).toEqual([false, false, false, false, true]);
    expect(pages.every(({ isFull }) => isFull)).toBe(true);
  });

  test("as much is asked for at once as Google gives", async () => {
    await using here = await googleHere();
    await here.changesSince(null);
    expect(here.google.heard[0]?.path).toContain("maxResults=2500");
  });

  test("pages that lead in a circle are left", async () => {
    await using here = await googleHere();
    const page = { kind: "calendar#events", nextPageToken: "again", items: [] };
    here.google.next.push({ status: 200, body: page }, { status: 200, body: page });
    await expect(here.changesSince(null)).rejects.toMatchObject({ kind: "temporary" });
  });

  test("then only what is new, has changed or is gone is told", async () => {
    await using here = await googleHere();
    const { google } = here;
    const [kept, moved, gone] = [1, 2, 3].map(() => google.addEvent(HOME, TUESDAY));
    const first = await here.changesSince(null);
    expect(first.resources.length).toBe(3);
    google.changeEvent(HOME, moved!.id, at("2026-12-02T10:00:00Z", "2026-12-02T11:00:00Z"));
    google.deleteEvent(HOME, gone!.id);
    const added = google.addEvent(HOME, TUESDAY);
    const second = await here.changesSince(first.cursor);
    expect(second.isFull).toBe(false);
    const byId = new Map(second.resources.map((each) => [each.externalId, each]));
    expect(byId.has(kept!.id)).toBe(false);
    expect(times([byId.get(moved!.id)!])).toEqual([
      "2026-12-02T10:00:00Z/2026-12-02T11:00:00Z busy",
    ]);
    expect(byId.get(gone!.id)).toMatchObject({ isGone: true, busy: [], during: null });
    expect(times([byId.get(added.id)!])).toEqual([TUESDAY_BUSY]);
    expect((await here.changesSince(second.cursor)).resources).toEqual([]);
  });

  test("a sync token goes with no parameter that Google forbids beside it", async () => {
    await using here = await googleHere();
    const { cursor } = await here.changesSince(null);
    await here.changesSince(cursor);
    const [first, second] = here.google.heard.map(({ path }) => path);
    expect(first).toMatch(/timeMin=.*timeMax=/);
    expect(second).toContain("syncToken=");
    expect(second).not.toMatch(/timeM|orderBy|updatedMin/);
  });

  test("what changed beyond the window takes no time, and is told all the same", async () => {
    await using here = await googleHere();
    const event = here.google.addEvent(HOME, TUESDAY);
    const { cursor } = await here.changesSince(null);
    const [start, end] = ["2028-01-01T10:00:00Z", "2028-01-01T11:00:00Z"];
    here.google.changeEvent(HOME, event.id, at(start, end));
    const { resources } = await here.changesSince(cursor);
    expect(resources).toEqual([
      expect.objectContaining({ externalId: event.id, busy: [], during: span(start, end) }),
    ]);
  });

  test("a cursor that Google has forgotten has expired, and so has one that is not ours", async () => {
    await using here = await googleHere();
    const { cursor } = await here.changesSince(null);
    here.google.expireSyncTokens(HOME);
    await expect(here.changesSince(cursor)).rejects.toMatchObject({ kind: "cursor_expired" });
    await expect(here.changesSince("deltatoken=1")).rejects.toMatchObject({
      kind: "cursor_expired",
    });
    const forged = cursor?.replace(/"token":"[^"]*"/, '"token":"!"') ?? "";
    await expect(here.changesSince(forged)).rejects.toMatchObject({ kind: "cursor_expired" });
    expect((await here.changesSince(null)).isFull).toBe(true);
  });

  test("a window that has grown by a day is listed anew, of one that moved by minutes the changes", async () => {
    await using here = await googleHere();
    here.google.addEvent(HOME, at("2027-02-22T10:00:00Z", "2027-02-22T11:00:00Z"));
    const first = await here.changesSince(null);
    expect(first.resources).toEqual([]);
    const soon = span("2026-11-21T00:05:00Z", "2027-02-22T00:05:00Z");
    const grown = await here.changesSince(first.cursor, soon);
    expect(grown.isFull).toBe(true);
    expect(times(grown.resources)).toEqual(["2027-02-22T10:00:00Z/2027-02-22T11:00:00Z busy"]);
    const later = span("2026-11-21T23:05:00Z", "2027-02-22T23:05:00Z");
    expect((await here.changesSince(grown.cursor, later)).isFull).toBe(false);
  });

  test("where Google gives no sync token, the next run lists everything", async () => {
    await using here = await googleHere();
    here.google.next.push({ status: 200, body: { kind: "calendar#events", items: [] } });
    const { cursor } = await here.changesSince(null);
    expect(cursor).not.toBeNull();
    expect((await here.changesSince(cursor)).isFull).toBe(true);
  });

  test("an answer that is no list of events is none, however well it was received", async () => {
    for (const body of [{}, "<html>", { kind: "calendar#events", items: [{ id: 1 }] }]) {
      await using here = await googleHere();
      here.google.next.push({ status: 200, body });
      await expect(here.changesSince(null)).rejects.toMatchObject({ kind: "temporary" });
    }
  });

  test("an event whose time cannot be read is not taken for free", async () => {
    await using here = await googleHere();
    const items = [{ id: "a", start: { dateTime: "2026-13-01T00:00:00Z" }, end: {} }];
    here.google.next.push({
      status: 200,
      body: { kind: "calendar#events", nextSyncToken: "a", items },
    });
    await expect(here.changesSince(null)).rejects.toMatchObject({ kind: "temporary" });
  });

  test("a failure amid the pages gives no cursor", async () => {
    await using here = await googleHere();
    for (let i = 0; i < 2; i += 1) here.google.addEvent(HOME, TUESDAY);
    here.google.state.longestPage = 1;
    const pages = here.provider
      .changes(here.access, { calendar: HOME, cursor: null, window: WINDOW })
      [Symbol.asyncIterator]();
    expect((await pages.next()).value?.cursor).toBeNull();
    here.google.next.push(refusal(500, "backendError"));
    await expect(pages.next()).rejects.toMatchObject({ kind: "temporary" });
  });
});

describe("our own events", () => {
  test("are recognised, and take no time of anybody", async () => {
    await using here = await googleHere();
    const made = await here.provider.write(here.access, HOME, draft(), null);
    const { resources } = await here.changesSince(null);
    expect(resources).toEqual([
      {
        externalId: made.externalId,
        etag: made.etag,
        busy: [],
        isGone: false,
        during: span("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z"),
        isOurs: true,
      },
    ]);
  });

  test("moved by their host, all day too, they tell when they are", async () => {
    await using here = await googleHere();
    const made = await here.provider.write(here.access, HOME, draft(), null);
    here.google.changeEvent(HOME, made.externalId, {
      start: { date: "2026-12-05", dateTime: null },
      end: { date: "2026-12-06", dateTime: null },
    });
    const { resources } = await here.changesSince(null);
    expect(resources).toEqual([
      expect.objectContaining({
        isOurs: true,
        during: span("2026-12-04T23:00:00Z", "2026-12-05T23:00:00Z"),
      }),
    ]);
  });

  test("a copy of one is its host's, and another installation's are anybody's", async () => {
    await using here = await googleHere();
    const made = await here.provider.write(here.access, HOME, draft(), null);
    const { extendedProperties, start, end } = here.google.event(HOME, made.externalId);
    here.google.addEvent(HOME, { extendedProperties, start: start!, end: end! });
    const { resources } = await here.changesSince(null);
    expect(resources.map(({ isOurs }) => isOurs)).toEqual([true, false]);
    expect(times(resources)).toEqual(["2026-12-01T09:00:00Z/2026-12-01T09:30:00Z busy"]);
  });
});

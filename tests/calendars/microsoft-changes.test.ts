import { describe, expect, test } from "bun:test";
import { type Account, busyIn, failureOf, openAccount, WINDOW } from "./microsoft-world.ts";

const AT_NINE = { start: "2026-11-24T09:00:00Z", end: "2026-11-24T10:00:00Z" };
const MONDAYS = ["2026-11-23", "2026-11-30", "2026-12-07"].map((day) => `${day}T09:00:00Z`);
const STANDUP = { subject: "Standup", start: MONDAYS[0]!, end: "2026-11-23T09:15:00Z" };
const QUARTER = (start: string) => `${start}/${start.replace("09:00", "09:15")} busy`;

describe("calendars", () => {
  test("are listed from every page, with who may write and which meetings they can have", async () => {
    const { graph, provider, access } = await openAccount();
    for (let i = 0; i < 250; i += 1) graph.addCalendar({ name: `Team ${i}`, canEdit: i % 2 === 0 });
    const all = await provider.listCalendars(access);
    expect(all).toHaveLength(251);
    expect(all[0]).toEqual({
      externalId: graph.calendars[0]!.id,
      name: "Calendar",
      timeZone: null,
      isPrimary: true,
      canWrite: true,
      conferences: ["microsoft_teams"],
    });
    expect(all[2]).toMatchObject({ name: "Team 1", isPrimary: false, canWrite: false });
  });

  test("of personal accounts have no Teams", async () => {
    const { graph, provider, access } = await openAccount();
    graph.calendars[0]!.allowedOnlineMeetingProviders = ["skypeForConsumer"];
    expect(await provider.listCalendars(access)).toMatchObject([{ conferences: [] }]);
  });
});

describe("a run from the beginning", () => {
  test("brings every event of every page, and a cursor with the last page alone", async () => {
    const { graph, calendar, changes } = await openAccount();
    for (let i = 0; i < 120; i += 1) graph.addEvent(calendar, AT_NINE);
    const { pages, resources } = await changes();
    expect(resources).toHaveLength(120);
    expect(new Set(resources.map(({ externalId }) => externalId)).size).toBe(120);
    expect(pages.map(({ cursor }) => cursor === null)).toEqual([true, true, false]);
    expect(pages.every(({ isFull }) => isFull)).toBe(true);
  });

  test("follows links word for word", async () => {
    const { graph, calendar, changes } = await openAccount();
    for (let i = 0; i < 60; i += 1) graph.addEvent(calendar, AT_NINE);
    await changes();
    // What a client of Graph would put in another order.
    expect(graph.heard[1]?.path).toMatch(/calendarView\/delta\?\$skiptoken=[\w-]+&b=2&a=1$/);
  });

  test("follows no link elsewhere, where its token would go along", async () => {
    const { graph, provider, access, changes, calendar } = await openAccount();
    const elsewhere = (await openAccount()).graph;
    const cursor = JSON.stringify({
      link: `${elsewhere.url}/v1.0/me/calendarView/delta?$deltatoken=1`,
      start: "2026-11-21T00:00:00Z",
      end: "2027-01-21T00:00:00Z",
    });
    const from = { calendar: graph.calendars[0]!.id, cursor, window: WINDOW };
    const run = Array.fromAsync(provider.changes(access, from));
    expect(await failureOf(run)).toMatchObject({ kind: "cursor_expired" });
    for (let i = 0; i < 60; i += 1) graph.addEvent(calendar, AT_NINE);
    // Not to a host either that only begins like it.
    for (const linksTo of [elsewhere.url, `${graph.url}0`, `${graph.url}@127.0.0.1:1`]) {
      graph.settings.linksTo = linksTo;
      expect(await failureOf(changes())).toMatchObject({ kind: "refused" });
    }
    expect(elsewhere.heard).toEqual([]);
  });

  test("asks for UTC, for ids that last, for short texts, and for no choice of properties", async () => {
    const { graph, changes } = await openAccount();
    await changes();
    const [{ path, prefer } = { path: "", prefer: "" }] = graph.heard;
    expect(prefer).toContain('outlook.timezone="UTC"');
    expect(prefer).toContain('IdType="ImmutableId"');
    expect(prefer).toContain('outlook.body-content-type="text"');
    expect(prefer).toMatch(/odata\.maxpagesize=\d+/);
    expect(path).not.toContain("$select");
    expect(path).toContain(
      "startDateTime=2026-11-21T00%3A00%3A00Z&endDateTime=2027-01-21T00%3A00%3A00Z",
    );
  });

  test("leaves what is outside the window", async () => {
    const { graph, calendar, changes } = await openAccount();
    graph.addEvent(calendar, { start: "2027-02-01T09:00:00Z", end: "2027-02-01T10:00:00Z" });
    expect((await changes()).resources).toEqual([]);
  });

  test("of an empty calendar is one page", async () => {
    expect((await (await openAccount()).changes()).pages).toMatchObject([
      { resources: [], isFull: true },
    ]);
  });
});

describe("an event", () => {
  const busyOf = async (event: Parameters<Account["graph"]["addEvent"]>[1]) => {
    const { graph, calendar, changes } = await openAccount();
    graph.addEvent(calendar, event);
    return (await changes()).resources;
  };

  test("blocks its time and says its title, its etag and when it is", async () => {
    const [resource] = await busyOf({ ...AT_NINE, subject: "Dentist" });
    expect(resource).toEqual({
      externalId: expect.stringMatching(/^AAkALg-/),
      etag: expect.stringMatching(/^W\/"/),
      busy: [
        {
          start: Temporal.Instant.from(AT_NINE.start),
          end: Temporal.Instant.from(AT_NINE.end),
          kind: "busy",
          title: "Dentist",
        },
      ],
      isGone: false,
      during: {
        start: Temporal.Instant.from(AT_NINE.start),
        end: Temporal.Instant.from(AT_NINE.end),
      },
      isOurs: false,
    });
  });

  test.each([
    ["busy", "busy"],
    ["tentative", "tentative"],
    ["oof", "out_of_office"],
    ["unknown", "busy"],
    ["somethingNew", "busy"],
  ])("shown as %s blocks as %s", async (showAs, kind) => {
    expect(busyIn(await busyOf({ ...AT_NINE, showAs }))).toEqual([
      `${AT_NINE.start}/${AT_NINE.end} ${kind}`,
    ]);
  });

  test.each(["free", "workingElsewhere"])("shown as %s blocks nothing", async (showAs) => {
    const [resource] = await busyOf({ ...AT_NINE, showAs });
    expect(resource).toMatchObject({ busy: [], isGone: false });
    expect(resource?.during).not.toBeNull();
  });

  test("that its owner declined blocks nothing", async () => {
    expect(await busyOf({ ...AT_NINE, response: "declined" })).toMatchObject([
      { busy: [], isGone: false },
    ]);
    expect(busyIn(await busyOf({ ...AT_NINE, response: "notResponded" }))).toHaveLength(1);
  });

  test("that was cancelled is gone", async () => {
    expect(await busyOf({ ...AT_NINE, isCancelled: true })).toMatchObject([
      { busy: [], isGone: true, during: null },
    ]);
  });

  test("of no length blocks nothing", async () => {
    expect(busyIn(await busyOf({ start: AT_NINE.start, end: AT_NINE.start }))).toEqual([]);
  });

  const day = { start: "2026-11-24", end: "2026-11-25", isAllDay: true };
  test.each([
    ["W. Europe Standard Time", "2026-11-23T23:00:00Z/2026-11-24T23:00:00Z busy"],
    ["Pacific Standard Time", "2026-11-24T08:00:00Z/2026-11-25T08:00:00Z busy"],
    ["Asia/Tokyo", "2026-11-23T15:00:00Z/2026-11-24T15:00:00Z busy"],
    ["UTC", "2026-11-24T00:00:00Z/2026-11-25T00:00:00Z busy"],
    // As long as it is that date anywhere.
    ["tzone://Microsoft/Custom", "2026-11-23T10:00:00Z/2026-11-25T12:00:00Z busy"],
  ])("of a whole day made in %s takes the day of that zone", async (zone, busy) => {
    expect(busyIn(await busyOf({ ...day, zone }))).toEqual([busy]);
  });

  test("of a whole day takes the 25 hours on which clocks go back", async () => {
    const { graph, calendar, changes } = await openAccount();
    const zone = "W. Europe Standard Time";
    graph.addEvent(calendar, { start: "2027-10-31", end: "2027-11-01", isAllDay: true, zone });
    const window = {
      start: Temporal.Instant.from("2027-10-01T00:00:00Z"),
      end: Temporal.Instant.from("2027-11-30T00:00:00Z"),
    };
    expect(busyIn((await changes(null, window)).resources)).toEqual([
      "2027-10-30T22:00:00Z/2027-10-31T23:00:00Z busy",
    ]);
  });
});

describe("times in another zone than asked for", () => {
  test.each([
    ["Pacific Standard Time", "2026-11-24T09:00:00Z/2026-11-24T10:00:00Z busy"],
    ["Europe/Berlin", "2026-11-24T09:00:00Z/2026-11-24T10:00:00Z busy"],
  ])("of %s are read by our tables", async (zone, busy) => {
    const { graph, calendar, changes } = await openAccount();
    graph.settings.givesWantedZone = false;
    graph.addEvent(calendar, { ...AT_NINE, zone });
    expect(busyIn((await changes()).resources)).toEqual([busy]);
  });

  test("that nobody knows block all the time that they might mean", async () => {
    const { graph, calendar, changes } = await openAccount();
    graph.settings.givesWantedZone = false;
    graph.addEvent(calendar, { ...AT_NINE, zone: "tzone://Microsoft/Custom" });
    expect(busyIn((await changes()).resources)).toEqual([
      "2026-11-23T19:00:00Z/2026-11-24T22:00:00Z busy",
    ]);
  });
});

describe("a later run", () => {
  test("brings what is new and what has changed, and nothing else", async () => {
    const { graph, calendar, changes } = await openAccount();
    const moved = graph.addEvent(calendar, AT_NINE);
    graph.addEvent(calendar, AT_NINE);
    const first = await changes();
    const added = graph.addEvent(calendar, { ...AT_NINE, showAs: "tentative" });
    graph.change(moved, { start: "2026-11-24T12:00:00Z", end: "2026-11-24T13:00:00Z" });
    const second = await changes(first.cursor);
    expect(second.pages.every(({ isFull }) => !isFull)).toBe(true);
    expect(second.resources.map(({ externalId }) => externalId).sort()).toEqual(
      [moved, added].sort(),
    );
    expect(busyIn(second.resources)).toEqual([
      "2026-11-24T09:00:00Z/2026-11-24T10:00:00Z tentative",
      "2026-11-24T12:00:00Z/2026-11-24T13:00:00Z busy",
    ]);
    expect((await changes(second.cursor)).resources).toEqual([]);
  });

  test("lists everything anew where the window reaches beyond the last day that was listed", async () => {
    const { graph, calendar, changes } = await openAccount();
    const id = graph.addEvent(calendar, {
      start: "2027-01-21T20:00:00Z",
      end: "2027-01-21T21:00:00Z",
    });
    const until = (end: string) => ({ start: WINDOW.start, end: Temporal.Instant.from(end) });
    // To the end of its last day, so that a window that moves by minutes is listed once a day.
    const first = await changes(null, until("2027-01-21T10:00:00Z"));
    expect(first.resources).toMatchObject([{ externalId: id }]);
    const second = await changes(first.cursor, until("2027-01-21T23:00:00Z"));
    expect(second).toMatchObject({ resources: [], pages: [{ isFull: false }] });
    const third = await changes(second.cursor, until("2027-01-22T10:00:00Z"));
    expect(third).toMatchObject({ resources: [{ externalId: id }], pages: [{ isFull: true }] });
  });

  test("keeps to the window of its cursor where less is asked", async () => {
    const { graph, calendar, changes } = await openAccount();
    const series = graph.addSeries(calendar, { ...STANDUP, starts: MONDAYS });
    const { cursor } = await changes();
    graph.changeOccurrence(series, 0, { isDeleted: true });
    const narrow = { start: WINDOW.start, end: Temporal.Instant.from("2026-12-01T00:00:00Z") };
    expect(busyIn((await changes(cursor, narrow)).resources)).toEqual(
      MONDAYS.slice(1).map(QUARTER),
    );
  });

  test("says of a deleted event that it is gone", async () => {
    const { graph, calendar, changes } = await openAccount();
    const id = graph.addEvent(calendar, AT_NINE);
    const { cursor } = await changes();
    graph.remove(id);
    expect((await changes(cursor)).resources).toMatchObject([
      { externalId: id, isGone: true, busy: [], during: null },
    ]);
  });

  test("does not say so of one that lies outside the window, new or moved, though Graph does", async () => {
    const { graph, calendar, changes } = await openAccount();
    const id = graph.addEvent(calendar, AT_NINE);
    const { cursor } = await changes();
    const beyond = { start: "2027-03-01T09:00:00Z", end: "2027-03-01T10:00:00Z" };
    graph.change(id, beyond);
    const fresh = graph.addEvent(calendar, beyond);
    const { resources } = await changes(cursor);
    expect(resources.map(({ externalId }) => externalId).sort()).toEqual([id, fresh].sort());
    for (const each of resources) {
      expect(each).toMatchObject({ isGone: false, busy: [] });
      expect(each.during?.start.toString()).toBe(beyond.start);
    }
  });

  test("knows an event by the same id after it was moved to another calendar", async () => {
    const { graph, calendar, changes } = await openAccount();
    const id = graph.addEvent(calendar, AT_NINE);
    const { cursor } = await changes();
    graph.move(id, graph.addCalendar({ name: "Other" }));
    expect((await changes(cursor)).resources).toMatchObject([
      { externalId: id, isGone: false, busy: [] },
    ]);
  });

  test("of a cursor that Graph has forgotten says so, whatever the status", async () => {
    const { graph, changes } = await openAccount();
    const { cursor } = await changes();
    graph.expireCursors();
    expect(await failureOf(changes(cursor))).toMatchObject({ kind: "cursor_expired" });
    graph.next.push({ status: 400, code: "SyncStateNotFound" });
    expect(await failureOf(changes(cursor))).toMatchObject({ kind: "cursor_expired" });
    expect((await changes()).pages).toMatchObject([{ isFull: true }]);
  });

  test.each(["", "{}", "no JSON", '{"link":1,"start":"","end":""}'])(
    "of the cursor %j begins anew",
    async (cursor) => {
      expect(await failureOf((await openAccount()).changes(cursor))).toMatchObject({
        kind: "cursor_expired",
      });
    },
  );
});

describe("a series", () => {
  test("is one resource that takes the times of its occurrences, not of its master", async () => {
    const { graph, calendar, changes } = await openAccount();
    // It began long before the window.
    const began = { start: "2025-01-06T09:00:00Z", end: "2025-01-06T09:15:00Z" };
    const id = graph.addSeries(calendar, {
      ...STANDUP,
      ...began,
      starts: [began.start, ...MONDAYS],
    });
    const { resources } = await changes();
    expect(resources).toMatchObject([{ externalId: id, isGone: false, during: null }]);
    expect(busyIn(resources)).toEqual(MONDAYS.map(QUARTER));
    expect(resources[0]?.busy.map(({ title }) => title)).toEqual(["Standup", "Standup", "Standup"]);
  });

  test.each([
    ["free", []],
    ["oof", MONDAYS.map((each) => QUARTER(each).replace("busy", "out_of_office"))],
  ])("shown as %s is so in each occurrence", async (showAs, busy) => {
    const { graph, calendar, changes } = await openAccount();
    graph.addSeries(calendar, { ...STANDUP, showAs, starts: MONDAYS });
    expect(busyIn((await changes()).resources)).toEqual(busy);
  });

  test("of whole days takes them in its own zone", async () => {
    const { graph, calendar, changes } = await openAccount();
    graph.addSeries(calendar, {
      start: "2026-11-23T00:00:00Z",
      end: "2026-11-24T00:00:00Z",
      zone: "Pacific Standard Time",
      starts: [],
    });
    const [series] = graph.events;
    Object.assign(series!, { isAllDay: true, start: "2026-11-23", end: "2026-11-24" });
    series!.occurrences!.push({
      n: 99_999,
      start: "2026-11-23",
      end: "2026-11-24",
      isDeleted: false,
      own: null,
    });
    expect(busyIn((await changes()).resources)).toEqual([
      "2026-11-23T08:00:00Z/2026-11-24T08:00:00Z busy",
    ]);
  });

  test("is whole however its occurrences fall on pages", async () => {
    const { graph, calendar, changes } = await openAccount();
    const starts = Array.from({ length: 55 }, (_, i) =>
      WINDOW.start.add({ hours: 24 * i + 9 }).toString(),
    );
    const id = graph.addSeries(calendar, { ...STANDUP, starts });
    const { pages, resources } = await changes();
    expect(graph.heard.length).toBeGreaterThan(1);
    expect(pages.at(-1)?.resources).toMatchObject([{ externalId: id }]);
    expect(busyIn(resources)).toEqual(starts.map(QUARTER));
  });

  const changed: [
    what: string,
    change: Parameters<Account["graph"]["changeOccurrence"]>[2],
    busy: string[],
  ][] = [
    ["deleted", { isDeleted: true }, [QUARTER(MONDAYS[0]!), QUARTER(MONDAYS[2]!)]],
    [
      "moved",
      { start: "2026-12-01T15:00:00Z", end: "2026-12-01T16:00:00Z" },
      [
        QUARTER(MONDAYS[0]!),
        "2026-12-01T15:00:00Z/2026-12-01T16:00:00Z busy",
        QUARTER(MONDAYS[2]!),
      ],
    ],
    ["cancelled", { own: { isCancelled: true } }, [QUARTER(MONDAYS[0]!), QUARTER(MONDAYS[2]!)]],
    ["set free", { own: { showAs: "free" } }, [QUARTER(MONDAYS[0]!), QUARTER(MONDAYS[2]!)]],
    [
      "moved far away",
      { start: "2028-12-01T15:00:00Z", end: "2028-12-01T16:00:00Z" },
      [QUARTER(MONDAYS[0]!), QUARTER(MONDAYS[2]!)],
    ],
  ];
  describe.each([true, false])("of which a delta names all: %p,", (namesWholeSeries) => {
    test.each(changed)("one occurrence %s", async (_what, change, busy) => {
      const { graph, calendar, changes } = await openAccount();
      graph.settings.namesWholeSeries = namesWholeSeries;
      const id = graph.addSeries(calendar, { ...STANDUP, starts: MONDAYS });
      const { cursor } = await changes();
      graph.changeOccurrence(id, 1, change);
      const { resources } = await changes(cursor);
      expect(resources).toMatchObject([{ externalId: id, isGone: false }]);
      expect(busyIn(resources)).toEqual(busy);
      expect(busyIn((await changes()).resources)).toEqual(busy);
    });
  });

  test("that is deleted is gone, and with it all of its times", async () => {
    const { graph, calendar, changes } = await openAccount();
    const id = graph.addSeries(calendar, { ...STANDUP, starts: MONDAYS });
    const { cursor } = await changes();
    graph.remove(id);
    expect((await changes(cursor)).resources).toMatchObject([
      { externalId: id, isGone: true, busy: [] },
    ]);
  });

  test("that goes while it is being read is gone", async () => {
    const { graph, calendar, changes } = await openAccount();
    const id = graph.addSeries(calendar, { ...STANDUP, starts: MONDAYS });
    const { cursor } = await changes();
    graph.change(id, { subject: "Daily" });
    graph.next.push("well", { status: 404, code: "ErrorItemNotFound" });
    expect((await changes(cursor)).resources).toMatchObject([{ externalId: id, isGone: true }]);
  });
});

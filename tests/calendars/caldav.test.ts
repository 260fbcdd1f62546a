// A real CalDAV server: Debian's radicale, with an account that other clients use too.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeCaldav } from "../../src/calendars/caldav.ts";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import type { Access, ChangesPage, EventDraft } from "../../src/calendars/provider.ts";
import { findRadicale, type Radicale, startRadicale } from "../support/radicale.ts";
import { testWorld } from "../support/world.ts";
import { fiveYearsOfMondays } from "./support/five-years.ts";
import { readByOthers } from "./support/read-by-others.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const provider = makeCaldav(world);
const lacks = findRadicale() ? null : "radicale";
const WINDOW = span("2026-11-21T00:00:00Z", "2027-06-01T00:00:00Z");

describe.skipIf(lacks !== null)(`radicale${lacks ? " (not installed)" : ""}`, () => {
  let radicale: Radicale;
  let access: Access;
  beforeAll(async () => {
    radicale = await startRadicale();
    const { url, username, password } = radicale;
    access = { kind: "password", url, username, password };
  });
  afterAll(async () => radicale?.[Symbol.asyncDispose]());

  const changes = async (calendar: string, cursor: string | null, timeZone = "Europe/Berlin") => {
    const pages: ChangesPage[] = [];
    for await (const page of provider.changes(access, {
      calendar,
      cursor,
      window: WINDOW,
      timeZone,
    }))
      pages.push(page);
    return {
      isFull: pages[0]!.isFull,
      cursor: pages.at(-1)!.cursor!,
      pages: pages.length,
      resources: pages.flatMap(({ resources }) => resources),
    };
  };
  const putEvent = async (calendar: string, name: string, lines: string) => {
    const { status } = await radicale.ask("PUT", `${calendar}${name}.ics`, {
      headers: { "content-type": "text/calendar" },
      body: calendarOf(lines),
    });
    expect(status).toBe(201);
  };

  test("is found by its address alone, and its calendars are listed", async () => {
    await using radicale = await startRadicale();
    const access = { ...radicale, kind: "password" } as const;
    const berlin = `<c:calendar-timezone><![CDATA[${calendarOf("", vtimezone("Europe/Berlin"))}]]></c:calendar-timezone>`;
    const work = await radicale.makeCalendar("Work &amp; 2027", berlin);
    const tasks = await radicale.makeCalendar("Tasks");
    await radicale.ask("PROPPATCH", tasks, {
      body: `<?xml version="1.0"?><d:propertyupdate xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set></d:prop></d:set></d:propertyupdate>`,
    });
    const listed = await provider.listCalendars(access);
    expect(listed).toEqual([
      {
        externalId: work,
        name: "Work & 2027",
        timeZone: "Europe/Berlin",
        isPrimary: true,
        canWrite: true,
        conferences: [],
      },
    ]);
  });

  test("a wrong password asks for another", async () => {
    const wrong = { ...access, password: "wrong" } as Access;
    expect(await failureOf(provider.listCalendars(wrong))).toMatchObject({ kind: "needs_reauth" });
  });

  test("what others put there blocks, follows its changes and is gone with them", async () => {
    const calendar = await radicale.makeCalendar("Foreign");
    await putEvent(calendar, "dentist", event("DTSTART:20261201T090000Z\nDTEND:20261201T100000Z"));
    const first = await changes(calendar, null);
    expect(first).toMatchObject({
      isFull: true,
      resources: [
        {
          externalId: `${calendar}dentist.ics`,
          busy: [
            {
              ...span("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"),
              kind: "busy",
              title: "Foreign",
            },
          ],
          isGone: false,
          isOurs: false,
        },
      ],
    });
    expect(await changes(calendar, first.cursor)).toMatchObject({ isFull: false, resources: [] });
    await radicale.ask("PUT", `${calendar}dentist.ics`, {
      body: calendarOf(event("DTSTART:20261202T090000Z\nDTEND:20261202T100000Z")),
    });
    const moved = await changes(calendar, first.cursor);
    expect(moved.isFull).toBe(false);
    expect(moved.resources.map(({ during }) => `${during?.start}`)).toEqual([
      "2026-12-02T09:00:00Z",
    ]);
    await radicale.ask("DELETE", `${calendar}dentist.ics`);
    const gone = await changes(calendar, moved.cursor);
    expect(gone.resources).toMatchObject([
      { externalId: `${calendar}dentist.ics`, isGone: true, busy: [] },
    ]);
  });

  test("many events come in pages, and the cursor with the last", async () => {
    const calendar = await radicale.makeCalendar("Full");
    const times = "DTSTART:20261201T090000Z\nDTEND:20261201T100000Z";
    const events = Array.from({ length: 120 }, (_, i) => event(times, `event-${i}`));
    await radicale.ask("PUT", calendar, {
      headers: { "content-type": "text/calendar" },
      body: calendarOf(...events),
    });
    const { pages, resources } = await changes(calendar, null);
    expect([pages, new Set(resources.map(({ externalId }) => externalId)).size]).toEqual([3, 120]);
  });

  test("a sync token that the server has forgotten is a cursor that has expired", async () => {
    const calendar = await radicale.makeCalendar("Forgotten");
    const { cursor } = await changes(calendar, null);
    const forged = JSON.stringify({
      ...JSON.parse(cursor),
      token:
        "http://radicale.org/ns/sync/0000000000000000000000000000000000000000000000000000000000000000",
    });
    expect(await failureOf(changes(calendar, forged))).toMatchObject({ kind: "cursor_expired" });
  });

  test("a booking is an event that another library reads with the same instants", async () => {
    const calendar = await radicale.makeCalendar("Ours");
    const draft = draftOf("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z");
    const made = await provider.write(access, calendar, draft, null);
    expect(made).toEqual({
      externalId: `${calendar}${draft.key}.ics`,
      etag: expect.any(String),
      during: draft.during,
      meeting: null,
    });
    expect(await readByOthers(radicale, made.externalId)).toEqual({
      uid: `${draft.key}@kalends.test`,
      start: "2026-12-01T09:00:00+00:00",
      end: "2026-12-01T09:30:00+00:00",
      summary: draft.summary,
      description: draft.description,
      location: draft.location,
      booking: draft.bookingId,
      people: 0,
      alarms: 0,
    });
    const { resources } = await changes(calendar, null);
    expect(resources).toMatchObject([
      { externalId: made.externalId, etag: made.etag, isOurs: true, during: draft.during },
    ]);

    const later = { ...draft, during: span("2026-12-03T09:00:00Z", "2026-12-03T10:00:00Z") };
    const moved = await provider.write(access, calendar, later, made);
    expect(await readByOthers(radicale, made.externalId)).toMatchObject({
      uid: `${draft.key}@kalends.test`,
      start: "2026-12-03T09:00:00+00:00",
      end: "2026-12-03T10:00:00+00:00",
    });
    expect(await provider.read(access, calendar, made.externalId)).toEqual(moved);

    await provider.remove(access, calendar, made.externalId);
    await provider.remove(access, calendar, made.externalId);
    expect(await provider.read(access, calendar, made.externalId)).toBeNull();
    expect(await failureOf(provider.write(access, calendar, later, moved))).toMatchObject({
      kind: "not_found",
    });
    const back = await provider.write(access, calendar, later, null);
    expect(back).toMatchObject({ externalId: made.externalId, during: later.during });
  });

  test("a try whose answer was lost is found by the next, whether it made or changed the event", async () => {
    const calendar = await radicale.makeCalendar("Retried");
    const draft = draftOf("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z");
    const made = await provider.write(access, calendar, draft, null);
    expect(await provider.write(access, calendar, draft, null)).toEqual(made);
    const later = { ...draft, during: span("2026-12-03T09:00:00Z", "2026-12-03T10:00:00Z") };
    const moved = await provider.write(access, calendar, later, made);
    expect(await provider.write(access, calendar, later, made)).toEqual(moved);
    // The first try made it, and meanwhile the booking has moved.
    expect(await provider.write(access, calendar, draft, null)).toMatchObject({
      externalId: made.externalId,
      during: draft.during,
    });
    expect((await changes(calendar, null)).resources).toHaveLength(1);
  });

  test("of two writers the slower one hears that it has changed", async () => {
    const calendar = await radicale.makeCalendar("Two writers");
    const draft = draftOf("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z");
    const made = await provider.write(access, calendar, draft, null);
    await radicale.ask("PUT", made.externalId, {
      body: calendarOf(
        event("DTSTART:20261205T090000Z\nDTEND:20261205T100000Z", `${draft.key}@kalends.test`),
      ),
    });
    const later = { ...draft, during: span("2026-12-03T09:00:00Z", "2026-12-03T10:00:00Z") };
    expect(await failureOf(provider.write(access, calendar, later, made))).toMatchObject({
      kind: "changed",
    });
    const seen = await provider.read(access, calendar, made.externalId);
    expect(`${seen?.during.start}`).toBe("2026-12-05T09:00:00Z");
    expect(await provider.write(access, calendar, later, seen)).toMatchObject({
      during: later.during,
    });
  });

  test("the host's alarms and colours survive a change of the booking", async () => {
    const calendar = await radicale.makeCalendar("Alarmed");
    const draft = draftOf("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z");
    const made = await provider.write(access, calendar, draft, null);
    const text = await (await radicale.ask("GET", made.externalId)).text();
    await radicale.ask("PUT", made.externalId, {
      body: text.replace(
        "END:VEVENT",
        "COLOR:tomato\r\nX-ALT-DESC:<b>old</b>\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT",
      ),
    });
    const seen = await provider.read(access, calendar, made.externalId);
    const later = { ...draft, during: span("2026-12-03T09:00:00Z", "2026-12-03T10:00:00Z") };
    await provider.write(access, calendar, later, seen);
    expect(await readByOthers(radicale, made.externalId)).toMatchObject({
      start: "2026-12-03T09:00:00+00:00",
      alarms: 1,
      booking: draft.bookingId,
    });
    const after = await (await radicale.ask("GET", made.externalId)).text();
    expect(after).toContain("COLOR:tomato");
    expect(after).not.toContain("X-ALT-DESC");
  });

  test("a copy that the host makes of our event is his, and blocks", async () => {
    const calendar = await radicale.makeCalendar("Copied");
    const draft = draftOf("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z");
    const made = await provider.write(access, calendar, draft, null);
    const text = await (await radicale.ask("GET", made.externalId)).text();
    await radicale.ask("PUT", `${calendar}copy.ics`, {
      body: text.replace(/UID:.*/, "UID:a-uid-of-the-client"),
    });
    const { resources } = await changes(calendar, null);
    const copy = resources.find(({ externalId }) => externalId.endsWith("copy.ics"));
    expect(copy).toMatchObject({ isOurs: false, busy: [{ kind: "busy" }] });
  });

  test("five years of Mondays with exceptions, across summer time, block exactly when they are", async () => {
    const calendar = await radicale.makeCalendar("Mondays");
    const { text, spans } = fiveYearsOfMondays(WINDOW);
    const { status } = await radicale.ask("PUT", `${calendar}mondays.ics`, { body: text });
    expect(status).toBe(201);
    const { resources } = await changes(calendar, null, "Asia/Tokyo");
    expect(spans.length).toBeGreaterThan(20);
    expect(resources.flatMap(({ busy }) => busy.map(textOfSpan)).sort()).toEqual(spans);
  });
});

function span(start: string, end: string) {
  return { start: Temporal.Instant.from(start), end: Temporal.Instant.from(end) };
}

const textOfSpan = ({ start, end }: { start: Temporal.Instant; end: Temporal.Instant }) =>
  `${start}/${end}`;

const event = (times: string, uid = "a-foreign-event") =>
  `BEGIN:VEVENT\nUID:${uid}\nDTSTAMP:20261101T000000Z\nSUMMARY:Foreign\n${times}\nEND:VEVENT`;

const calendarOf = (...parts: string[]) =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Others//EN\n${parts.filter(Boolean).join("\n")}\nEND:VCALENDAR\n`.replaceAll(
    "\n",
    "\r\n",
  );

const vtimezone = (tzid: string) =>
  `BEGIN:VTIMEZONE\nTZID:${tzid}\nBEGIN:STANDARD\nDTSTART:19961027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE`;

const draftOf = (start: string, end: string): EventDraft => ({
  key: crypto.randomUUID(),
  bookingId: crypto.randomUUID(),
  summary: "Intro; with Åsa, and “Bo”",
  description: "Åsa Öberg <asa@example.com>\nReschedule: https://kalends.test/b/1?token=a,b;c",
  location: "Room 1, 2nd floor; left",
  during: span(start, end),
  timeZone: "Europe/Berlin",
  conference: null,
});

const failureOf = async (attempt: Promise<unknown>): Promise<CalendarFailure | string> =>
  attempt.then(
    () => "went well",
    (error) => (error instanceof CalendarFailure ? error : `${error}`),
  );

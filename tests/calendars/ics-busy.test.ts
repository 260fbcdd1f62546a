// What iCalendar says, and the time that it takes: every row is a way in which calendars really write.
import { describe, expect, test } from "bun:test";
import { readEvents } from "../../src/calendars/ics-busy.ts";
import { parseCalendar } from "../../src/calendars/ics-parse.ts";
import { clockOf } from "../../src/calendars/ics-zone.ts";

const WINDOW = {
  start: Temporal.Instant.from("2026-11-01T00:00:00Z"),
  end: Temporal.Instant.from("2027-11-01T00:00:00Z"),
};

async function read(body: string, zone = "Europe/Berlin", own: string[] = []) {
  const text = `BEGIN:VCALENDAR\n${body}\nEND:VCALENDAR\n`;
  const calendar = await parseCalendar(text);
  const { busy, ...rest } = readEvents(calendar.events, {
    clock: clockOf(zone, calendar),
    window: WINDOW,
    own: new Set(own),
    markOf: (uid) => `mark of ${uid}`,
  });
  const spans = busy.map(({ start, end, kind }) => {
    const times = `${start}/${end}`.replaceAll(":00Z", "Z");
    return kind === "busy" ? times : `${times} ${kind}`;
  });
  return {
    ...rest,
    titles: busy.map(({ title }) => title),
    spans: spans.sort(),
    broken: calendar.broken,
  };
}

const event = (lines: string) => `BEGIN:VEVENT\nUID:a\n${lines}\nEND:VEVENT`;
const TEN = "DTSTART:20261201T100000Z\nDTEND:20261201T110000Z";
const AT_TEN = "2026-12-01T10:00Z/2026-12-01T11:00Z";

describe("one event", () => {
  test.each<[what: string, lines: string, spans: string[]]>([
    ["in UTC", TEN, [AT_TEN]],
    [
      "by an IANA zone",
      "DTSTART;TZID=America/New_York:20261201T100000\nDTEND;TZID=America/New_York:20261201T110000",
      ["2026-12-01T15:00Z/2026-12-01T16:00Z"],
    ],
    [
      "by a Windows zone",
      "DTSTART;TZID=Pacific Standard Time:20261201T100000\nDURATION:PT1H",
      ["2026-12-01T18:00Z/2026-12-01T19:00Z"],
    ],
    [
      "by a zone with a maker's prefix",
      "DTSTART;TZID=/mozilla.org/20070129_1/Asia/Tokyo:20261201T100000\nDURATION:PT1H",
      ["2026-12-01T01:00Z/2026-12-01T02:00Z"],
    ],
    [
      "by a quoted zone",
      'DTSTART;TZID="Asia/Tokyo":20261201T100000\nDURATION:PT1H',
      ["2026-12-01T01:00Z/2026-12-01T02:00Z"],
    ],
    [
      "by a fixed offset that software names",
      "DTSTART;TZID=Etc/GMT-5:20261201T100000\nDURATION:PT1H",
      ["2026-12-01T05:00Z/2026-12-01T06:00Z"],
    ],
    [
      "by a zone nobody knows: the calendar's",
      "DTSTART;TZID=Nowhere:20261201T100000\nDURATION:PT1H",
      ["2026-12-01T09:00Z/2026-12-01T10:00Z"],
    ],
    [
      "floating: the calendar's zone",
      "DTSTART:20261201T100000\nDTEND:20261201T110000",
      ["2026-12-01T09:00Z/2026-12-01T10:00Z"],
    ],
    [
      "all day: in the calendar's zone",
      "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203",
      ["2026-11-30T23:00Z/2026-12-02T23:00Z"],
    ],
    [
      "all day over the end of summer time: 25 hours",
      "DTSTART;VALUE=DATE:20271031",
      ["2027-10-30T22:00Z/2027-10-31T23:00Z"],
    ],
    [
      "all day whose end is its own day",
      "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261201",
      ["2026-11-30T23:00Z/2026-12-01T23:00Z"],
    ],
    ["a date without VALUE=DATE", "DTSTART:20261201", ["2026-11-30T23:00Z/2026-12-01T23:00Z"]],
    [
      "with days by the calendar and hours by the clock",
      "DTSTART;TZID=Europe/Berlin:20270327T120000\nDURATION:P1DT1H",
      ["2027-03-27T11:00Z/2027-03-28T11:00Z"],
    ],
    [
      "with weeks",
      "DTSTART:20261201T100000Z\nDURATION:P1W",
      ["2026-12-01T10:00Z/2026-12-08T10:00Z"],
    ],
    [
      "whose start is skipped: later by the gap",
      "DTSTART;TZID=Europe/Berlin:20270328T023000\nDURATION:PT1H",
      ["2027-03-28T01:30Z/2027-03-28T02:30Z"],
    ],
    [
      "whose start comes twice: the first",
      "DTSTART;TZID=Europe/Berlin:20271031T023000\nDURATION:PT1H",
      ["2027-10-31T00:30Z/2027-10-31T01:30Z"],
    ],
    [
      "from one zone to another",
      "DTSTART;TZID=Europe/Berlin:20261201T100000\nDTEND;TZID=America/New_York:20261201T100000",
      ["2026-12-01T09:00Z/2026-12-01T15:00Z"],
    ],
    ["without an end", "DTSTART:20261201T100000Z", []],
    ["that ends before it begins", "DTSTART:20261201T100000Z\nDTEND:20261201T090000Z", []],
    ["on a day that there is not", "DTSTART:20260230T100000Z\nDURATION:PT1H", []],
    ["outside the window", "DTSTART:20281201T100000Z\nDURATION:PT1H", []],
    [
      "that reaches into the window",
      "DTSTART:20261031T230000Z\nDURATION:PT2H",
      ["2026-10-31T23:00Z/2026-11-01T01:00Z"],
    ],
    ["that ends where the window begins", "DTSTART:20261031T230000Z\nDURATION:PT1H", []],
    ["that is shown as free", `${TEN}\nTRANSP:TRANSPARENT`, []],
    ["that Outlook shows as free", `${TEN}\nX-MICROSOFT-CDO-BUSYSTATUS:FREE`, []],
    [
      "that Outlook shows as working elsewhere",
      `${TEN}\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE`,
      [],
    ],
    [
      "that Outlook shows as out of office",
      `${TEN}\nX-MICROSOFT-CDO-BUSYSTATUS:OOF`,
      [`${AT_TEN} out_of_office`],
    ],
    ["that is tentative", `${TEN}\nSTATUS:TENTATIVE`, [`${AT_TEN} tentative`]],
    ["that is cancelled", `${TEN}\nSTATUS:CANCELLED`, []],
    ["that its owner declined", `${TEN}\nATTENDEE;PARTSTAT=DECLINED:mailto:Me@Example.com`, []],
    [
      "that somebody else declined",
      `${TEN}\nATTENDEE;PARTSTAT=DECLINED:mailto:you@example.com`,
      [AT_TEN],
    ],
    [
      "that its owner has not answered",
      `${TEN}\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:me@example.com`,
      [`${AT_TEN} tentative`],
    ],
    [
      "that its owner accepted",
      `${TEN}\nATTENDEE;PARTSTAT=ACCEPTED:MAILTO:me@example.com`,
      [AT_TEN],
    ],
    ["with a line that is none", `${TEN}\nthis is no line`, [AT_TEN]],
    ["with a title that is folded over several lines", `${TEN}\nSUMMARY:long\n  er`, [AT_TEN]],
  ])("%s", async (_what, lines, spans) => {
    expect((await read(event(lines), "Europe/Berlin", ["me@example.com"])).spans).toEqual(spans);
  });

  test("in a zone that begins its day an hour late takes the day that there is", async () => {
    const { spans } = await read(event("DTSTART;VALUE=DATE:20270404"), "America/Asuncion");
    const { spans: beirut } = await read(event("DTSTART;VALUE=DATE:20270328"), "Asia/Beirut");
    expect(spans).toEqual(["2027-04-04T03:00Z/2027-04-05T03:00Z"]);
    expect(beirut).toEqual(["2027-03-27T22:00Z/2027-03-28T21:00Z"]);
  });

  test("says when it is also where it does not block, and whether it is ours", async () => {
    const ours = `${TEN}\nTRANSP:TRANSPARENT\nX-KALENDS-MARK:mark of k@kalends.test`;
    const read1 = await read(`BEGIN:VEVENT\nUID:k@kalends.test\n${ours}\nEND:VEVENT`);
    expect([read1.isOurs, `${read1.during?.start}`, read1.spans]).toEqual([
      true,
      "2026-12-01T10:00:00Z",
      [],
    ]);
    const read2 = await read(`BEGIN:VEVENT\nUID:k@other.test\n${ours}\nEND:VEVENT`);
    expect(read2.isOurs).toBe(false);
    expect((await read(event(`${TEN}\nSTATUS:CANCELLED`))).isGone).toBe(true);
    expect((await read(event(`${TEN}\nRRULE:FREQ=DAILY`))).during).toBeNull();
  });
});

describe("a series", () => {
  const DAILY =
    "DTSTART;TZID=Europe/Berlin:20261201T100000\nDTEND;TZID=Europe/Berlin:20261201T110000";
  const days = (...all: string[]) =>
    all.map((day) => `2026-12-${day}T09:00Z/2026-12-${day}T10:00Z`);
  test.each<[what: string, lines: string, spans: string[]]>([
    ["is counted", `${DAILY}\nRRULE:FREQ=DAILY;COUNT=3`, days("01", "02", "03")],
    [
      "ends by an instant, which is still in it",
      `${DAILY}\nRRULE:FREQ=DAILY;UNTIL=20261203T090000Z`,
      days("01", "02", "03"),
    ],
    [
      "ends by an instant a second too early",
      `${DAILY}\nRRULE:FREQ=DAILY;UNTIL=20261203T085959Z`,
      days("01", "02"),
    ],
    ["ends by a day", `${DAILY}\nRRULE:FREQ=DAILY;UNTIL=20261203`, days("01", "02", "03")],
    [
      "ends by a wall time",
      `${DAILY}\nRRULE:FREQ=DAILY;UNTIL=20261203T100000`,
      days("01", "02", "03"),
    ],
    [
      "ends long after the tables do",
      `${DAILY}\nRRULE:FREQ=YEARLY;UNTIL=99991231T235959Z`,
      days("01"),
    ],
    [
      "leaves out an instant, by whichever clock",
      `${DAILY}\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;TZID=Asia/Tokyo:20261202T180000\nEXDATE:20261203T090000Z`,
      days("01", "04"),
    ],
    [
      "leaves out a day",
      `${DAILY}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261202`,
      days("01", "03"),
    ],
    [
      "leaves out a time without zone: its own",
      `${DAILY}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T100000`,
      days("01", "03"),
    ],
    [
      "leaves out its first",
      `${DAILY}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20261201T100000`,
      days("02", "03"),
    ],
    [
      "has other dates too",
      `${DAILY}\nRDATE;TZID=Europe/Berlin:20261205T100000,20261207T100000\nRDATE:20261209T090000Z`,
      days("01", "05", "07", "09"),
    ],
    ["has a period too", `${DAILY}\nRDATE;VALUE=PERIOD:20261205T090000Z/PT4H`, days("01", "05")],
    [
      "begins on a day that its rule does not name: that counts",
      `${DAILY}\nRRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2`,
      days("01", "03", "10"),
    ],
    [
      "names hours in its rule",
      `${DAILY}\nRRULE:FREQ=DAILY;BYHOUR=10,12;COUNT=3`,
      [
        "2026-12-01T09:00Z/2026-12-01T10:00Z",
        "2026-12-01T11:00Z/2026-12-01T12:00Z",
        "2026-12-02T09:00Z/2026-12-02T10:00Z",
      ],
    ],
    ["whose rule cannot be read, at least begins", `${DAILY}\nRRULE:FREQ=FORTNIGHTLY`, days("01")],
    ["that recurs by the hour, at least begins", `${DAILY}\nRRULE:FREQ=HOURLY`, days("01")],
    [
      "that began in 1950",
      "DTSTART;VALUE=DATE:19501224\nRRULE:FREQ=YEARLY",
      ["2026-12-23T23:00Z/2026-12-24T23:00Z"],
    ],
    [
      "that began before there were clocks",
      "DTSTART;VALUE=DATE:16010101\nRRULE:FREQ=YEARLY",
      ["2026-12-31T23:00Z/2027-01-01T23:00Z"],
    ],
    ["of 29 February", "DTSTART;VALUE=DATE:19960229\nRRULE:FREQ=YEARLY", []],
    [
      "every other week since 2001",
      "DTSTART:20010103T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261205T000000Z",
      [
        "2026-11-04T10:00Z/2026-11-04T11:00Z",
        "2026-11-18T10:00Z/2026-11-18T11:00Z",
        "2026-12-02T10:00Z/2026-12-02T11:00Z",
      ],
    ],
    [
      "keeps its exact length by DTEND",
      "DTSTART;TZID=Europe/Berlin:20270327T230000\nDTEND;TZID=Europe/Berlin:20270328T070000\nRRULE:FREQ=DAILY;COUNT=2",
      ["2027-03-27T22:00Z/2027-03-28T05:00Z", "2027-03-28T21:00Z/2027-03-29T04:00Z"],
    ],
  ])("%s", async (_what, lines, spans) => {
    expect((await read(event(lines))).spans).toEqual(spans);
  });

  test.each<[what: string, changes: string[], spans: string[]]>([
    [
      "has one moved",
      [
        "RECURRENCE-ID;TZID=Europe/Berlin:20261202T100000\nDTSTART:20261202T150000Z\nDTEND:20261202T160000Z",
      ],
      [...days("01"), "2026-12-02T15:00Z/2026-12-02T16:00Z", ...days("03", "04")],
    ],
    [
      "has one moved, named in UTC",
      ["RECURRENCE-ID:20261202T090000Z\nDTSTART:20261202T150000Z\nDTEND:20261202T160000Z"],
      [...days("01"), "2026-12-02T15:00Z/2026-12-02T16:00Z", ...days("03", "04")],
    ],
    [
      "has one cancelled",
      [
        "RECURRENCE-ID:20261202T090000Z\nDTSTART:20261202T090000Z\nDTEND:20261202T100000Z\nSTATUS:CANCELLED",
      ],
      days("01", "03", "04"),
    ],
    [
      "has one declined",
      [
        "RECURRENCE-ID:20261202T090000Z\nDTSTART:20261202T090000Z\nDTEND:20261202T100000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:me@example.com",
      ],
      days("01", "03", "04"),
    ],
    [
      "is later from one on",
      [
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261203T090000Z\nDTSTART;TZID=Europe/Berlin:20261203T120000\nDTEND;TZID=Europe/Berlin:20261203T123000",
      ],
      [
        ...days("01", "02"),
        "2026-12-03T11:00Z/2026-12-03T11:30Z",
        "2026-12-04T11:00Z/2026-12-04T11:30Z",
      ],
    ],
    [
      "ends by cancelling from one on",
      [
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261203T090000Z\nDTSTART:20261203T090000Z\nDTEND:20261203T100000Z\nSTATUS:CANCELLED",
      ],
      days("01", "02"),
    ],
  ])("%s", async (_what, changes, spans) => {
    const body = [`${DAILY}\nRRULE:FREQ=DAILY;COUNT=4`, ...changes].map(event).join("\n");
    expect((await read(body, "Europe/Berlin", ["me@example.com"])).spans).toEqual(spans);
  });

  test("of which only one meeting is known is that meeting", async () => {
    const { spans } = await read(event(`RECURRENCE-ID:20261130T100000Z\n${TEN}`));
    expect(spans).toEqual([AT_TEN]);
  });

  test("with more times than are taken is cut, and that is said", async () => {
    const minutes = Array.from({ length: 60 }, (_, i) => i).join(",");
    const rule = `RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=${minutes}`;
    const { spans, lost } = await read(event(`DTSTART:20261201T010000Z\nDURATION:PT1M\n${rule}`));
    expect([spans.length, lost]).toEqual([5000, 1]);
  });
});

test("a zone that only its own rules explain follows them", async () => {
  const rules = `BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0530
TZOFFSETTO:+0430
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0430
TZOFFSETTO:+0530
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`;
  const at = (day: string) =>
    `BEGIN:VEVENT\nUID:${day}\nDTSTART;TZID=Customized Time Zone:${day}T100000\nDURATION:PT1H\nEND:VEVENT`;
  const { spans } = await read(`${rules}\n${["20261201", "20270701"].map(at).join("\n")}`);
  expect(spans).toEqual([
    "2026-12-01T05:30Z/2026-12-01T06:30Z",
    "2027-07-01T04:30Z/2027-07-01T05:30Z",
  ]);
});

test("a broken event costs no other", async () => {
  const { spans, broken } = await read(
    `BEGIN:VEVENT\nDTSTART;;;:x\n:::\nEND:VEVENT\n${event(TEN)}\nBEGIN:VEVENT\nDTSTART:20261201`,
  );
  expect(spans).toEqual([AT_TEN]);
  expect(broken).toBeLessThanOrEqual(1);
});

test("titles are one line", async () => {
  const { titles } = await read(event(`${TEN}\nSUMMARY:Lunch\\, with\\nBo`));
  expect(titles).toEqual(["Lunch, with Bo"]);
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { dateOf, dayOf } from "../../src/availability/calendar.ts";
import { checkRule, ruleDays } from "../../src/availability/rule.ts";
import { type Recurrence, recur, textOf } from "./support/recurrence.ts";

/** `1997 Sep 2 4 Oct 3` as dates. */
function dates(text: string): string[] {
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  let year = "";
  let month = 0;
  return text.split(" ").flatMap((word) => {
    const named = months.indexOf(word) + 1;
    if (named > 0) month = named;
    else if (word.length === 4) year = word;
    else return `${year}-${String(month).padStart(2, "0")}-${word.padStart(2, "0")}`;
    return [];
  });
}

function daysOf(
  rule: string,
  zone = "America/New_York",
  first = "1990-01-01",
  last = "2037-12-31",
) {
  return Array.from(ruleDays(rule, zone, dayOf(first), dayOf(last)), dateOf);
}

const ALL_OF_JANUARY =
  "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31";

// RFC 5545 §3.8.5.3, in its order and for its zone: start, rule, and the dates it lists; "…" where the
// RFC lists no more.
const RFC_EXAMPLES = `
19970902 | FREQ=DAILY;COUNT=10 | 1997 Sep 2 3 4 5 6 7 8 9 10 11
19970902 | FREQ=DAILY;INTERVAL=2 | 1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Oct 2 4 …
19970902 | FREQ=DAILY;INTERVAL=10;COUNT=5 | 1997 Sep 2 12 22 Oct 2 12
19980101 | FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA | 1998 Jan ${ALL_OF_JANUARY} 1999 Jan ${ALL_OF_JANUARY} 2000 Jan ${ALL_OF_JANUARY}
19980101 | FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1 | 1998 Jan ${ALL_OF_JANUARY} 1999 Jan ${ALL_OF_JANUARY} 2000 Jan ${ALL_OF_JANUARY}
19970902 | FREQ=WEEKLY;COUNT=10 | 1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4
19970902 | FREQ=WEEKLY;UNTIL=19971224T000000Z | 1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 11 18 25 Dec 2 9 16 23
19970902 | FREQ=WEEKLY;INTERVAL=2;WKST=SU | 1997 Sep 2 16 30 Oct 14 28 Nov 11 25 Dec 9 23 1998 Jan 6 20 Feb 3 17 …
19970902 | FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH | 1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2
19970902 | FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH | 1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2
19970901 | FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR | 1997 Sep 1 3 5 15 17 19 29 Oct 1 3 13 15 17 27 29 31 Nov 10 12 14 24 26 28 Dec 8 10 12 22
19970902 | FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH | 1997 Sep 2 4 16 18 30 Oct 2 14 16
19970905 | FREQ=MONTHLY;COUNT=10;BYDAY=1FR | 1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5
19970905 | FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR | 1997 Sep 5 Oct 3 Nov 7 Dec 5
19970907 | FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU | 1997 Sep 7 28 Nov 2 30 1998 Jan 4 25 Mar 1 29 May 3 31
19970922 | FREQ=MONTHLY;COUNT=6;BYDAY=-2MO | 1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16
19970928 | FREQ=MONTHLY;BYMONTHDAY=-3 | 1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26 …
19970902 | FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15 | 1997 Sep 2 15 Oct 2 15 Nov 2 15 Dec 2 15 1998 Jan 2 15
19970930 | FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1 | 1997 Sep 30 Oct 1 31 Nov 1 30 Dec 1 31 1998 Jan 1 31 Feb 1
19970910 | FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15 | 1997 Sep 10 11 12 13 14 15 1999 Mar 10 11 12 13
19970902 | FREQ=MONTHLY;INTERVAL=2;BYDAY=TU | 1997 Sep 2 9 16 23 30 Nov 4 11 18 25 1998 Jan 6 13 20 27 Mar 3 10 17 24 31 …
19970610 | FREQ=YEARLY;COUNT=10;BYMONTH=6,7 | 1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10
19970310 | FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3 | 1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10
19970101 | FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200 | 1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1
19970519 | FREQ=YEARLY;BYDAY=20MO | 1997 May 19 1998 May 18 1999 May 17 …
19970512 | FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO | 1997 May 12 1998 May 11 1999 May 17 …
19970313 | FREQ=YEARLY;BYMONTH=3;BYDAY=TH | 1997 Mar 13 20 27 1998 Mar 5 12 19 26 1999 Mar 4 11 18 25 …
19970605 | FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8 | 1997 Jun 5 12 19 26 Jul 3 10 17 24 31 Aug 7 14 21 28 1998 Jun 4 11 18 25 Jul 2 9 16 23 30 Aug 6 13 20 27 1999 Jun 3 10 17 24 Jul 1 8 15 22 29 Aug 5 12 19 26 …
19970902 | FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 EXDATE:19970902T090000 | 1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13 …
19970913 | FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13 | 1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13 …
19961105 | FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8 | 1996 Nov 5 2000 Nov 7 2004 Nov 2 …
19970904 | FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3 | 1997 Sep 4 Oct 7 Nov 6
19970929 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2 | 1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30 …
19970805 | FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO | 1997 Aug 5 10 19 24
19970805 | FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU | 1997 Aug 5 17 19 31
20070115 | FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5 | 2007 Jan 15 30 Feb 15 Mar 15 30
`;

for (const line of RFC_EXAMPLES.trim().split("\n")) {
  const [start = "", rule = "", listed = ""] = line.split(" | ");
  test(`RFC 5545: ${rule} from ${start}`, () => {
    const text = `DTSTART:${start}T090000\nRRULE:${rule.replace(" ", "\n")}`;
    expect(checkRule(text)).toBeNull();
    const wanted = dates(listed.replace(" …", ""));
    const given = daysOf(text);
    expect(listed.endsWith("…") ? given.slice(0, wanted.length) : given).toEqual(wanted);
  });
}

test("RFC 5545: daily until December 24 ends on the 23rd", () => {
  const days = daysOf("DTSTART:19970902T090000\nRRULE:FREQ=DAILY;UNTIL=19971224T000000Z");
  expect([days.length, days[0], days.at(-1)]).toEqual([113, "1997-09-02", "1997-12-23"]);
});

test("an UNTIL in UTC is an instant, read on the schedule's clocks", () => {
  const rule = "DTSTART:20260105T090000\nRRULE:FREQ=DAILY;UNTIL=20260107T000000Z";
  // In Tokyo that instant is nine o'clock on the 7th, in New York it is still the 6th.
  expect(daysOf(rule, "Asia/Tokyo").at(-1)).toBe("2026-01-07");
  expect(daysOf(rule, "America/New_York").at(-1)).toBe("2026-01-06");
});

test("an UNTIL that is a date includes it, one that is a wall time stops there", () => {
  const until = (text: string) =>
    daysOf(`DTSTART:20260105T090000\nRRULE:FREQ=DAILY;UNTIL=${text}`).at(-1);
  expect(until("20260107")).toBe("2026-01-07");
  expect(until("20260107T085959")).toBe("2026-01-06");
});

test("BYSETPOS counts whole sets and keeps to UNTIL, COUNT and the start", () => {
  const last = (end: string) =>
    daysOf(`DTSTART:20260115T090000 RRULE:FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=1,-1;${end}`);
  expect(last("UNTIL=20260227T085959")).toEqual(dates("2026 Jan 30 Feb 2"));
  expect(last("UNTIL=20260227T090000")).toEqual(dates("2026 Jan 30 Feb 2 27"));
  expect(last("COUNT=4")).toEqual(dates("2026 Jan 30 Feb 2 27 Mar 2"));
});

test("a BYSETPOS that a month's set does not have takes nothing from it", () => {
  // Of 2026, only March, June, September and December have five Tuesdays.
  const rule = "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-5";
  expect(daysOf(rule, "UTC", "2026-01-01", "2026-12-31")).toEqual(
    dates("2026 Mar 3 Jun 2 Sep 1 Dec 1"),
  );
});

test("EXDATE leaves out dates, one or several, with or without a time", () => {
  const rule =
    "DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=DAILY;COUNT=6\r\nEXDATE:20260106,20260108T000000\r\nEXDATE;VALUE=DATE:20260109\r\n";
  expect(daysOf(rule)).toEqual(["2026-01-05", "2026-01-07", "2026-01-10"]);
});

test("a rule that means the same wherever it starts needs no DTSTART", () => {
  expect(daysOf("FREQ=MONTHLY;BYDAY=1MO", "UTC", "2026-01-01", "2026-03-31")).toEqual(
    dates("2026 Jan 5 Feb 2 Mar 2"),
  );
  expect(daysOf("RRULE:FREQ=DAILY", "UTC", "2026-01-01", "2026-01-02")).toHaveLength(2);
});

test("ruleDays() gives only what lies between its two days, both included", () => {
  expect(daysOf("FREQ=WEEKLY;BYDAY=MO", "UTC", "2026-01-05", "2026-01-19")).toEqual(
    dates("2026 Jan 5 12 19"),
  );
});

test("rules give no dates past the zone tables' end", () => {
  expect(daysOf("FREQ=DAILY", "UTC", "2037-12-30", "2040-01-01")).toEqual(dates("2037 Dec 30 31"));
});

test("many rules are remembered and none is mixed up", () => {
  for (let n = 1; n <= 300; n++) {
    const rule = `DTSTART:20260101 RRULE:FREQ=DAILY;COUNT=${n}`;
    expect(daysOf(rule)).toHaveLength(n);
  }
  expect(daysOf("DTSTART:20260101 RRULE:FREQ=DAILY;COUNT=1")).toHaveLength(1);
});

// What is refused, and the word that the sentence about it must have.
const REFUSED: [rule: string, word: string][] = [
  ["", "FREQ"],
  ["RRULE:", "FREQ"],
  ["hello", "HELLO"],
  ["FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "HOURLY"],
  ["FREQ=MINUTELY;INTERVAL=15;COUNT=6", "MINUTELY"],
  ["FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40", "BYHOUR"],
  ["FREQ=DAILY;INTERVAL=0", "INTERVAL"],
  ["FREQ=DAILY;COUNT=0", "COUNT"],
  ["FREQ=DAILY;COUNT=ten", "COUNT"],
  ["FREQ=DAILY;FREQ=DAILY", "twice"],
  ["FREQ=WEEKLY;BYDAY=XX", "BYDAY"],
  ["FREQ=WEEKLY;BYDAY=1MO", "number"],
  ["FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "BYWEEKNO"],
  ["FREQ=MONTHLY;BYWEEKNO=20;BYDAY=MO", "YEARLY"],
  ["FREQ=MONTHLY;BYYEARDAY=1", "YEARLY"],
  ["FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"],
  ["FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"],
  ["DTSTART:20260101 RRULE:FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"],
  ["DTSTART:20260101 RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260201", "both"],
  ["DTSTART:20260101 RRULE:FREQ=DAILY;UNTIL=20260230", "UNTIL"],
  ["DTSTART:20260101 RRULE:FREQ=DAILY RRULE:FREQ=WEEKLY", "one RRULE"],
  ["DTSTART:20260101 RRULE:FREQ=DAILY RDATE:20260301", "RDATE"],
  ["DTSTART;TZID=Europe/Berlin:20260101T090000 RRULE:FREQ=DAILY", "TZID"],
  ["DTSTART:20260101T090000Z RRULE:FREQ=DAILY", "schedule's own time"],
  ["DTSTART:20260230 RRULE:FREQ=DAILY", "schedule's own time"],
  ["DTSTART:19650101 RRULE:FREQ=DAILY", "schedule's own time"],
  ["DTSTART:20260101 RRULE:FREQ=DAILY EXDATE:soon", "EXDATE:SOON"],
  // What a rule means must not depend on a start that nobody gave.
  ["FREQ=WEEKLY", "DTSTART"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "DTSTART"],
  ["FREQ=WEEKLY;BYDAY=MO;COUNT=3", "DTSTART"],
  // Never a date.
  ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "no date"],
  ["FREQ=YEARLY;BYMONTH=4,6,9,11;BYMONTHDAY=31", "no date"],
  ["DTSTART:20260101 RRULE:FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "no date"],
  ["DTSTART:20250101 RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "no date"],
  ["DTSTART:20260201 RRULE:FREQ=DAILY;UNTIL=20260101", "no date"],
  ["DTSTART:20260201 RRULE:FREQ=DAILY;COUNT=1 EXDATE:20260201", "no date"],
];

test.each(REFUSED)("checkRule() refuses %p and says %p", (rule, word) => {
  expect(checkRule(rule)).toContain(word);
});

test("ruleDays() throws the sentence about a text that is no rule", () => {
  expect(() => ruleDays("FREQ=HOURLY", "UTC", 0, 1)).toThrow("HOURLY");
});

test("a rule is followed to the end of 2037 and no further, where rrule alone goes on to the year 9999", () => {
  const never = "DTSTART:19700101 RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30";
  expect(checkRule(never)).toContain("no date");
  expect(checkRule("DTSTART:20371201 RRULE:FREQ=DAILY;BYMONTH=12")).toBeNull();
  expect(checkRule("DTSTART:20371201 RRULE:FREQ=DAILY;BYMONTH=1")).toContain("no date");
});

test("ruleDays() are the days that fit, asked one by one, for any rule", () => {
  const list = <T>(item: fc.Arbitrary<T>) =>
    fc.option(fc.uniqueArray(item, { minLength: 1, maxLength: 4 }), { nil: undefined, freq: 2 });
  const signed = (max: number) => fc.integer({ min: 1, max }).chain((n) => fc.constantFrom(n, -n));
  const weekday = fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU");
  const rules = fc
    .record({
      freq: fc.constantFrom<Recurrence["freq"]>("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
      interval: fc.integer({ min: 1, max: 4 }),
      start: fc.integer({ min: dayOf("2023-12-20"), max: dayOf("2026-01-10") }),
      count: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      wkst: weekday,
      byMonth: list(fc.integer({ min: 1, max: 12 })),
      byMonthDay: list(signed(31)),
      byYearDay: list(signed(366)),
      weekdays: list(weekday),
      ordinal: fc.option(signed(5)),
      bySetPos: list(signed(3)),
    })
    .map(({ weekdays, ordinal, ...rule }): Recurrence => {
      const { freq } = rule;
      const withOrdinal = ordinal !== null && (freq === "MONTHLY" || freq === "YEARLY");
      const byDay = weekdays?.map((day) => (withOrdinal ? `${ordinal}${day}` : day));
      const byMonthDay = freq === "WEEKLY" ? undefined : rule.byMonthDay;
      const byYearDay = freq === "YEARLY" ? rule.byYearDay : undefined;
      const bySetPos = rule.byMonth || byMonthDay || byYearDay || byDay ? rule.bySetPos : undefined;
      return { ...rule, byDay, byMonthDay, byYearDay, bySetPos };
    });
  const last = dayOf("2030-12-31");
  fc.assert(
    fc.property(rules, (rule) => {
      expect(Array.from(ruleDays(textOf(rule), "UTC", 0, last))).toEqual(recur(rule, last));
    }),
    { numRuns: 400 },
  );
});

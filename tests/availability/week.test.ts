import { expect, test } from "bun:test";
import fc from "fast-check";
import { dateOf, dayOf, timeOf } from "../../src/availability/calendar.ts";
import { type DateRange, openSpans, type Schedule } from "../../src/availability/week.ts";
import { wallAt, zoneNames } from "../../src/availability/zone.ts";
import { at, DAY, everyDay, iso, makeSchedule } from "./support/make.ts";
import { dailySpans } from "./support/wall-clock.ts";

/** The openings of the dates, written `date: start–end` in the schedule's own wall time. */
function opened(schedule: Schedule, from: string, until: string, away: DateRange[] = []): string[] {
  const openings = openSpans(schedule, at(`${from}T00:00Z`), at(`${until}T00:00Z`), away);
  const out: string[] = [];
  for (let i = 0; i < openings.length; i += 3) {
    const [start, end] = [openings[i]!, openings[i + 1]!].map((instant) => {
      const { date, time } = wallAt(schedule.timeZone, instant);
      return `${date.slice(5)}T${time}`;
    });
    out.push(`${dateOf(openings[i + 2]!).slice(5)}: ${start}–${end}`);
  }
  return out;
}

test("weekly hours open their weekdays, several times a day, merged where they meet", () => {
  const hours = [
    { weekday: "wednesday", from: "14:00", until: "16:00" },
    { weekday: "wednesday", from: "09:00", until: "11:00" },
    { weekday: "wednesday", from: "10:30", until: "12:00" },
    { weekday: "wednesday", from: "12:00", until: "13:00" },
    { weekday: "friday", from: "23:00", until: "24:00" },
  ] as const;
  expect(opened(makeSchedule({ hours }), "2026-03-02", "2026-03-09")).toEqual([
    "03-04: 03-04T09:00–03-04T13:00",
    "03-04: 03-04T14:00–03-04T16:00",
    "03-06: 03-06T23:00–03-07T00:00",
  ]);
});

test("hours past midnight belong to the date they start on", () => {
  const hours = [{ weekday: "friday", from: "22:00", until: "02:00" }] as const;
  const overrides = [{ date: "2026-03-07", hours: [] }];
  const wanted = ["03-06: 03-06T22:00–03-07T02:00"];
  expect(opened(makeSchedule({ hours }), "2026-03-06", "2026-03-08")).toEqual(wanted);
  expect(opened(makeSchedule({ hours, overrides }), "2026-03-06", "2026-03-08")).toEqual(wanted);
  const closed = [{ date: "2026-03-06", hours: [] }];
  expect(opened(makeSchedule({ hours, overrides: closed }), "2026-03-06", "2026-03-08")).toEqual(
    [],
  );
});

test("hours until 00:00 end at midnight, equal times are nothing, 00:00–24:00 is a day", () => {
  expect(opened(everyDay("22:00", "00:00"), "2026-03-02", "2026-03-03")).toEqual([
    "03-02: 03-02T22:00–03-03T00:00",
  ]);
  expect(opened(everyDay("09:00", "09:00"), "2026-03-02", "2026-03-09")).toEqual([]);
  expect(opened(everyDay("00:00", "00:00"), "2026-03-02", "2026-03-09")).toEqual([]);
  expect(opened(everyDay("00:00", "24:00"), "2026-03-02", "2026-03-03")).toEqual([
    "03-02: 03-02T00:00–03-03T00:00",
  ]);
});

test("what an earlier date covers is not given again to a later one", () => {
  const hours = [
    { weekday: "monday", from: "20:00", until: "10:00" },
    { weekday: "tuesday", from: "09:00", until: "12:00" },
  ] as const;
  expect(opened(makeSchedule({ hours }), "2026-03-02", "2026-03-05")).toEqual([
    "03-02: 03-02T20:00–03-03T10:00",
    "03-03: 03-03T10:00–03-03T12:00",
  ]);
});

test("a date override replaces the day, recurring hours included", () => {
  const schedule = makeSchedule({
    hours: [
      { weekday: "monday", from: "09:00", until: "12:00" },
      { rrule: "FREQ=WEEKLY;BYDAY=MO", from: "15:00", until: "16:00" },
    ],
    overrides: [
      {
        date: "2026-03-09",
        hours: [
          { from: "10:00", until: "11:00" },
          { from: "20:00", until: "01:00" },
        ],
      },
      { date: "2026-03-16", hours: [] },
      { date: "2026-03-09", hours: [{ from: "10:30", until: "11:30" }] },
    ],
  });
  expect(opened(schedule, "2026-03-02", "2026-03-24")).toEqual([
    "03-02: 03-02T09:00–03-02T12:00",
    "03-02: 03-02T15:00–03-02T16:00",
    "03-09: 03-09T10:00–03-09T11:30",
    "03-09: 03-09T20:00–03-10T01:00",
    "03-23: 03-23T09:00–03-23T12:00",
    "03-23: 03-23T15:00–03-23T16:00",
  ]);
});

test("recurring hours add to the weekly ones and merge with them", () => {
  const schedule = makeSchedule({
    hours: [
      { weekday: "monday", from: "09:00", until: "12:00" },
      { rrule: "FREQ=MONTHLY;BYDAY=1MO", from: "11:00", until: "14:00" },
      { rrule: "FREQ=MONTHLY;BYDAY=1MO", from: "16:00", until: "17:00" },
      { rrule: "FREQ=MONTHLY;BYMONTHDAY=3", from: "22:00", until: "02:00" },
    ],
  });
  expect(opened(schedule, "2026-03-02", "2026-03-10")).toEqual([
    "03-02: 03-02T09:00–03-02T14:00",
    "03-02: 03-02T16:00–03-02T17:00",
    "03-03: 03-03T22:00–03-04T02:00",
    "03-09: 03-09T09:00–03-09T12:00",
  ]);
});

test("recurring hours keep their wall time when the clocks change", () => {
  const hours = [{ rrule: "DTSTART:20260323 RRULE:FREQ=WEEKLY", from: "09:00", until: "10:00" }];
  const openings = openSpans(
    makeSchedule({ timeZone: "Europe/Berlin", hours }),
    at("2026-03-23T00:00Z"),
    at("2026-03-31T00:00Z"),
  );
  expect(openings.filter((_, i) => i % 3 === 0).map(iso)).toEqual([
    "2026-03-23T08:00Z",
    "2026-03-30T07:00Z",
  ]);
});

test("out of office closes whole dates, both ends included, and cuts what runs into them", () => {
  const away = [{ from: "2026-03-04", until: "2026-03-05" }];
  expect(opened(everyDay("22:00", "02:00"), "2026-03-02", "2026-03-08", away)).toEqual([
    "03-01: 03-01T22:00–03-02T02:00",
    "03-02: 03-02T22:00–03-03T02:00",
    "03-03: 03-03T22:00–03-04T00:00",
    "03-06: 03-06T22:00–03-07T02:00",
    "03-07: 03-07T22:00–03-08T02:00",
  ]);
});

test("hours on both sides of a gap are one once they touch as instants", () => {
  const hours = [
    { weekday: "sunday", from: "01:00", until: "02:15" },
    { weekday: "sunday", from: "02:45", until: "04:00" },
  ] as const;
  const schedule = makeSchedule({ timeZone: "Europe/Berlin", hours });
  const openings = openSpans(schedule, at("2026-03-29T00:00Z"), at("2026-03-30T00:00Z"));
  expect([iso(openings[0]!), iso(openings[1]!), openings.length]).toEqual([
    "2026-03-29T00:00Z",
    "2026-03-29T02:00Z",
    3,
  ]);
});

test("openings are given whole, whatever window one asks with", () => {
  const schedule = everyDay("09:00", "17:00");
  const whole = [at("2026-03-02T09:00Z"), at("2026-03-02T17:00Z"), dayOf("2026-03-02")];
  expect(openSpans(schedule, at("2026-03-02T16:59Z"), at("2026-03-02T17:30Z"))).toEqual(whole);
  expect(openSpans(schedule, at("2026-03-02T08:00Z"), at("2026-03-02T09:01Z"))).toEqual(whole);
  expect(openSpans(schedule, at("2026-03-02T17:00Z"), at("2026-03-03T09:00Z"))).toEqual([]);
});

test("an opening that began before the clocks fell back across midnight is found", () => {
  // In St. John's, 2010-11-07 had lasted a minute when it became the evening of the 6th again.
  const schedule = everyDay("00:00", "02:00", "America/St_Johns");
  const openings = openSpans(schedule, at("2010-11-07T02:35Z"), at("2010-11-07T02:45Z"));
  expect(openings.map((value, i) => (i < 2 ? iso(value) : dateOf(value)))).toEqual([
    "2010-11-07T02:30Z",
    "2010-11-07T05:30Z",
    "2010-11-07",
  ]);
});

test.each([
  ["a zone", { timeZone: "Mars/Olympus" }],
  ["a time", { hours: [{ weekday: "monday", from: "9", until: "17:00" }] }],
  ["a date", { overrides: [{ date: "2026-02-30", hours: [] }] }],
  ["a rule", { hours: [{ rrule: "FREQ=HOURLY", from: "09:00", until: "10:00" }] }],
] as [string, Partial<Schedule>][])("openSpans() throws for %s that cannot be read", (_, wrong) => {
  expect(() =>
    openSpans(makeSchedule(wrong), at("2026-02-25T00:00Z"), at("2026-03-05T00:00Z")),
  ).toThrow(RangeError);
});

// A random sample; `bun run test:zones` goes through every zone and day of 2024–2028.
test("zero wrong days: openings are when the wall clocks say so, in any zone, year and hours", () => {
  const quarter = fc.integer({ min: 0, max: 95 }).map((n) => n * 15);
  // 24 h from anything but midnight would be written as equal times, which mean nothing.
  const hours = fc.oneof(
    fc.constantFrom(
      { from: 540, until: 1020 },
      { from: 0, until: 480 },
      { from: 1320, until: 1560 },
      { from: 60, until: 300 },
      { from: 0, until: 1440 },
    ),
    fc
      .tuple(quarter, fc.integer({ min: 1, max: 95 }))
      .map(([from, length]) => ({ from, until: from + length * 15 })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...zoneNames()),
      fc.integer({ min: 1975, max: 2036 }),
      hours,
      (zone, year, { from, until }) => {
        const first = dayOf(`${year}-01-01`);
        const last = dayOf(`${year}-12-31`);
        const schedule = everyDay(timeOf(from), timeOf(until > 1440 ? until - 1440 : until), zone);
        const openings = openSpans(schedule, (first - 1) * DAY, (last + 3) * DAY);
        const given: number[] = [];
        for (let i = 0; i < openings.length; i += 3) {
          const day = openings[i + 2]!;
          if (first <= day && day <= last) given.push(openings[i]!, openings[i + 1]!);
        }
        expect(given).toEqual(dailySpans(zone, { from, until }, first, last));
      },
    ),
    { numRuns: 120 },
  );
});

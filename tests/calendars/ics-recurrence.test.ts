// Recurring events against an oracle that is slow and obvious: it looks at each day and asks whether the rule names it.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { dateOf, dayOf, weekdayOf, ymdOf } from "../../src/availability/calendar.ts";
import { toInstantCompatible, zoneNames } from "../../src/availability/zone.ts";
import { readEvents } from "../../src/calendars/ics-busy.ts";
import { parseCalendar } from "../../src/calendars/ics-parse.ts";
import { clockOf } from "../../src/calendars/ics-zone.ts";

const CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const WINDOW_DAYS = 500;

interface Series {
  readonly zone: string;
  readonly startDay: number;
  readonly minute: number;
  readonly length: number;
  readonly frequency: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  readonly interval: number;
  readonly weekdays: readonly number[];
  readonly count: number | null;
  readonly untilDays: number | null;
  /** Which occurrences are left out, moved by so many minutes, or begin a change for all later ones. */
  readonly out: readonly number[];
  readonly moved: readonly (readonly [which: number, byMinutes: number])[];
  readonly onward: readonly [which: number, byMinutes: number] | null;
  readonly windowDay: number;
}

const series: fc.Arbitrary<Series> = fc.record({
  zone: fc.constantFrom(...zoneNames()),
  startDay: fc.integer({ min: dayOf("1971-01-01"), max: dayOf("2028-01-01") }),
  minute: fc.integer({ min: 0, max: 1439 }),
  length: fc.integer({ min: 1, max: 3000 }),
  frequency: fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
  interval: fc.integer({ min: 1, max: 5 }),
  weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }),
  count: fc.option(fc.integer({ min: 1, max: 600 })),
  untilDays: fc.option(fc.integer({ min: 0, max: 20_000 })),
  out: fc.uniqueArray(fc.nat(40), { maxLength: 4 }),
  moved: fc.uniqueArray(fc.tuple(fc.nat(40), fc.integer({ min: -10_000, max: 10_000 })), {
    maxLength: 3,
    selector: ([which]) => which,
  }),
  onward: fc.option(fc.tuple(fc.nat(40), fc.integer({ min: -600, max: 600 }))),
  windowDay: fc.integer({ min: dayOf("2024-01-01"), max: dayOf("2028-01-01") }),
});

/** The days of the rule until the window is over, by looking at each. */
function daysOf(it: Series): number[] {
  const { startDay, frequency, interval, weekdays, count } = it;
  const first = ymdOf(startDay);
  const monday = (day: number) => day - weekdayOf(day);
  const isNamed = (day: number): boolean => {
    const { year, month, dayOfMonth } = ymdOf(day);
    const months = (year - first.year) * 12 + month - first.month;
    const byDay = weekdays.length > 0;
    switch (frequency) {
      case "DAILY":
        return (day - startDay) % interval === 0 && (!byDay || weekdays.includes(weekdayOf(day)));
      case "WEEKLY":
        return (
          ((monday(day) - monday(startDay)) / 7) % interval === 0 &&
          (byDay ? weekdays.includes(weekdayOf(day)) : weekdayOf(day) === weekdayOf(startDay))
        );
      case "MONTHLY":
        return (
          months % interval === 0 &&
          (byDay ? weekdays.includes(weekdayOf(day)) : dayOfMonth === first.dayOfMonth)
        );
      case "YEARLY":
        return (
          (year - first.year) % interval === 0 &&
          (byDay
            ? weekdays.includes(weekdayOf(day))
            : month === first.month && dayOfMonth === first.dayOfMonth)
        );
    }
  };
  const days: number[] = [];
  const end = Math.min(it.windowDay + WINDOW_DAYS + 60, dayOf("2037-12-31"));
  for (let day = startDay; day <= end; day++) if (isNamed(day)) days.push(day);
  const counted = count === null || it.untilDays !== null ? days : days.slice(0, count);
  const within = counted.filter((day) => it.untilDays === null || day <= startDay + it.untilDays);
  // What it starts with is of it, named or not.
  return within[0] === startDay ? within : [startDay, ...within];
}

const stamp = (day: number, minute: number) => {
  const of = day + Math.floor(minute / 1440);
  const rest = ((minute % 1440) + 1440) % 1440;
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${dateOf(of).replaceAll("-", "")}T${two(Math.floor(rest / 60))}${two(rest % 60)}00`;
};

/** The text, and its spans by the oracle. */
function written(it: Series) {
  const { zone, minute, length } = it;
  const at = (day: number, of: number) =>
    toInstantCompatible(zone, dateOf(day + Math.floor(of / 1440)), ((of % 1440) + 1440) % 1440);
  const days = daysOf(it);
  // From about the middle of what lies in the window, where changes matter.
  const base = Math.max(
    0,
    days.findIndex((day) => day >= it.windowDay),
  );
  const dayAt = (which: number) => days[base + which];
  const zoned = (day: number, of: number) => `;TZID=${zone}:${stamp(day, of)}`;
  const out = it.out.map(dayAt).filter((day) => day !== undefined);
  const moved = it.moved.flatMap(([which, by]) => {
    const day = dayAt(which);
    return day === undefined || out.includes(day) ? [] : [{ day, by }];
  });
  const onDay = it.onward ? dayAt(it.onward[0]) : undefined;
  const onward =
    it.onward &&
    onDay !== undefined &&
    !out.includes(onDay) &&
    !moved.some(({ day }) => day === onDay)
      ? { day: onDay, by: it.onward[1] }
      : null;
  const until = it.untilDays === null ? "" : `;UNTIL=${stamp(it.startDay + it.untilDays, 1439)}`;
  const count = it.count === null || it.untilDays !== null ? "" : `;COUNT=${it.count}`;
  const byDay =
    it.weekdays.length > 0 ? `;BYDAY=${it.weekdays.map((day) => CODES[day]).join(",")}` : "";
  const change = (range: string, { day, by }: { day: number; by: number }) =>
    `BEGIN:VEVENT\nUID:s\nRECURRENCE-ID${range}${zoned(day, minute)}\nDTSTART${zoned(day, minute + by)}\nDURATION:PT${length}M\nEND:VEVENT`;
  const text = [
    "BEGIN:VCALENDAR",
    `BEGIN:VEVENT\nUID:s\nDTSTART${zoned(it.startDay, minute)}\nDURATION:PT${length}M`,
    `RRULE:FREQ=${it.frequency};INTERVAL=${it.interval}${byDay}${count}${until}`,
    ...out.map((day) => `EXDATE${zoned(day, minute)}`),
    "END:VEVENT",
    ...moved.map((each) => change("", each)),
    ...(onward ? [change(";RANGE=THISANDFUTURE", onward)] : []),
    "END:VCALENDAR",
  ].join("\n");
  const starts = days
    .filter((day) => !out.includes(day))
    .map((day) => {
      const own = moved.find((each) => each.day === day);
      const by = own?.by ?? (onward && day >= onward.day ? onward.by : 0);
      return at(day, minute + by);
    });
  return { text, starts };
}

test("a recurring event takes the time that an obvious oracle finds, in every zone and across changes of its clocks", async () => {
  await fc.assert(
    fc.asyncProperty(series, async (it) => {
      const { text, starts } = written(it);
      const from = it.windowDay * 86_400_000;
      const to = from + WINDOW_DAYS * 86_400_000;
      const window = {
        start: Temporal.Instant.fromEpochMilliseconds(from),
        end: Temporal.Instant.fromEpochMilliseconds(to),
      };
      const calendar = await parseCalendar(text);
      const { busy, lost } = readEvents(calendar.events, {
        clock: clockOf("UTC", calendar),
        window,
        own: new Set(),
        markOf: () => "",
      });
      const ends = it.length * 60_000;
      const expected = starts.filter((start) => start < to && start + ends > from);
      expect(lost).toBe(0);
      expect(busy.map(({ start }) => start.epochMilliseconds).sort((a, b) => a - b)).toEqual(
        [...new Set(expected)].sort((a, b) => a - b),
      );
      for (const { start, end } of busy)
        expect(end.epochMilliseconds - start.epochMilliseconds).toBe(ends);
    }),
    { numRuns: 150 },
  );
});

// Zero wrong days: every zone of the tables, every day of 2024–2028, four kinds of hours, against a
// watcher of wall clocks who goes minute by minute. `bun test` takes a random sample of this.

import { dateOf, dayOf, timeOf } from "../src/availability/calendar.ts";
import { openSpans, type Schedule } from "../src/availability/week.ts";
import { TZDATA_VERSION, zoneNames } from "../src/availability/zone.ts";
import { DAY, everyDay } from "../tests/availability/support/make.ts";
import { dailySpans } from "../tests/availability/support/wall-clock.ts";

const FIRST = dayOf("2024-01-01");
const LAST = dayOf("2028-12-31");
const HOURS = [
  { from: 9 * 60, until: 17 * 60 },
  { from: 0, until: 8 * 60 },
  { from: 22 * 60, until: 26 * 60 },
  { from: 60, until: 5 * 60 },
];

let days = 0;
let wrong = 0;
for (const zone of zoneNames()) {
  for (const hours of HOURS) {
    const schedule = everyDay(timeOf(hours.from), timeOf(hours.until % 1440), zone);
    const wanted = new Set(pairs(dailySpans(zone, hours, FIRST, LAST), 2));
    const given = new Set(pairs(openingsOf(schedule), 3));
    days += LAST - FIRST + 1;
    for (const span of wanted.symmetricDifference(given)) {
      wrong++;
      const whose = wanted.has(span) ? "missing" : "too much";
      console.log(
        `${zone} ${schedule.hours[0]!.from}–${schedule.hours[0]!.until}: ${span} ${whose}`,
      );
    }
  }
}
console.log(
  `tzdata ${TZDATA_VERSION}: ${zoneNames().length} zones, ${dateOf(FIRST)} to ${dateOf(LAST)}, ` +
    `${days.toLocaleString("en")} days, ${wrong} wrong`,
);
process.exitCode = wrong === 0 ? 0 : 1;

/** The openings of the dates asked about; those of the days around them are only there as neighbours. */
function openingsOf(schedule: Schedule): number[] {
  const openings = openSpans(schedule, (FIRST - 1) * DAY, (LAST + 3) * DAY);
  const kept: number[] = [];
  for (let i = 0; i < openings.length; i += 3) {
    const day = openings[i + 2]!;
    if (FIRST <= day && day <= LAST) kept.push(...openings.slice(i, i + 3));
  }
  return kept;
}

/** The spans in words, of a list with `width` numbers per span. */
function pairs(list: readonly number[], width: number): string[] {
  const words: string[] = [];
  for (let i = 0; i < list.length; i += width) {
    words.push(
      [list[i]!, list[i + 1]!].map((at) => new Date(at).toISOString().slice(0, 16)).join("/"),
    );
  }
  return words;
}

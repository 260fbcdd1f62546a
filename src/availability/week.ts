import {
  DAY_MINUTES,
  dateOf,
  dayOf,
  minutesOf,
  WEEKDAYS,
  type Weekday,
  weekdayOf,
} from "./calendar.ts";
import { normalize, type Spans, union } from "./interval.ts";
import { ruleDays } from "./rule.ts";
import { zoneTable } from "./tables.ts";
import { dayAt, edgeAt } from "./zone.ts";

/**
 * Hours of a day by the wall clock: `HH:MM`, `until` also `24:00`. An `until` before its `from` lies on
 * the next day (`22:00`–`02:00`), and the whole belongs to the day it starts on. Equal times mean
 * nothing at all: a full day is `00:00`–`24:00`.
 */
export interface Hours {
  from: string;
  until: string;
}

/** Calendar dates `YYYY-MM-DD`, both included. */
export interface DateRange {
  from: string;
  until: string;
}

/** When somebody can be met: weekly and recurring hours, replaced on dates that have an override. */
export interface Schedule {
  timeZone: string;
  hours: readonly (({ weekday: Weekday } | { rrule: string }) & Hours)[];
  /** Other hours for a date; none means closed. */
  overrides: readonly { date: string; hours: readonly Hours[] }[];
}

/**
 * Open time that remembers which date it belongs to: sorted, disjoint, non-empty, flattened to
 * `[start, end, day, …]` with instants in epoch milliseconds and a day number. Openings of one date
 * never touch; those of two dates may.
 */
export type Openings = readonly number[];

/**
 * The open time of a schedule that meets `[fromMs, untilMs)`. Openings are given whole, not cut at the
 * window, so that a grid which starts at an opening does not depend on how one asked. What an earlier
 * date covers is not given again for a later one. Away dates are closed: nothing starts on them, and
 * what started before ends with the midnight that begins them.
 *
 * @throws RangeError for a date, time, zone or rule that cannot be read
 */
export function openSpans(
  schedule: Schedule,
  fromMs: number,
  untilMs: number,
  away: readonly DateRange[] = [],
): Openings {
  const table = zoneTable(schedule.timeZone);
  // Hours reach at most into the next date, which may lose time to them.
  const firstDay = dayAt(table, fromMs) - 2;
  const lastDay = dayAt(table, untilMs) + 1;
  const hoursOn = readHours(schedule, firstDay, lastDay);
  const isAway = readAway(away);

  const out: number[] = [];
  let coveredUntil = Number.NEGATIVE_INFINITY;
  for (let day = firstDay; day <= lastDay; day++) {
    if (isAway(day)) continue;
    const hours = hoursOn(day);
    const cut = isAway(day + 1) ? edgeAt(table, day + 1, 0) : Number.POSITIVE_INFINITY;
    for (let i = 0; i < hours.length; i += 2) {
      const start = Math.max(edgeAt(table, day, hours[i]!), coveredUntil);
      const end = Math.min(edgeAt(table, day, hours[i + 1]!), cut);
      if (start >= end) continue;
      coveredUntil = end;
      const last = out.length - 3;
      // Hours on both sides of a gap touch only once they are instants.
      if (last >= 0 && out[last + 1] === start && out[last + 2] === day) out[last + 1] = end;
      else if (start < untilMs) out.push(start, end, day);
    }
  }
  let first = 0;
  while (first < out.length && out[first + 1]! <= fromMs) first += 3;
  return first === 0 ? out : out.slice(first);
}

/** What is open on each day by the wall clock, in minutes of that day; the end may lie past 1440. */
function readHours(schedule: Schedule, firstDay: number, lastDay: number): (day: number) => Spans {
  const weekly: number[][] = WEEKDAYS.map(() => []);
  const recurring = new Map<number, number[]>();
  for (const entry of schedule.hours) {
    if ("weekday" in entry) {
      weekly[WEEKDAYS.indexOf(entry.weekday)]!.push(...minutesFrom(entry));
    } else {
      for (const day of ruleDays(entry.rrule, schedule.timeZone, firstDay, lastDay)) {
        pushTo(recurring, day, minutesFrom(entry));
      }
    }
  }
  const overridden = new Map<number, number[]>();
  const firstDate = dateOf(firstDay);
  const lastDate = dateOf(lastDay);
  for (const { date, hours } of schedule.overrides) {
    if (firstDate <= date && date <= lastDate) {
      pushTo(overridden, dayOf(date), hours.flatMap(minutesFrom));
    }
  }
  const week = weekly.map(normalize);
  return (day) => {
    const instead = overridden.get(day);
    if (instead) return normalize(instead);
    const usual = week[weekdayOf(day)]!;
    const more = recurring.get(day);
    return more ? union(usual, normalize(more)) : usual;
  };
}

function minutesFrom({ from, until }: Hours): [from: number, until: number] {
  const start = minutesOf(from);
  const end = minutesOf(until);
  return [start, end < start ? end + DAY_MINUTES : end];
}

function pushTo(map: Map<number, number[]>, day: number, minutes: readonly number[]): void {
  const known = map.get(day);
  if (known) known.push(...minutes);
  else map.set(day, [...minutes]);
}

function readAway(away: readonly DateRange[]): (day: number) => boolean {
  const ranges = away.map(({ from, until }) => [dayOf(from), dayOf(until)] as const);
  return (day) => ranges.some(([first, last]) => first <= day && day <= last);
}

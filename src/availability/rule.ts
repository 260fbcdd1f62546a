// The only file that knows `rrule`. It is asked for dates in floating time, never for zones; what it
// would look for in vain is refused (`checkRule`), and it may look no further than the zone tables go.

import { RRule } from "rrule";
import { DAY_MS, firstOfMonth, mondayOf, ymdOf } from "./calendar.ts";
import { dayOfStamp, LAST_RULE_DAY, type Rule, readRule, stampMs } from "./rule-text.ts";
import { wallAt } from "./zone.ts";

// Evaluating a rule takes milliseconds, and requests ask for the same few again and again.
const KEPT_RULES_MAX = 256;
const kept = new Map<string, Int32Array>();

/** What is wrong with a recurrence rule, as a sentence for whoever wrote it; null when nothing is. */
export function checkRule(rrule: string): string | null {
  const rule = readRule(rrule);
  if (typeof rule === "string") return rule;
  return evaluate(rule, "UTC", LAST_RULE_DAY).length > 0
    ? null
    : "The rule gives no date until the end of 2037";
}

/**
 * The days from `first` to `last` (both included) on which a rule falls, in order. The rule is iCalendar
 * text: an `RRULE`, with lines `DTSTART` and `EXDATE` where wanted. Its times are wall time of `zone`;
 * only an UNTIL ending in `Z` is an instant.
 *
 * @throws RangeError with the sentence of `checkRule` for a text that is no rule
 */
export function ruleDays(rrule: string, zone: string, first: number, last: number): Int32Array {
  const key = `${zone} ${rrule}`;
  let days = kept.get(key);
  if (!days) {
    days = evaluate(readWhole(rrule), zone, LAST_RULE_DAY);
    if (kept.size >= KEPT_RULES_MAX) kept.delete(kept.keys().next().value!);
    kept.set(key, days);
  }
  return days.filter((day) => first <= day && day <= last);
}

/**
 * The same for a rule that is asked once: it is not kept, and worked out no further than it has to be. `last` is at
 * most the end of 2037.
 *
 * @throws RangeError as `ruleDays`
 */
export function ruleDaysOnce(rrule: string, zone: string, first: number, last: number): Int32Array {
  const rule = readWhole(rrule);
  // Positions count in whole periods, none of which goes beyond its year.
  const yearsEnd = firstOfMonth(last, 13 - ymdOf(last).month) - 1;
  const days = evaluate(rule, zone, rule.parts.has("BYSETPOS") ? yearsEnd : last);
  return days.filter((day) => first <= day && day <= last);
}

function readWhole(rrule: string): Rule {
  const rule = readRule(rrule);
  if (typeof rule === "string") throw new RangeError(rule);
  return rule;
}

const SHORTEST_PERIOD_DAYS: Record<string, number> = {
  DAILY: 1,
  WEEKLY: 7,
  MONTHLY: 28,
  YEARLY: 365,
};

function evaluate(rule: Rule, zone: string, lastDay: number): Int32Array {
  const text = Array.from(rule.parts, ([name, value]) =>
    name === "UNTIL" ? `UNTIL=${floating(value, zone)}` : `${name}=${value}`,
  ).join(";");
  // rrule's floating time is a Date read as UTC.
  const dtstart = new Date(stampMs(rule.start));
  const recurrence = new RRule({ ...RRule.parseString(text), dtstart }, true);
  const days = rule.parts.has("BYSETPOS")
    ? positioned(recurrence, rule, lastDay)
    : daysOf(recurrence, rule, lastDay);
  return Int32Array.from(days).filter((day) => day <= lastDay && !rule.excluded.has(day));
}

function daysOf(recurrence: RRule, rule: Rule, lastDay: number): number[] {
  const daysAhead = lastDay - dayOfStamp(rule.start);
  limitSteps(recurrence, SHORTEST_PERIOD_DAYS[rule.parts.get("FREQ")!]!, daysAhead);
  const days: number[] = [];
  recurrence.all((date) => {
    days.push(Math.floor(date.getTime() / DAY_MS));
    // The week that the last day lies in is still wanted whole.
    return days.at(-1)! < lastDay + 7;
  });
  return days;
}

/**
 * rrule 2.8.1 gets BYSETPOS wrong: a position that the set does not have takes another or mixes up the
 * order, and a first week counts from its DTSTART. So it works out the sets, and we choose from them.
 */
function positioned(recurrence: RRule, rule: Rule, lastDay: number): number[] {
  const { until, count, dtstart } = recurrence.options;
  const firstDay = dayOfStamp(rule.start);
  const weekStart = WEEKDAY_CODES.indexOf(rule.parts.get("WKST") ?? "MO");
  const periodOf = (day: number) => firstOfPeriod(rule.parts.get("FREQ")!, weekStart, day);
  const whole = { bysetpos: null, until: null, count: null };
  Object.assign(recurrence.options, whole, { dtstart: new Date(periodOf(firstDay) * DAY_MS) });

  const positions = rule.parts.get("BYSETPOS")!.split(",").map(Number);
  const sets = Map.groupBy(daysOf(recurrence, rule, lastDay), periodOf).values();
  const chosen = [...sets].flatMap((set) =>
    set.filter((_, i) => positions.includes(i + 1) || positions.includes(i - set.length)),
  );
  const timeOfDay = dtstart.getTime() - firstDay * DAY_MS;
  const lastStart = until?.getTime() ?? Number.POSITIVE_INFINITY;
  return chosen
    .filter((day) => day >= firstDay && day * DAY_MS + timeOfDay <= lastStart)
    .slice(0, count ?? chosen.length);
}

const WEEKDAY_CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

function firstOfPeriod(frequency: string, weekStart: number, day: number): number {
  if (frequency === "DAILY") return day;
  if (frequency === "WEEKLY") return mondayOf(day - weekStart) + weekStart;
  const { month } = ymdOf(day);
  return firstOfMonth(day, frequency === "YEARLY" ? 1 - month : 0);
}

/**
 * Left alone, rrule looks for the next date until the year 9999, which takes it seconds for a daily 30
 * February. It reads its interval twice a step, the one place where its steps can be counted, and stops
 * at an interval of 0.
 */
function limitSteps(recurrence: RRule, periodDays: number, daysAhead: number): void {
  const { interval } = recurrence.options;
  const steps = Math.max(0, Math.ceil(daysAhead / (periodDays * interval))) + 2;
  let readsLeft = 2 * steps + 1;
  Object.defineProperty(recurrence.options, "interval", {
    get: () => (readsLeft-- > 0 ? interval : 0),
  });
}

/** An UNTIL as a wall time of the zone: calendars write it in UTC, and as a bare date it includes that day. */
function floating(until: string, zone: string): string {
  if (until.length === 8) return `${until}T235959`;
  if (!until.endsWith("Z")) return until;
  const wall = wallAt(zone, stampMs(until));
  return `${wall.date.replaceAll("-", "")}T${wall.time.replace(":", "")}${until.slice(13, 15)}`;
}

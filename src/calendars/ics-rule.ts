// Recurrence rules that others wrote. Days come from availability/rule.ts, as those of our own schedules do; here is
// what schedules do not have: rules that began long ago, hours in the rule, ends as instants.
import { DAY_MS, dateOf, dayOf, MINUTE_MS, ymdOf } from "../availability/calendar.ts";
import { ruleDaysOnce } from "../availability/rule.ts";
import { LAST_RULE_DAY } from "../availability/rule-text.ts";
import { momentOf } from "./ics-time.ts";

/**
 * The wall times (milliseconds since 1970 by a clock without offset) from `from` to `to` at which a rule that starts
 * at `start` falls, in order, its UNTIL left aside (`untilOf`). None after 2037, where the zone tables end.
 *
 * @throws RangeError for what is no rule, and for one that recurs within a day
 */
export function ruleWalls(text: string, start: number, from: number, to: number): number[] {
  const parts = partsOf(text);
  const times = timesOfDay(parts, start);
  // Several times a day: then it is they that are counted.
  const count = times.length > 1 ? takeCount(parts) : Number.POSITIVE_INFINITY;
  const startDay = Math.floor(start / DAY_MS);
  const lastDay = Math.min(Math.floor(to / DAY_MS), LAST_RULE_DAY);
  const isCounted = parts.has("COUNT") || Number.isFinite(count);
  const day = isCounted ? startDay : laterStart(parts, startDay, Math.floor(from / DAY_MS));
  if (day > lastDay) return [];
  const rule = Array.from(parts, ([name, value]) => `${name}=${value}`).join(";");
  const stamp = dateOf(day).replaceAll("-", "");
  const days = ruleDaysOnce(`DTSTART:${stamp}T000000\nRRULE:${rule}`, "UTC", day, lastDay);
  return Array.from(days)
    .flatMap((each) => times.map((time) => each * DAY_MS + time))
    .filter((wallMs) => wallMs >= start)
    .slice(0, Number.isFinite(count) ? count : days.length * times.length)
    .filter((wallMs) => from <= wallMs && wallMs <= to);
}

/** Whether a wall time still lies within the rule's UNTIL; `at` gives the instant of a wall time. */
export function untilOf(text: string, at: (wallMs: number) => number): (wallMs: number) => boolean {
  const [, stamp = ""] = /(?:^|;)UNTIL=([\dTZ]+)/i.exec(text) ?? [];
  const until = momentOf(
    stamp.replace(
      /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/i,
      (_, y, m, d, h, min, s, z) =>
        `${y}-${m}-${d}${h === undefined ? "" : `T${h}:${min}:${s}${z}`}`,
    ),
    null,
  );
  if (!until) return () => true;
  if (until.kind === "date") return (wallMs) => wallMs < until.wallMs + DAY_MS;
  return (wallMs) => (until.kind === "instant" ? at(wallMs) : wallMs) <= until.wallMs;
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const piece of text.toUpperCase().replace(/\s/g, "").split(";").filter(Boolean)) {
    const [name = "", value = ""] = piece.split("=");
    if (name !== "UNTIL" && name !== "SKIP" && piece !== "RSCALE=GREGORIAN") parts.set(name, value);
  }
  return parts;
}

/** The times of day, in order, as milliseconds since midnight; takes them out of the parts. */
function timesOfDay(parts: Map<string, string>, start: number): number[] {
  const time = start - Math.floor(start / DAY_MS) * DAY_MS;
  const own = [Math.floor(time / 3_600_000), Math.floor(time / MINUTE_MS) % 60];
  const take = (name: string, fallback: number, max: number): number[] => {
    const values = parts.get(name)?.split(",").map(Number) ?? [fallback];
    parts.delete(name);
    if (!values.every((each) => Number.isInteger(each) && each >= 0 && each <= max))
      throw new RangeError(`${name} is not a value that it can have`);
    return values;
  };
  const hours = take("BYHOUR", own[0]!, 23);
  const minutes = take("BYMINUTE", own[1]!, 59);
  const seconds = take("BYSECOND", Math.floor(time / 1000) % 60, 60);
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => (hour * 60 + minute) * MINUTE_MS + second * 1000),
    ),
  );
  // A position would have to be counted over them.
  if (times.length > 1 && parts.has("BYSETPOS"))
    throw new RangeError("BYSETPOS cannot choose among times of a day");
  return [...new Set(times)].sort((a, b) => a - b);
}

function takeCount(parts: Map<string, string>): number {
  const count = parts.get("COUNT");
  parts.delete("COUNT");
  return count === undefined ? Number.POSITIVE_INFINITY : Number(count);
}

const DAYS: Record<string, number> = { DAILY: 1, WEEKLY: 7 };

/**
 * A later day on which the same rule could as well have started: whole intervals later, and a period or more before
 * `from`. So a rule of 1950 is worked out as fast as one of today. Months and years move by intervals of four years, so
 * that 29 February stays one.
 */
function laterStart(parts: ReadonlyMap<string, string>, start: number, from: number): number {
  const interval = Number(parts.get("INTERVAL") ?? "1");
  if (!(interval >= 1)) return start;
  const days = DAYS[parts.get("FREQ") ?? ""];
  if (days) {
    const ahead = from - 2 * days * interval - start;
    return start + Math.max(0, Math.floor(ahead / (days * interval))) * days * interval;
  }
  const ahead = Math.max(0, from - 400 - start);
  const years = Math.floor(ahead / 366 / (4 * interval)) * 4 * interval;
  const { year, month, dayOfMonth } = ymdOf(start);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return dayOf(`${`${year + years}`.padStart(4, "0")}-${two(month)}-${two(dayOfMonth)}`);
}

// Dates, times and durations of iCalendar, before anybody asks which instant they are.
import { DAY_MS, dayOf, MINUTE_MS } from "../availability/calendar.ts";
import type { ZoneTable } from "../availability/tables.ts";
import { edgeAt, instantOfWall } from "../availability/zone.ts";
import { type Property, parameterOf } from "./ics-parse.ts";

/**
 * A date, a wall time or an instant. `wallMs` is what a clock without offset would count since 1970: of a date its
 * midnight, of an instant the instant. `tzid`: whose clock; null: the calendar's.
 */
export interface Moment {
  readonly kind: "date" | "wall" | "instant";
  readonly wallMs: number;
  readonly tzid: string | null;
}

/** The clock of a TZID; of null, the calendar's own. */
export type Clock = (tzid: string | null) => ZoneTable;

/** A duration: days by the calendar, the rest by the clock (RFC 5545, 3.3.6). */
export interface Duration {
  readonly days: number;
  readonly ms: number;
}

/** Reads `2026-03-29`, `2026-03-29T10:00:00` or `2026-03-29T10:00:00Z` as jCal has them; null: there is no such time. */
export function momentOf(value: unknown, tzid: string | null): Moment | null {
  // ical.js takes a date that does not say VALUE=DATE for a time without digits.
  const text = `${value}`.replace(/T::$/, "");
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d):(\d\d)(Z?))?$/i.exec(text);
  if (!match) return null;
  const [, date = "", hours, minutes, seconds, utc] = match;
  let midnight: number;
  try {
    midnight = dayOf(date) * DAY_MS;
  } catch {
    return null;
  }
  if (hours === undefined) return { kind: "date", wallMs: midnight, tzid };
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  const minuteOfDay = Number(hours) * 60 + Number(minutes);
  const wallMs = midnight + minuteOfDay * MINUTE_MS + Number(seconds) * 1000;
  return utc ? { kind: "instant", wallMs, tzid: null } : { kind: "wall", wallMs, tzid };
}

/** The first time that a property names. */
export const momentIn = (property: Property | undefined): Moment | null =>
  property ? momentOf(property[3], parameterOf(property, "tzid")) : null;

/** The instant of a moment (epoch milliseconds); `tzid` is for a wall time that names none. */
export function instantOf(
  clock: Clock,
  { kind, wallMs, tzid }: Moment,
  fallback: string | null = null,
): number {
  if (kind === "instant") return wallMs;
  const table = clock(tzid ?? fallback);
  // A day begins when its zone says so, and a time that is skipped is taken as RFC 5545, 3.3.5 says.
  return kind === "date" ? edgeAt(table, wallMs / DAY_MS, 0) : instantOfWall(table, wallMs);
}

/** Reads `P1DT2H`, `PT15M`, `P2W`, `-PT5M`; null where it is none. */
export function durationOf(value: unknown): Duration | null {
  const match =
    /^([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,10})S)?)?$/i.exec(
      `${value}`,
    );
  if (!match || !/\d/.test(match[0])) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(2).map((each) => Number(each ?? 0));
  const sign = match[1] === "-" ? -1 : 1;
  return {
    days: sign * (weeks! * 7 + days!),
    ms: sign * ((hours! * 60 + minutes!) * MINUTE_MS + seconds! * 1000),
  };
}

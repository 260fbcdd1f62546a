// Times in words. The wall clock comes from zone.ts alone; Intl only names days and months, of a
// date that has no zone any more.
import { findZone, wallAt } from "../availability/zone.ts";
import { zoneInWords } from "./zone-name.ts";

/** A span as its reader's clock shows it. */
export interface When {
  /** "Tuesday, 1 December 2026, 09:00 – 09:30 (Pacific Time, UTC−07:00)" */
  readonly full: string;
  /** "Tue, 1 Dec 2026, 09:00", for subjects. */
  readonly short: string;
  /** "Tuesday, 1 December 2026" */
  readonly day: string;
  /** "09:00 – 09:30"; with the later date where the span runs into another day. */
  readonly times: string;
  /** "Pacific Time, UTC−07:00" */
  readonly zone: string;
  /** "UTC−07:00", when it begins. */
  readonly offset: string;
}

/** Tells a span [start, end) in a zone, in the language of a locale. */
export function when(
  start: Temporal.Instant,
  end: Temporal.Instant,
  zoneName: string,
  locale: string,
): When {
  // A mail in UTC, which says so, is better than none.
  const timeZone = findZone(zoneName) ?? "UTC";
  const from = wallAt(timeZone, start.epochMilliseconds);
  const until = wallAt(timeZone, end.epochMilliseconds);
  const day = dayInWords(from.date, locale);
  const isOneDay = from.date === until.date;
  const isOneOffset = from.offset === until.offset;
  // Clocks change in between: without the offsets the span would look too long, too short or empty.
  const show = (wall: typeof from) =>
    isOneOffset ? wall.time : `${wall.time} ${offsetInWords(wall.offset)}`;
  const last = isOneDay ? show(until) : `${dayInWords(until.date, locale)}, ${show(until)}`;
  const times = `${show(from)} – ${last}`;
  const offset = offsetInWords(from.offset);
  const name = zoneInWords(timeZone, start, locale);
  const zone = timeZone === "UTC" || !isOneOffset ? name : `${name}, ${offset}`;
  return {
    full: `${day}, ${times} (${zone})`,
    short: `${dayInWords(from.date, locale, "short")}, ${from.time}`,
    day,
    times,
    zone,
    offset,
  };
}

/** "Tuesday, 1 December 2026" of "2026-12-01". */
export function dayInWords(date: string, locale: string, style: "long" | "short" = "long"): string {
  const day = Temporal.PlainDate.from(date);
  const rest = { day: "numeric", month: style, year: "numeric" } as const;
  return `${words(day, locale, { weekday: style })}, ${words(day, locale, rest)}`;
}

/** "December 2026" of "2026-12". */
export const monthInWords = (month: string, locale: string): string =>
  words(Temporal.PlainDate.from(`${month}-01`), locale, { month: "long", year: "numeric" });

/** "UTC−07:00" of "-07:00", with a real minus sign. */
export const offsetInWords = (offset: string): string => `UTC${offset.replace("-", "−")}`;

// Intl takes a PlainDate since Temporal; the types of ES do not say so yet.
const words = (day: Temporal.PlainDate, locale: string, fields: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...fields, timeZone: "UTC" }).format(day as never);

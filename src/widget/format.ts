// Dates and times in words. Wall times come from the server ("2026-12-01T10:00+01:00"); Intl only writes their
// fields, in a zone that shifts nothing.
import type { Slot } from "./wire.ts";

export interface Format {
  readonly locale: string;
  /** "Tuesday, 1 December 2026" */
  day(date: string): string;
  /** "Tue, 1 December" */
  shortDay(date: string): string;
  /** "1" */
  dayNumber(date: string): string;
  /** "December 2026" */
  month(month: string): string;
  /** Seven names from the given weekday (1 is Monday), short and long. */
  weekdays(firstDay: number): { short: string; long: string }[];
  /** "10:00" or "10:00 AM", as the locale has it */
  time(localStart: string): string;
  /** "UTC+1" */
  offset(localStart: string): string;
  /** "1 hour 30 minutes" */
  duration(minutes: number): string;
  list(items: readonly string[]): string;
}

const MINUTE_MS = 60_000;

/** The fields of a wall time as if they were UTC, in epoch milliseconds. */
const fieldsOf = (wall: string): number =>
  Date.parse(wall.length < 11 ? `${wall.padEnd(10, "-01")}T00:00Z` : `${wall.slice(0, 16)}Z`);

export function format(locale: string): Format {
  const by = (fields: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(locale, {
      timeZone: "UTC",
      calendar: "gregory",
      ...fields,
    });
    return (wall: string) => made.format(fieldsOf(wall));
  };
  const long = by({ weekday: "long" });
  const short = by({ weekday: "short" });
  const unit = (name: string, count: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long" }).format(count);
  return {
    locale,
    day: by({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    shortDay: by({ weekday: "short", day: "numeric", month: "long" }),
    dayNumber: by({ day: "numeric" }),
    month: by({ month: "long", year: "numeric" }),
    time: by({ timeStyle: "short" }),
    offset: offsetOf,
    // The first of June 2026 is a Monday.
    weekdays: (firstDay) =>
      Array.from({ length: 7 }, (_, i) => {
        const date = `2026-06-0${((firstDay - 1 + i) % 7) + 1}`;
        return { short: short(date), long: long(date) };
      }),
    duration: (minutes) =>
      [
        minutes >= 60 && unit("hour", Math.floor(minutes / 60)),
        minutes % 60 > 0 && unit("minute", minutes % 60),
      ]
        .filter(Boolean)
        .join(" "),
    list: (items) => new Intl.ListFormat(locale).format(items),
  };
}

function offsetOf(localStart: string): string {
  const [, sign = "+", hours = "0", minutes = "00"] = /([+-])(\d\d):(\d\d)$/.exec(localStart) ?? [];
  const rest = minutes === "00" ? "" : `:${minutes}`;
  return Number(hours) + Number(minutes) === 0
    ? "UTC"
    : `UTC${sign === "-" ? "−" : "+"}${Number(hours)}${rest}`;
}

/** How long a slot is, in minutes. */
export const minutesOf = ({ start, end }: Pick<Slot, "start" | "end">): number =>
  (Date.parse(end) - Date.parse(start)) / MINUTE_MS;

/** The wall times that a day shows twice, for its clocks go back: they need their offset. */
export function repeated(slots: readonly Slot[]): ReadonlySet<string> {
  const seen = new Map<string, string>();
  const twice = new Set<string>();
  for (const { localStart } of slots) {
    const wall = localStart.slice(0, 16);
    const other = seen.get(wall);
    if (other !== undefined && other !== localStart) twice.add(wall);
    seen.set(wall, localStart);
  }
  return twice;
}

export type PartOfDay = "morning" | "afternoon" | "evening";

/** A day's times in its three parts, those that have none left out. */
export function partsOf(slots: readonly Slot[]): [PartOfDay, Slot[]][] {
  const parts: Record<PartOfDay, Slot[]> = { morning: [], afternoon: [], evening: [] };
  for (const slot of slots) {
    const hour = Number(slot.localStart.slice(11, 13));
    parts[hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening"].push(slot);
  }
  return (Object.entries(parts) as [PartOfDay, Slot[]][]).filter(([, all]) => all.length > 0);
}

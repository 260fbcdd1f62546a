import { DAY_MS, dateOf, dayOf, MINUTE_MS, timeOf } from "./calendar.ts";
import { firstAbove, TABLES_VERSION, ZONE_NAMES, type ZoneTable, zoneTable } from "./tables.ts";

/** The tzdata release that every answer about time rests on, such as `2026f`. */
export const TZDATA_VERSION: string = TABLES_VERSION;

const spelling = new Map(ZONE_NAMES.map((name) => [name.toLowerCase(), name]));

// In tzdata for the sake of old software. As a host's zone they are traps: "EST" never has summer time,
// the sign of "Etc/GMT-5" is the reverse of what people mean.
const LEGACY = /^(?:[CEM]ET|WET|[EHM]ST|[A-Z]{3}\d[A-Z]{3}|(?:etc\/)?gmt[+-]?\d+)$/i;

/**
 * The zone that a user means, spelled as in the tables, or null. Takes IANA names and links in any
 * case; a link stays what it is, as people want to see the name they gave. Refuses abbreviations and
 * fixed offsets (`EST`, `EST5EDT`, `GMT+5`, `+05:30`, `Etc/GMT-5`), which are no place's time.
 */
export function findZone(name: string): string | null {
  return LEGACY.test(name) ? null : (spelling.get(name.toLowerCase()) ?? null);
}

/**
 * The zone of a name that software wrote, spelled as in the tables, or null: also those that `findZone` refuses of
 * people. What wrote `Etc/GMT-5` means it.
 */
export function findWrittenZone(name: string): string | null {
  return spelling.get(name.toLowerCase()) ?? null;
}

/** Every name that `findZone` takes, in alphabetical order. */
export function zoneNames(): string[] {
  return ZONE_NAMES.filter((name) => !LEGACY.test(name));
}

/**
 * How many minutes the zone's clocks are ahead of UTC at an instant (epoch milliseconds). Whole minutes
 * since 1972; before, local mean times had seconds, which show as a fraction.
 *
 * @throws RangeError for a zone that the tables do not have, as every function below
 */
export function offsetMinutesAt(zone: string, epochMs: number): number {
  return offsetAt(zoneTable(zone), epochMs) / MINUTE_MS;
}

/** What the zone's clocks and calendars show at an instant (epoch milliseconds). */
export function wallAt(
  zone: string,
  epochMs: number,
): { date: string; time: string; offset: string } {
  const offset = offsetAt(zoneTable(zone), epochMs);
  const wall = epochMs + offset;
  const day = Math.floor(wall / DAY_MS);
  const offsetMinutes = Math.floor(Math.abs(offset) / MINUTE_MS);
  return {
    date: dateOf(day),
    time: timeOf(Math.floor((wall - day * DAY_MS) / MINUTE_MS)),
    offset: (offset < 0 ? "-" : "+") + timeOf(offsetMinutes),
  };
}

/** The first instant (epoch milliseconds) of a date `YYYY-MM-DD`: 01:00 where 00:00 is skipped. */
export function startOfDay(zone: string, date: string): number {
  return windowEdge(zone, date, 0);
}

/**
 * The instant (epoch milliseconds) at which opening hours that name a wall time begin or end: in a gap
 * the transition, in an overlap the earlier of the two. `minuteOfDay` may run past 1440, into the next
 * day. Never gives time that the rule did not name, which `toInstantCompatible` does in a gap.
 */
export function windowEdge(zone: string, date: string, minuteOfDay: number): number {
  return edgeAt(zoneTable(zone), dayOf(date), minuteOfDay);
}

/**
 * The instant (epoch milliseconds) of a wall time that somebody wrote, as RFC 5545 and Temporal
 * ("compatible") read it: in a gap later by the gap's length, in an overlap the earlier of the two.
 */
export function toInstantCompatible(zone: string, date: string, minuteOfDay: number): number {
  return instantOfWall(zoneTable(zone), dayOf(date) * DAY_MS + minuteOfDay * MINUTE_MS);
}

/**
 * `toInstantCompatible` for who holds the table, and the wall time as the milliseconds since 1970 that a clock
 * without offset would count.
 */
export function instantOfWall({ ends, offsets, wallEnds }: ZoneTable, wallMs: number): number {
  const i = firstAbove(wallEnds, wallMs);
  const inGap = i > 0 && wallMs - offsets[i]! < ends[i - 1]!;
  return wallMs - offsets[inGap ? i - 1 : i]!;
}

/** The offset in milliseconds at an instant: `offsetMinutesAt` for loops that hold the table. */
export function offsetAt(table: ZoneTable, epochMs: number): number {
  return table.offsets[firstAbove(table.ends, epochMs)]!;
}

/** The day number of the local date at an instant. */
export function dayAt(table: ZoneTable, epochMs: number): number {
  return Math.floor((epochMs + offsetAt(table, epochMs)) / DAY_MS);
}

/** `windowEdge` for loops that hold the table and count days. */
export function edgeAt(table: ZoneTable, day: number, minuteOfDay: number): number {
  // The edge is the first instant at which the clocks show this wall time or a later one. That puts a
  // skipped time on the transition and a repeated one on its first showing, without asking for either.
  const wall = day * DAY_MS + minuteOfDay * MINUTE_MS;
  const i = firstAbove(table.wallEnds, wall);
  const instant = wall - table.offsets[i]!;
  return i > 0 ? Math.max(instant, table.ends[i - 1]!) : instant;
}

/** Places whose rules changed in 2026: stale tables put their clocks an hour off. */
const CANARIES: readonly [zone: string, date: string, minuteOfDay: number, utc: string][] = [
  ["America/Vancouver", "2026-11-22", 540, "2026-11-22T16:00Z"],
  ["America/Edmonton", "2026-11-22", 540, "2026-11-22T15:00Z"],
  ["America/Inuvik", "2026-11-22", 540, "2026-11-22T15:00Z"],
  ["America/Winnipeg", "2026-11-22", 540, "2026-11-22T14:00Z"],
  ["Africa/Casablanca", "2026-12-01", 540, "2026-12-01T09:00Z"],
  ["America/Havana", "2026-11-22", 540, "2026-11-22T13:00Z"],
];

/** Whether the tables know the rules of tzdata 2026f: a wall time per canary, its instant, and if we agree. */
export function canaries(): { zone: string; local: string; utc: string; ok: boolean }[] {
  return CANARIES.map(([zone, date, minuteOfDay, utc]) => {
    const shown = wallAt("UTC", windowEdge(zone, date, minuteOfDay));
    const local = `${date}T${timeOf(minuteOfDay)}`;
    return { zone, local, utc, ok: `${shown.date}T${shown.time}Z` === utc };
  });
}

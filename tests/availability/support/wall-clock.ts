// The oracle for everything about clocks: it stands before the wall clocks of a place and watches them
// minute by minute. It shares no code with src/availability; zone data come through moment-timezone.

import moment from "moment-timezone";

export const MINUTE = 60_000;
const DAY_MINUTES = 1440;

/** Minutes since 1970-01-01T00:00 by the wall clocks of the zone, at each minute of `[from, until)`. */
export function wallMinutes(zone: string, from: number, until: number): Int32Array {
  const table = moment.tz.zone(zone);
  if (!table) throw new Error(`moment-timezone does not know ${zone}`);
  const minutes = new Int32Array((until - from) / MINUTE);
  let period = 0;
  for (let i = 0; i < minutes.length; i++) {
    const instant = from + i * MINUTE;
    while (instant >= (table.untils[period] ?? Number.POSITIVE_INFINITY)) period++;
    minutes[i] = instant / MINUTE - table.offsets[period]!;
  }
  return minutes;
}

/**
 * What the wall clocks have shown at most, at each minute. A clock that is set back stays below its mark
 * for a while, so that "has it struck nine?" has one answer and keeps it: that is when hours begin and end.
 */
export function highWater(wall: Int32Array): Int32Array {
  let mark = Number.NEGATIVE_INFINITY;
  return wall.map((minute) => {
    mark = Math.max(mark, minute);
    return mark;
  });
}

/** The first instant at which each of the sorted wall times (minutes since 1970) has been shown. */
function firstShowings(wall: Int32Array, from: number, times: readonly number[]): number[] {
  const instants: number[] = [];
  for (let i = 0; i < wall.length && instants.length < times.length; i++) {
    while (instants.length < times.length && wall[i]! >= times[instants.length]!) {
      instants.push(from + i * MINUTE);
    }
  }
  return instants;
}

/** The spans `[start, end, …]` of daily hours on each day from `firstDay` to `lastDay`, empty ones left out. */
export function dailySpans(
  zone: string,
  hours: { from: number; until: number },
  firstDay: number,
  lastDay: number,
): number[] {
  const from = (firstDay - 2) * DAY_MINUTES * MINUTE;
  const wall = wallMinutes(zone, from, (lastDay + 4) * DAY_MINUTES * MINUTE);
  const edges = (minute: number) =>
    Array.from({ length: lastDay - firstDay + 1 }, (_, i) => (firstDay + i) * DAY_MINUTES + minute);
  const starts = firstShowings(wall, from, edges(hours.from));
  const ends = firstShowings(wall, from, edges(hours.until));
  return starts.flatMap((start, i) => (start < ends[i]! ? [start, ends[i]!] : []));
}

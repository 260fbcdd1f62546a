import { dayOf, firstOfMonth, MINUTE_MS, mondayOf, weekdayOf } from "./calendar.ts";
import type { Cap, Horizon, Taken, TypeRules } from "./facts.ts";
import { normalize, type Spans } from "./interval.ts";
import { type ZoneTable, zoneTable } from "./tables.ts";
import { dayAt, edgeAt } from "./zone.ts";

/**
 * From when (included) until when (excluded) a meeting may start, by the minimum notice and the horizon
 * as seen at `now`. All in epoch milliseconds; `latest` is Infinity without a horizon.
 */
export function startLimits(type: TypeRules, now: number): { earliest: number; latest: number } {
  const noticed = now + type.minimumNoticeMinutes * MINUTE_MS;
  const { horizon } = type;
  if (horizon.kind === "unlimited") return { earliest: noticed, latest: Number.POSITIVE_INFINITY };
  const table = zoneTable(type.timeZone);
  const opens = horizon.kind === "range" ? edgeAt(table, dayOf(horizon.from), 0) : noticed;
  return {
    earliest: Math.max(noticed, opens),
    latest: edgeAt(table, lastDayOf(horizon, dayAt(table, now)) + 1, 0),
  };
}

function lastDayOf(horizon: Exclude<Horizon, { kind: "unlimited" }>, today: number): number {
  if (horizon.kind === "range") return dayOf(horizon.until);
  return horizon.kind === "rolling" ? today + horizon.days : businessDay(today, horizon.days);
}

/** The `count`th Monday–Friday after `today`, and `today` itself for none. */
function businessDay(today: number, count: number): number {
  // A weekend counts from its Friday: no business day lies between.
  const base = today - Math.max(0, weekdayOf(today) - 4);
  const rest = count % 5;
  const overWeekend = weekdayOf(base) + rest > 4 ? 2 : 0;
  return Math.max(today, base + Math.floor(count / 5) * 7 + rest + overWeekend);
}

/**
 * When no meeting of this duration may start between `from` and `until`, because a cap would be passed
 * by the bookings `taken`. Days, weeks and months are those of the zone.
 */
export function cappedStarts(
  caps: readonly Cap[],
  taken: readonly Taken[],
  durationMinutes: number,
  zone: string,
  from: number,
  until: number,
): Spans {
  const capped: number[] = [];
  for (const cap of caps) {
    const bookings = cap.bookings ?? Number.POSITIVE_INFINITY;
    const minutesLeft = (cap.minutes ?? Number.POSITIVE_INFINITY) - durationMinutes;
    // Not even the first one fits: no booking is needed to fill a period.
    if (bookings < 1 || minutesLeft < 0) return [from, until];
    const table = zoneTable(zone);
    for (const [first, used] of usedPeriods(cap, taken, table)) {
      if (used.bookings < bookings && used.minutes <= minutesLeft) continue;
      capped.push(edgeAt(table, first, 0), edgeAt(table, nextPeriod(cap, first), 0));
    }
  }
  return normalize(capped);
}

/** The period of each cap that a start falls into: what a booking there is counted with. */
export function capPeriods(
  caps: readonly Cap[],
  zone: string,
  start: number,
): { cap: Cap; from: number; until: number }[] {
  const table = zoneTable(zone);
  const day = dayAt(table, start);
  return caps.map((cap) => {
    const first = firstOfPeriod(cap, day);
    return { cap, from: edgeAt(table, first, 0), until: edgeAt(table, nextPeriod(cap, first), 0) };
  });
}

/** What bookings use of each period that has any, by the period's first day. */
function usedPeriods(cap: Cap, taken: readonly Taken[], table: ZoneTable) {
  const periods = new Map<number, { bookings: number; minutes: number }>();
  for (const { start, end } of taken) {
    const first = firstOfPeriod(cap, dayAt(table, start));
    const used = periods.get(first) ?? { bookings: 0, minutes: 0 };
    used.bookings++;
    used.minutes += (end - start) / MINUTE_MS;
    periods.set(first, used);
  }
  return periods;
}

function firstOfPeriod(cap: Cap, day: number): number {
  if (cap.per === "day") return day;
  return cap.per === "week" ? mondayOf(day) : firstOfMonth(day);
}

function nextPeriod(cap: Cap, first: number): number {
  if (cap.per === "day") return first + 1;
  return cap.per === "week" ? first + 7 : firstOfMonth(first, 1);
}

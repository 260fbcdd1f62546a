import { dateOf, dayOf, mondayOf } from "../availability/calendar.ts";
import { startOfDay, wallAt } from "../availability/zone.ts";

/** A period cut into days or weeks of a zone. */
export interface Buckets {
  /** The first instant of the first date, in epoch milliseconds. */
  readonly from: number;
  /** Of each bucket its date (of a week its Monday), the earliest first. */
  readonly dates: readonly string[];
  /** Where buckets begin, and last of all where the last one ends; epoch milliseconds. */
  readonly edges: readonly number[];
}

/**
 * The so many dates that end with today's, by the calendar of a zone, until an instant (epoch
 * milliseconds, not included). Weeks begin on Monday; the first is what of it lies in the period.
 */
export function buckets(zone: string, until: number, days: number, per: "day" | "week"): Buckets {
  const today = dayOf(wallAt(zone, until - 1).date);
  const first = today - days + 1;
  const starts: number[] = [];
  for (let day = first; day <= today; day += 1)
    if (per === "day" || day === first || mondayOf(day) === day) starts.push(day);
  const edges = starts.map((day) => startOfDay(zone, dateOf(day)));
  return {
    from: edges[0] ?? until,
    dates: starts.map((day) => dateOf(per === "day" ? day : mondayOf(day))),
    edges: [...edges, until],
  };
}

// Whether a figure goes on growing once everything is warm, told apart from the noise that every such figure has.
import { percentile } from "./tally.ts";

export interface Reading {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** Its level in the second quarter of the time: the first is for warming up. */
  readonly early: number;
  /** Its level in the last quarter. */
  readonly late: number;
  /** The slope of the line through all readings but those of the first quarter (least squares). */
  readonly perMinute: number;
}

export interface Bound {
  /** So much more is growth, however large it was before. */
  readonly most: number;
  /** A larger share than this of what it was is growth as well, unless it is noise. */
  readonly share: number;
  /** Less than this is nothing. */
  readonly noise: number;
}

/**
 * Of readings in the order of their times, of which there must be one in each quarter that is looked at.
 * @param share the level is what so large a share of readings does not exceed: the median, or less of what is a saw
 */
export function trendOf(readings: readonly Reading[], share = 0.5): Trend {
  const first = readings[0]?.at ?? 0;
  const whole = (readings.at(-1)?.at ?? 0) - first;
  const quarterOf = ({ at }: Reading) =>
    Math.min(3, Math.floor((4 * (at - first)) / Math.max(1, whole)));
  const of = (quarter: number) =>
    levelOf(
      readings.filter((each) => quarterOf(each) === quarter).map(({ value }) => value),
      share,
    );
  return {
    early: of(1),
    late: of(3),
    perMinute: 60_000 * slopeOf(readings.filter((each) => quarterOf(each) > 0)),
  };
}

export function hasGrown({ early, late }: Trend, { most, share, noise }: Bound): boolean {
  const more = late - early;
  return more > most || (more > noise && more > share * early);
}

function levelOf(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error("Too few readings to tell a trend");
  return percentile(
    values.toSorted((a, b) => a - b),
    share,
  );
}

/** By millisecond. */
function slopeOf(readings: readonly Reading[]): number {
  const meanOf = (of: (each: Reading) => number) =>
    readings.reduce((sum, each) => sum + of(each), 0) / readings.length;
  const at = meanOf((each) => each.at);
  const value = meanOf((each) => each.value);
  const above = meanOf((each) => (each.at - at) * (each.value - value));
  const below = meanOf((each) => (each.at - at) ** 2);
  return below === 0 ? 0 : above / below;
}

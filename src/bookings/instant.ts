const EARLIEST_MS = Temporal.Instant.from("1900-01-01T00:00:00Z").epochMilliseconds;
const LATEST_MS = Temporal.Instant.from("9999-12-31T00:00:00Z").epochMilliseconds;

/** From here on nothing is booked: nobody knows what clocks will show then. */
export const FAR = Temporal.Instant.from("2100-01-01T00:00:00Z");

/**
 * An instant as a caller wrote it, to the millisecond: finer times would be equal to us and different to
 * the database. What lies beyond the years that the database can hold becomes their end.
 */
export function readInstant(text: string): Temporal.Instant {
  const ms = Temporal.Instant.from(text).epochMilliseconds;
  return Temporal.Instant.fromEpochMilliseconds(Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS));
}

export const isBefore = (a: Temporal.Instant, b: Temporal.Instant): boolean =>
  Temporal.Instant.compare(a, b) < 0;

import type { Span } from "./provider.ts";

/** Whether a window that was listed holds all of another one. */
export const covers = (listed: Span, wanted: Span): boolean =>
  Temporal.Instant.compare(listed.start, wanted.start) <= 0 &&
  Temporal.Instant.compare(wanted.end, listed.end) <= 0;

/** The window to the end of its last day (UTC), so that one that moves by minutes is listed anew once a day. */
export function toWholeDay({ start, end }: Span): Span {
  const days = Math.ceil(end.epochMilliseconds / DAY_MS);
  return { start, end: Temporal.Instant.fromEpochMilliseconds(days * DAY_MS) };
}

const DAY_MS = 86_400_000;

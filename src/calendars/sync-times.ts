// When calendars are looked at, and how far ahead. Pure.
import type { ProviderName, Span } from "./provider.ts";

/** After so long of nothing but failure what is known of a calendar is stale, and its owner is told. */
export const STALE_AFTER_MINUTES = 15;

const DAY_HOURS = 24;
// Who can be booked at once for the first time is most likely to be so for weeks.
const MIN_DAYS = 60;
/** As far as external_busy ever reaches, where anything can be booked without an end. */
const MAX_DAYS = 400;
// The window is good for so long before it is rolled forward, and rolled so long before it runs out.
const SPARE_DAYS = 35;
const MARGIN_DAYS = 5;

/**
 * The window of the next run: the one that the cursor belongs to, or a new one (without a cursor) where there is none or
 * where it is about to end before what can be booked does.
 */
export function windowOf(
  now: Temporal.Instant,
  run: {
    readonly cursor: string | null;
    readonly syncedFrom: Temporal.Instant | null;
    readonly syncedUntil: Temporal.Instant | null;
    readonly horizonDays: number | null;
  },
): { window: Span; isNew: boolean } {
  const days = Math.min(Math.max(run.horizonDays ?? MAX_DAYS, MIN_DAYS), MAX_DAYS);
  const ahead = (more: number) => now.add({ hours: (days + more) * DAY_HOURS });
  const { cursor, syncedFrom, syncedUntil } = run;
  if (
    cursor !== null &&
    syncedFrom &&
    syncedUntil &&
    Temporal.Instant.compare(syncedUntil, ahead(MARGIN_DAYS)) >= 0
  )
    return { window: { start: syncedFrom, end: syncedUntil }, isNew: false };
  const midnight = (at: Temporal.Instant) =>
    Temporal.Instant.fromEpochMilliseconds(Math.floor(at.epochMilliseconds / DAY_MS) * DAY_MS);
  return {
    window: {
      start: midnight(now.subtract({ hours: DAY_HOURS })),
      end: midnight(ahead(SPARE_DAYS)),
    },
    isNew: true,
  };
}

const DAY_MS = 86_400_000;

// A push is lost now and then.
const PUSHED_MINUTES = 240;
const FIRST_POLL_MINUTES: Readonly<Record<ProviderName, number>> = {
  google: 5,
  microsoft: 5,
  caldav: 5,
  // Somebody else's file, which is made anew now and then.
  ics: 15,
};
const LAST_POLL_MINUTES: Readonly<Record<ProviderName, number>> = {
  google: 10,
  microsoft: 10,
  caldav: 60,
  ics: 240,
};

/** When to look again: where nothing came for so many runs ever later, and seldom while pushes come. */
export function pollAt(
  now: Temporal.Instant,
  provider: ProviderName,
  quietRuns: number,
  random: number,
): { pollAt: Temporal.Instant; pollAtIfPushed: Temporal.Instant } {
  const first = FIRST_POLL_MINUTES[provider];
  const minutes = Math.min(first * 2 ** Math.min(quietRuns, 10), LAST_POLL_MINUTES[provider]);
  const after = (whole: number) =>
    now.add({ milliseconds: Math.round(whole * 60_000 * (0.8 + 0.4 * random)) });
  return { pollAt: after(minutes), pollAtIfPushed: after(PUSHED_MINUTES) };
}

const FIRST_RETRY_SECONDS = 30;
const LAST_RETRY_SECONDS = 900;

/** When to try again what has failed since then: ever later, but in time to know whether it is stale. */
export function retryAt(
  now: Temporal.Instant,
  failingSince: Temporal.Instant | null,
  random: number,
): Temporal.Instant {
  const elapsed = failingSince === null ? 0 : now.since(failingSince).total("seconds");
  const pause = Math.min(Math.max(elapsed, FIRST_RETRY_SECONDS), LAST_RETRY_SECONDS);
  const left = STALE_AFTER_MINUTES * 60 - elapsed;
  const seconds = pause * (0.8 + 0.4 * random);
  const bounded = left > 0 ? Math.min(seconds, left) : seconds;
  return now.add({ milliseconds: Math.ceil(bounded * 1000) });
}

import type { World } from "../world.ts";

// Longer than a job may take, short enough that a promise whose worker died is kept soon.
const LEASE_SECONDS = 120;

/** Until when a promise that is taken now belongs to who took it. */
export const leaseEnd = (world: World): Temporal.Instant =>
  world.now().add({ seconds: LEASE_SECONDS });

// The first failures pass in seconds, an outage in hours; after a day a message is of no use.
const BACKOFF_SECONDS = [10, 30, 120, 300, 900, 1800, 3600];
const USEFUL_HOURS = 24;

/** The pause after so many failures. */
export const backoffSeconds = (attempt: number): number =>
  BACKOFF_SECONDS[Math.min(attempt, BACKOFF_SECONDS.length) - 1] ?? 10;

/**
 * When to dispatch a promise again that has failed so many times, or after so many seconds where the
 * failure says so; null when it is too old to matter by then.
 */
export function nextAttempt(
  world: World,
  promise: { createdAt: Temporal.Instant; attempt: number },
  told?: number,
): Temporal.Instant | null {
  const seconds = told ?? backoffSeconds(promise.attempt);
  const next = world.now().add({ seconds });
  const end = promise.createdAt.add({ hours: USEFUL_HOURS });
  return Temporal.Instant.compare(next, end) > 0 ? null : next;
}

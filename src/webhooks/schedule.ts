// When a webhook that failed is tried again, and what becomes of an endpoint that only fails.
import type { World } from "../world.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Between one attempt and the next: 12 attempts over a little more than three days. */
const PAUSES_SECONDS = [
  5,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
export const MAX_ATTEMPTS = PAUSES_SECONDS.length + 1;
// So that what failed together does not come back together.
const JITTER = 0.1;
const LONGEST_SECONDS = 24 * HOUR;

const WARN_AFTER_HOURS = 24;
const DISABLE_AFTER_HOURS = 5 * 24;

/**
 * When to try again after so many attempts; null when that was the last. A receiver that says how long to
 * wait is believed up to a day, and never to come sooner.
 * @param random of [0, 1)
 */
export function nextAttemptAt(
  world: World,
  attempts: number,
  retryAfterSeconds: number | null,
  random: number,
): Temporal.Instant | null {
  const pause = PAUSES_SECONDS[attempts - 1];
  if (pause === undefined) return null;
  const jittered = pause * (1 - JITTER + 2 * JITTER * random);
  const asked = Math.min(retryAfterSeconds ?? 0, LONGEST_SECONDS);
  return world.now().add({ milliseconds: Math.round(Math.max(jittered, asked) * 1000) });
}

/** An endpoint that has failed since before these is told of, and stopped. */
export const healthLimits = (world: World) => ({
  warnSince: world.now().subtract({ hours: WARN_AFTER_HOURS }),
  disableSince: world.now().subtract({ hours: DISABLE_AFTER_HOURS }),
});

/** Retry-After (RFC 9110, 10.2.3) in seconds from now; null where there is none that can be read. */
export function retryAfterOf(world: World, header: string | undefined): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const [, day, month = "", year, time] =
    /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/.exec(text) ?? [];
  const number = MONTHS.indexOf(month) / 3 + 1;
  if (!day || !Number.isInteger(number) || number < 1) return null;
  try {
    const at = Temporal.Instant.from(`${year}-${`${number}`.padStart(2, "0")}-${day}T${time}Z`);
    return Math.max(0, Math.ceil(at.since(world.now()).total("seconds")));
  } catch {
    return null;
  }
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

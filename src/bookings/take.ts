import { refused, shouldRetry, violated } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import { slotWriter } from "../slots/find-slots.ts";
import type { World } from "../world.ts";
import { nearestGaps } from "./personal-gaps.ts";
import {
  type Plan,
  planMeeting,
  planWasCapped,
  planWasFull,
  planWasTaken,
  type Wanted,
} from "./plan.ts";

const ATTEMPTS = 4;

/**
 * Looks whether a start is offered, then takes it; again while the taking lost to somebody else,
 * because then another look gives another answer. Problems: those of planMeeting, unavailable.
 */
export async function lookThenTake<T>(
  world: World,
  wanted: Wanted,
  take: (plan: Plan) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const plan = await planMeeting(world, wanted);
    try {
      return await take(plan);
    } catch (error) {
      if (!isTaken(error) && !shouldRetry(error)) throw error;
      if (attempt < ATTEMPTS) continue;
      if (refused(error) === "cap_reached") throw planWasCapped();
      if (refused(error) === "seats_full") throw planWasFull();
      throw isTaken(error) ? planWasTaken(world, plan, wanted) : unavailable();
    }
  }
}

/** A user's own time, wanted without regard to hours. */
export interface PersonalTime {
  readonly user: { readonly id: string; readonly timeZone: string };
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  /** The booking that moves there. */
  readonly insteadOf: string | null;
}

/** Takes personal time. Problems: slot_taken with the nearest gaps, unavailable. */
export const takePersonal = <T>(
  world: World,
  wanted: PersonalTime,
  take: () => Promise<T>,
): Promise<T> => takeBlindly(take, () => personalTaken(world, wanted));

/** Takes time that needs no look. Problems: what is said of taken time, unavailable. */
export async function takeBlindly<T>(
  take: () => Promise<T>,
  taken: () => Problem | Promise<Problem>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await take();
    } catch (error) {
      if (isTaken(error)) throw await taken();
      if (!shouldRetry(error)) throw error;
      if (attempt === ATTEMPTS) throw unavailable();
    }
  }
}

async function personalTaken(world: World, { user, insteadOf, ...span }: PersonalTime) {
  const gaps = await nearestGaps(world, user.id, span, insteadOf);
  const alternatives = gaps.map(slotWriter(user.timeZone));
  return new Problem("slot_taken", "You have something at this time.", { alternatives });
}

const LAST_LINES = new Set(["no_double_booking", "one_seated_meeting"]);

/** Refused by admit() or, as the last line, by a constraint. */
const isTaken = (error: unknown): boolean =>
  refused(error) !== null || LAST_LINES.has(violated(error) ?? "");

const unavailable = () =>
  new Problem("unavailable", "Too many at once want this time. Try again in a moment.", {
    headers: { "retry-after": "1" },
  });

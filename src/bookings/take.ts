import { refused, shouldRetry, violated } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { type Plan, planMeeting, planWasTaken, type Wanted } from "./plan.ts";

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
      if (attempt === ATTEMPTS)
        throw isTaken(error) ? planWasTaken(world, plan, wanted) : unavailable();
    }
  }
}

/** Takes time that no look can tell anything of. Problems: slot_taken, unavailable. */
export async function takeBlindly<T>(take: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await take();
    } catch (error) {
      if (isTaken(error)) throw new Problem("slot_taken", "You have something at this time.");
      if (!shouldRetry(error)) throw error;
      if (attempt === ATTEMPTS) throw unavailable();
    }
  }
}

/** Refused by admit() or, as the last line, by the constraint. */
const isTaken = (error: unknown): boolean =>
  refused(error) !== null || violated(error) === "no_double_booking";

const unavailable = () =>
  new Problem("unavailable", "Too many at once want this time. Try again in a moment.", {
    headers: { "retry-after": "1" },
  });

import { isOffered, nearestOffers, type Reason } from "../availability/offers.ts";
import { refused, shouldRetry, violated } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import { slotOf } from "../slots/find-slots.ts";
import { loadFacts, type TypeFacts } from "../slots/load-facts.ts";
import type { World } from "../world.ts";
import type { Groups } from "./queries.ts";

/** A start that is offered, and all that the statement needs to take it. */
export interface Plan extends TypeFacts {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  readonly reservedFrom: Temporal.Instant;
  readonly reservedUntil: Temporal.Instant;
  readonly groups: Groups;
}

export interface Wanted {
  readonly meetingTypeId: string;
  readonly start: Temporal.Instant;
  readonly durationMinutes?: number | undefined;
  /** A booking that moves. */
  readonly insteadOf?: string | undefined;
  /** The zone that alternatives are shown in. */
  readonly timeZone: string;
}

const LOOK_AROUND_DAYS = 7;

/**
 * Whether the wanted start is offered now. Problems: not_found, type_inactive, and the reason why it
 * is not offered; slot_taken carries the nearest free starts.
 */
export async function planMeeting(world: World, wanted: Wanted): Promise<Plan> {
  const { start, insteadOf } = wanted;
  const hours = LOOK_AROUND_DAYS * 24;
  const { type, facts } = await loadFacts(world, {
    ...wanted,
    from: start.subtract({ hours }),
    until: start.add({ hours }),
  });
  if (!insteadOf && type.archivedAt)
    throw new Problem("not_found", "There is no such meeting type.");
  if (!insteadOf && !type.isActive) throw new Problem("type_inactive");
  const now = world.now().epochMilliseconds;
  const verdict = isOffered(facts, start.epochMilliseconds, now);
  if (!verdict.offered) throw refusal(world, verdict.reason, { type, facts }, wanted);
  const end = start.add({ minutes: facts.type.durationMinutes });
  return {
    type,
    facts,
    start,
    end,
    reservedFrom: start.subtract({ minutes: type.bufferBeforeMinutes }),
    reservedUntil: end.add({ minutes: type.bufferAfterMinutes }),
    groups: facts.type.groups.map(({ hosts, required }, i) => ({
      hosts: verdict.hosts[i] ?? [],
      required: required === "all" ? hosts.length : required,
    })),
  };
}

const DETAILS: Readonly<Record<Reason, string>> = {
  start_in_past: "This time is past.",
  too_soon: "This time is sooner than the host's notice allows.",
  too_late: "This time is further ahead than the host can be booked.",
  outside_hours: "The host does not offer this time.",
  seats_full: "Every seat of this meeting is taken.",
  cap_reached: "The host takes no more bookings in this period.",
  slot_taken: "This time has been taken. Choose another.",
};

function refusal(world: World, reason: Reason, { facts }: TypeFacts, wanted: Wanted): Problem {
  if (reason !== "slot_taken") return new Problem(reason, DETAILS[reason]);
  const start = wanted.start.epochMilliseconds;
  const reach = LOOK_AROUND_DAYS * 86_400_000;
  const window = { from: start - reach, until: start + reach, now: world.now().epochMilliseconds };
  const alternatives = nearestOffers(facts, start, window).map((offer) =>
    slotOf(offer, wanted.timeZone),
  );
  return new Problem("slot_taken", DETAILS.slot_taken, { alternatives });
}

const ATTEMPTS = 4;

/**
 * Looks, then takes; again while the taking lost to somebody else, because then another look gives
 * another answer. What the look refuses is the caller's answer.
 */
export async function lookThenTake<P, T>(
  look: () => Promise<P>,
  take: (plan: P) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const plan = await look();
    try {
      return await take(plan);
    } catch (error) {
      if (!isTaken(error) && !shouldRetry(error)) throw error;
      if (attempt === ATTEMPTS)
        throw new Problem("slot_taken", DETAILS.slot_taken, { alternatives: [] });
    }
  }
}

/** Takes time that no look can tell anything of. Problems: slot_taken. */
export async function takeBlindly<T>(take: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await take();
    } catch (error) {
      if (isTaken(error)) throw new Problem("slot_taken", DETAILS.slot_taken);
      if (!shouldRetry(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Refused by admit() or, as the last line, by the constraint. */
const isTaken = (error: unknown): boolean =>
  refused(error) !== null || violated(error) === "no_double_booking";

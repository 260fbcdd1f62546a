import { randomUUID } from "node:crypto";
import { findZone } from "../availability/zone.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { holdTime } from "./hold-queries.ts";
import type { Held, NewHold } from "./hold-schema.ts";
import { readInstant } from "./instant.ts";
import { HOLD_MINUTES, type Plan } from "./plan.ts";
import { lookThenTake } from "./take.ts";

/** Of one host, within half a day of the start: strangers must not hold a whole day of his. */
const AT_MOST = 8;

/**
 * Holds a start for a few minutes, in two statements like a booking, whose time it is taken from like a
 * booking's. The holder's last hold ends when the new one begins, and stays if it is refused.
 * Problems: those of planMeeting, not_holdable, holds_exhausted.
 */
export function hold(world: World, meetingTypeId: string, input: NewHold): Promise<Held> {
  const { durationMinutes, holdId, link: linkId } = input;
  const start = readInstant(input.start);
  const timeZone = findZone(input.timeZone ?? "UTC") ?? "UTC";
  const wanted = { meetingTypeId, start, durationMinutes, timeZone, holdId, linkId };
  return lookThenTake(world, wanted, (plan) => take(world, plan, holdId ?? null));
}

async function take(world: World, plan: Plan, lastHoldId: string | null): Promise<Held> {
  const { type, start, end, reservedFrom, reservedUntil, groups, caps } = plan;
  // Held, the time of a meeting with seats would be kept from all its other guests.
  if (type.capacity > 1)
    throw new Problem("not_holdable", "A meeting with seats is not held: book a seat.");
  const now = world.now();
  // Ids of ours tell when they were made; this one is to tell nothing.
  const holdId = randomUUID();
  const expiresAt = now.add({ minutes: HOLD_MINUTES });
  const taken = await holdTime(world.db, {
    holdId,
    meetingTypeId: type.id,
    typeVersion: type.version,
    start,
    end,
    reservedFrom,
    reservedUntil,
    groups,
    caps,
    lastHoldId,
    expiresAt,
    atMost: AT_MOST,
    now,
  });
  if (!taken)
    throw new Problem(
      "holds_exhausted",
      "Many are choosing among these times. It is free: book it without a hold.",
    );
  return { holdId, expiresAt: expiresAt.toString() };
}

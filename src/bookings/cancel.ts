import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { Actor, Seen } from "./access.ts";
import { assertOpen, type ChangeRequest, change } from "./change.ts";
import { cancelBooking } from "./change-queries.ts";
import { isBefore } from "./instant.ts";
import { leave } from "./leave.ts";
import { assertMay } from "./policies.ts";
import { doerOf, factsOf, mails, notices } from "./promises.ts";
import type { FoundBooking } from "./queries.ts";
import { isAlone, presentOf } from "./seats.ts";

/**
 * Cancels a booking: the time is free again and everybody concerned is told. A guest of a meeting that
 * others share leaves it; the last one cancels it. Cancelling again changes nothing and tells nobody. Problems: unauthorized, not_found, booking_closed, version_conflict;
 * for a guest policy_forbids, and invalid without the reason that the host asks for.
 */
export function cancel(
  world: World,
  request: ChangeRequest & { reason?: string | undefined },
): Promise<Seen> {
  return change(world, request, (booking, actor) => {
    if (booking.status === "CANCELLED") return null;
    assertOpen(booking);
    const now = world.now();
    if (actor.kind === "guest" && !isBefore(now, booking.start))
      throw new Problem("booking_closed", "This meeting has begun already.");
    const reason = request.reason?.trim() || null;
    assertMay(booking, actor, "cancel", { reason, now });
    if (actor.kind === "guest" && !isAlone(booking, actor.attendee))
      return leave(world, booking, actor.attendee, reason);
    const isMailed = booking.notifications?.cancellation ?? true;
    return callOff(world, booking, actor, { reason, isMailed });
  });
}

/** Cancels it as a whole; whoever has heard of it is told, by mail where the type sends such mails. */
export function callOff(
  world: World,
  booking: FoundBooking,
  actor: Actor,
  { reason, isMailed }: { reason: string | null; isMailed: boolean },
): Promise<{ id: string } | null> {
  const now = world.now();
  const hostIds = booking.hosts.map(({ id }) => id);
  const attendeeIds = presentOf(booking).map(({ id }) => id);
  // Of what its guest never confirmed nobody has heard.
  const isHeardOf = !booking.awaitsGuest;
  return cancelBooking(world.db, {
    bookingId: booking.id,
    version: booking.version,
    reason,
    actorKind: actor.kind,
    actorId: actor.id,
    promises:
      isHeardOf && isMailed ? mails("BOOKING_CANCELLED", { hostIds, attendeeIds }, now) : [],
    notices: notices(isHeardOf ? hostIds : [], "BOOKING_CANCELLED", {
      ...factsOf(booking),
      by: doerOf(booking, actor),
    }),
    eventId: newId(),
    now,
  });
}

// A host has moved or deleted the event of a booking in his calendar. The booking stands until he says what he means by it.
import { findDrift, putEventBack } from "../../calendars/drift-queries.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { findForAsker, isHostOf, lookAgain, type Seen } from "../access.ts";
import type { ChangeRequest } from "../change.ts";
import { edit } from "../edit.ts";
import type { FoundBooking } from "../queries.ts";
import { reschedule } from "../reschedule.ts";

/** What was done to the event; where it was moved, to when. */
export type Drift =
  | { readonly kind: "moved"; readonly start: Temporal.Instant; readonly end: Temporal.Instant }
  | { readonly kind: "deleted" };

/** What a host has still to answer for; null where there is nothing, or no more to ask. */
export async function openDrift(
  world: World,
  booking: FoundBooking,
  hostId: string,
): Promise<Drift | null> {
  if (booking.status !== "CONFIRMED" || !isHostOf(booking, hostId)) return null;
  const found = await findDrift(world.db, { bookingId: booking.id, hostId });
  if (found?.drift === "deleted") return { kind: "deleted" };
  const { start = null, end = null } = found ?? {};
  return start && end ? { kind: "moved", start, end } : null;
}

/**
 * The event is written again as the booking is. Again, or where nothing was asked, it changes nothing.
 * Problems: unauthorized, not_found, forbidden for who is no host.
 */
export async function putBack(
  world: World,
  request: Omit<ChangeRequest, "expected">,
): Promise<Seen> {
  const { actor } = await seenByHost(world, request);
  const { bookingId } = request;
  await putEventBack(world.db, { bookingId, hostId: actor.id, now: world.now() });
  return lookAgain(world, bookingId, actor);
}

/**
 * The booking moves to where its host has moved the event, as if he had asked for it: its own rules decide. Where the event
 * is as the booking is, nothing happens. Problems: those of reschedule(), and event_deleted.
 */
export async function followEvent(world: World, request: ChangeRequest): Promise<Seen> {
  const seen = await seenByHost(world, request);
  const { booking, actor, user } = seen;
  const drift = await openDrift(world, booking, actor.id);
  if (drift === null) return seen;
  if (drift.kind === "deleted")
    throw new Problem("event_deleted", "Put it back, or cancel the booking.");
  const { start, end } = drift;
  const at = { start: start.toString(), end: end.toString() };
  if (booking.meetingTypeId === null) return edit(world, { ...request, user, patch: at });
  const durationMinutes = start.until(end).total("minutes");
  return reschedule(world, { ...request, start: at.start, durationMinutes });
}

async function seenByHost(world: World, { bookingId, asker }: Omit<ChangeRequest, "expected">) {
  const { booking, actor } = await findForAsker(world, bookingId, asker);
  const { user } = asker;
  if (actor.kind !== "host" || !user)
    throw new Problem("forbidden", "Only the hosts of a booking may do this.");
  return { booking, actor, user };
}

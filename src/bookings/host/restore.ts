import { refused, violated } from "../../db/conflict.ts";
import { isNobodys } from "../../privacy/nobody.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import type { Seen } from "../access.ts";
import { type ChangeRequest, change } from "../change.ts";
import { restoreBooking } from "../host-queries.ts";
import { isBefore } from "../instant.ts";
import { factsOf, mails, notices, reminders } from "../promises.ts";
import type { FoundBooking } from "../queries.ts";
import { presentOf } from "../seats.ts";
import { takeBlindly } from "../take.ts";
import { audienceOf } from "./decision.ts";

/**
 * Brings a cancelled booking that lies ahead back, with its hosts, if they are free then. Hours, notice
 * and caps are not asked: a host decides. Where it stands already, nothing happens.
 * Problems: unauthorized, not_found, booking_closed, start_in_past, slot_taken, version_conflict.
 */
export const restore = (world: World, request: ChangeRequest): Promise<Seen> =>
  change(world, request, (booking, actor) => {
    if (booking.status === "CONFIRMED") return null;
    if (booking.status !== "CANCELLED")
      throw new Problem("booking_closed", "Only a cancelled booking can be restored.");
    if (!isBefore(world.now(), booking.start))
      throw new Problem("start_in_past", "This time is past.");
    const isForGuests = booking.meetingTypeId !== null;
    if (isForGuests && presentOf(booking).every(({ email }) => isNobodys(email)))
      throw new Problem("booking_closed", "Every guest has left this meeting.");
    return takeBlindly(
      () => restored(world, booking, actor.id),
      () => new Problem("slot_taken", "A host has something at this time by now."),
    );
  });

async function restored(world: World, booking: FoundBooking, actorId: string) {
  const now = world.now();
  const { id, version, start, notifications } = booking;
  const audience = audienceOf(booking);
  // Whoever was told that it is off must hear that it is on.
  const isTold = notifications === null || notifications.confirmation || notifications.cancellation;
  try {
    return await restoreBooking(world.db, {
      bookingId: id,
      version,
      groups: [{ hosts: audience.hostIds, required: audience.hostIds.length }],
      actorId,
      promises: [
        ...(isTold ? mails("BOOKING_CONFIRMATION", audience, now) : []),
        ...reminders(booking.reminders ?? [], audience, start, now),
      ],
      notices: notices(audience.hostIds, "BOOKING_RESTORED", factsOf(booking)),
      now,
    });
  } catch (error) {
    if (refused(error) === "host_gone")
      throw new Problem("booking_closed", "A host of it takes no bookings any more.");
    // Of another host: the constraint on reservations does not see it.
    if (violated(error) === "one_seated_meeting")
      throw new Problem("slot_taken", "Another meeting of this type begins at this time.");
    throw error;
  }
}

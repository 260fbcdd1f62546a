import { newId } from "../db/id.ts";
import type { World } from "../world.ts";
import { leaveMeeting } from "./change-queries.ts";
import { factsOf, mails, notices } from "./promises.ts";
import type { AttendeeRow, FoundBooking } from "./queries.ts";
import { namingGuest, partyOf } from "./seats.ts";

/**
 * A guest leaves a meeting that others stay in, with whom he brings along. He and the hosts are told,
 * the others hear nothing. Null where the meeting has changed meanwhile.
 */
export function leave(
  world: World,
  booking: FoundBooking,
  guest: AttendeeRow,
  reason: string | null,
): Promise<{ id: string } | null> {
  const now = world.now();
  const attendeeIds = partyOf(booking, guest).map(({ id }) => id);
  const hostIds = booking.hosts.map(({ id }) => id);
  const isTold = booking.notifications?.cancellation ?? true;
  const promises = isTold ? mails("BOOKING_CANCELLED", { attendeeIds, hostIds }, now) : [];
  return leaveMeeting(world.db, {
    bookingId: booking.id,
    version: booking.version,
    attendeeIds,
    reason,
    actorId: guest.id,
    promises: namingGuest(promises, guest.id),
    notices: notices(hostIds, "BOOKING_CANCELLED", {
      ...factsOf(booking),
      guest: guest.name,
      by: guest.name,
      goesOn: true,
    }),
    eventId: newId(),
    now,
  });
}

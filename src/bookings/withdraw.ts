// A guest who is to be forgotten takes no meeting any more: he cancels it, or leaves it to the others.
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { changeAs } from "./change.ts";
import { cancelBooking } from "./change-queries.ts";
import { asOf } from "./confirmation.ts";
import { isBefore } from "./instant.ts";
import { leave } from "./leave.ts";
import { doerOf, factsOf, mails, notices } from "./promises.ts";
import { findBooking } from "./queries.ts";
import { isAlone, presentOf } from "./seats.ts";

/**
 * Takes a guest and whom he brings along out of a coming meeting, whatever the host's policies say; everybody
 * concerned is told, also where the type sends no such mails. Nothing where he is out already.
 */
export async function withdraw(
  world: World,
  { bookingId, attendeeId }: { bookingId: string; attendeeId: string },
): Promise<void> {
  const find = async () => {
    const found = await findBooking(world.db, { bookingId, attendeeId: null });
    const attendee = found?.attendees.find(({ id }) => id === attendeeId);
    if (!found || !attendee) throw new Problem("not_found");
    return {
      booking: asOf(found, world.now()),
      actor: { kind: "guest" as const, id: attendeeId, attendee },
    };
  };
  await changeAs(
    {},
    find,
    (booking) => {
      const guest = booking.attendees.find(({ id }) => id === attendeeId);
      const isOpen = booking.status === "PENDING" || booking.status === "CONFIRMED";
      if (guest?.status !== "ACTIVE" || !isOpen || !isBefore(world.now(), booking.start))
        return null;
      const told = { ...booking, notifications: null };
      if (!isAlone(booking, guest)) return leave(world, told, guest, null);
      const now = world.now();
      const hostIds = booking.hosts.map(({ id }) => id);
      const attendeeIds = presentOf(booking).map(({ id }) => id);
      return cancelBooking(world.db, {
        bookingId,
        version: booking.version,
        reason: null,
        actorKind: "guest",
        actorId: attendeeId,
        promises: mails("BOOKING_CANCELLED", { hostIds, attendeeIds }, now),
        notices: notices(hostIds, "BOOKING_CANCELLED", {
          ...factsOf(booking),
          by: doerOf(booking, { kind: "guest", id: attendeeId, attendee: guest }),
        }),
        eventId: newId(),
        now,
      });
    },
    find,
  );
}

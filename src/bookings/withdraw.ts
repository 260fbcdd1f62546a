// A guest who is to be forgotten takes no meeting any more: he cancels it, or leaves it to the others.
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { callOff } from "./cancel.ts";
import { changeAs } from "./change.ts";
import { asOf } from "./confirmation.ts";
import { isBefore } from "./instant.ts";
import { leave } from "./leave.ts";
import { findBooking } from "./queries.ts";
import { isAlone } from "./seats.ts";

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
      const actor = { kind: "guest" as const, id: attendeeId, attendee: guest };
      return callOff(world, booking, actor, { reason: null, isMailed: true });
    },
    find,
  );
}

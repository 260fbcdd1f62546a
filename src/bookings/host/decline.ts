import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import type { Seen } from "../access.ts";
import { assertOpen } from "../change.ts";
import { declineBooking } from "../host-queries.ts";
import { factsOf, mails, notices } from "../promises.ts";
import { type Answer, answer, audienceOf } from "./decision.ts";

/**
 * A host's no to a request: its time is free again, everybody is told. Again, it changes nothing.
 * Problems: unauthorized, not_found, booking_closed, version_conflict.
 */
export const decline = (
  world: World,
  request: Answer & { reason?: string | undefined },
): Promise<Seen> =>
  answer(world, request, (booking, actor) => {
    if (booking.status === "DECLINED") return null;
    assertOpen(booking);
    if (booking.status === "CONFIRMED")
      throw new Problem("booking_closed", "This booking is confirmed: it can be cancelled.");
    const now = world.now();
    const { hostIds, attendeeIds } = audienceOf(booking);
    // Of what its guest never confirmed nobody has heard.
    const isHeardOf = !booking.awaitsGuest;
    const isTold = isHeardOf && (booking.notifications?.cancellation ?? true);
    return declineBooking(world.db, {
      bookingId: booking.id,
      version: booking.version,
      reason: request.reason?.trim() || null,
      actorId: actor.id,
      promises: isTold ? mails("BOOKING_DECLINED", { hostIds, attendeeIds }, now) : [],
      notices: notices(isHeardOf ? hostIds : [], "BOOKING_DECLINED", factsOf(booking)),
      now,
    });
  });

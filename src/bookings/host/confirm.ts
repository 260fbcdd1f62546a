import { refused } from "../../db/conflict.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import type { Seen } from "../access.ts";
import { assertOpen } from "../change.ts";
import { confirmBooking } from "../host-queries.ts";
import { factsOf, mails, notices, reminders } from "../promises.ts";
import type { FoundBooking } from "../queries.ts";
import { type Answer, answer, audienceOf } from "./decision.ts";

/**
 * A host's yes to a request: everybody is told, and reminders are promised from now on. Again, it
 * changes nothing. Problems: unauthorized, not_found, booking_closed, version_conflict.
 */
export const confirm = (world: World, request: Answer): Promise<Seen> =>
  answer(world, request, (booking, actor) => {
    if (booking.status === "CONFIRMED") return null;
    assertOpen(booking);
    return confirmed(world, booking, actor.id);
  });

async function confirmed(world: World, booking: FoundBooking, actorId: string) {
  const now = world.now();
  const audience = audienceOf(booking);
  const isTold = booking.notifications?.confirmation ?? true;
  try {
    return await confirmBooking(world.db, {
      bookingId: booking.id,
      version: booking.version,
      actorId,
      promises: [
        ...(isTold ? mails("BOOKING_CONFIRMATION", audience, now) : []),
        ...reminders(booking.reminders ?? [], audience, booking.start, now),
      ],
      notices: notices(audience.hostIds, "BOOKING_CONFIRMED", {
        ...factsOf(booking),
        isAnswer: true,
      }),
      now,
    });
  } catch (error) {
    if (refused(error) !== "booking_closed") throw error;
    throw new Problem("booking_closed", "This request has expired, and its time is taken.");
  }
}

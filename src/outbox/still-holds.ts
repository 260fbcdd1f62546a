import { asOf } from "../bookings/confirmation.ts";
import type { AttendeeRow, FoundBooking } from "../bookings/queries.ts";
import type { BookingMailKind } from "../messages/facts.ts";
import type { World } from "../world.ts";
import type { PromiseToKeep } from "./queries.ts";

/**
 * Whether a message about a booking is still true.
 * A later change of the booking has promised messages of its own, which say what is true now; unless it
 * was a move of which nobody is told: then this one tells the present time.
 */
export function stillHolds(
  world: World,
  booking: FoundBooking,
  promise: Pick<PromiseToKeep, "userId" | "sequence">,
  kind: BookingMailKind,
  about: AttendeeRow | null,
): boolean {
  // To the guest who left; to the hosts, who hear of it by another one once all is off.
  if (about && hasLeft(about))
    return (
      kind === "BOOKING_CANCELLED" && (promise.userId === null || booking.status !== "CANCELLED")
    );
  const isPresent = booking.sequence === promise.sequence;
  switch (kind) {
    case "BOOKING_CANCELLED":
      return booking.status === "CANCELLED" && isPresent;
    case "BOOKING_DECLINED":
      return booking.status === "DECLINED" && isPresent;
    case "BOOKING_EXPIRED":
      return booking.status === "EXPIRED" && isPresent;
    case "BOOKING_REQUESTED":
      return asOf(booking, world.now()).status === "PENDING" && isPresent;
    case "BOOKING_VERIFICATION":
      return asOf(booking, world.now()).status === "PENDING" && booking.awaitsGuest;
    case "BOOKING_REASSIGNED":
      return (booking.status === "CONFIRMED" || booking.status === "PENDING") && isPresent;
    case "BOOKING_REMINDER":
      return (
        booking.status === "CONFIRMED" &&
        isPresent &&
        Temporal.Instant.compare(booking.start, world.now()) > 0
      );
    case "BOOKING_PLACE_CHANGED":
    case "BOOKING_LINK":
      return booking.status === "CONFIRMED" && isPresent;
    case "BOOKING_FOLLOW_UP":
      return tookPlace(booking, about) && isPresent;
    case "BOOKING_NO_SHOW":
      return about?.noShow === true && isPresent;
    case "BOOKING_CONFIRMATION":
    case "BOOKING_RESCHEDULED":
      return (
        booking.status === "CONFIRMED" && (isPresent || booking.notifications?.reschedule === false)
      );
  }
}

/** For a guest who did not come it has not. */
const tookPlace = ({ status }: FoundBooking, about: AttendeeRow | null): boolean =>
  (status === "CONFIRMED" || status === "COMPLETED") && about?.noShow !== true;

/** Of a shared meeting. */
export const hasLeft = ({ status }: AttendeeRow): boolean => status === "CANCELLED";

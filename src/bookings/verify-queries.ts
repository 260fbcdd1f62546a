// The statement by which a guest's word makes his booking stand.
import verifyBookingText from "#sql/bookings/verify_booking.sql" with { type: "text" };
import { maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, OneOfT } from "../db/type.ts";
import { Notices, Promises } from "./change-queries.ts";

/** Raises KA001 booking_closed where the time has gone to somebody else. */
export const verifyBooking = maybe(
  verifyBookingText,
  {
    bookingId: IdT,
    version: IntT,
    status: OneOfT("PENDING", "CONFIRMED"),
    expiresAt: MaybeT(InstantT),
    actorId: IdT,
    promises: Promises,
    notices: Notices,
    now: InstantT,
  },
  { id: IdT, refused: MaybeT(IdT) },
);

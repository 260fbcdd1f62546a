// The statements by which hosts, and time itself, decide about bookings.
import completePastText from "#sql/bookings/complete_past.sql" with { type: "text" };
import confirmBookingText from "#sql/bookings/confirm_booking.sql" with { type: "text" };
import declineBookingText from "#sql/bookings/decline_booking.sql" with { type: "text" };
import expirePendingText from "#sql/bookings/expire_pending.sql" with { type: "text" };
import findBookingsFromText from "#sql/bookings/find_bookings_from.sql" with { type: "text" };
import findDepartedText from "#sql/bookings/find_departed.sql" with { type: "text" };
import findHostText from "#sql/bookings/find_host.sql" with { type: "text" };
import noteForHostsText from "#sql/bookings/note_for_hosts.sql" with { type: "text" };
import noteNoShowText from "#sql/bookings/note_no_show.sql" with { type: "text" };
import reassignBookingText from "#sql/bookings/reassign_booking.sql" with { type: "text" };
import releaseHostText from "#sql/bookings/release_host.sql" with { type: "text" };
import restoreBookingText from "#sql/bookings/restore_booking.sql" with { type: "text" };
import { UserColumns } from "../accounts/queries.ts";
import { many, maybe } from "../db/query.ts";
import { BoolT, IdsT, IdT, InstantT, IntT, MaybeT, NameT, OneOfT, TextT } from "../db/type.ts";
import { Groups, Notices, Promises } from "./change-queries.ts";

const Guard = { bookingId: IdT, version: IntT };
const Id = { id: IdT };
const Told = { promises: Promises, notices: Notices };

/** Raises KA001 booking_closed where the time has gone to somebody else. */
export const confirmBooking = maybe(
  confirmBookingText,
  { ...Guard, actorId: IdT, ...Told, now: InstantT },
  { ...Id, refused: MaybeT(IdT) },
);

export const declineBooking = maybe(
  declineBookingText,
  { ...Guard, reason: MaybeT(TextT), actorId: IdT, ...Told, now: InstantT },
  Id,
);

/** Raises KA001 with slot_taken or host_gone. */
export const restoreBooking = maybe(
  restoreBookingText,
  { ...Guard, groups: Groups, actorId: IdT, ...Told, now: InstantT },
  Id,
);

/** Raises KA001 with facts_changed or slot_taken. */
export const reassignBooking = maybe(
  reassignBookingText,
  {
    ...Guard,
    meetingTypeId: IdT,
    typeVersion: IntT,
    from: IdT,
    groups: Groups,
    reason: MaybeT(TextT),
    ...Told,
    /** Null: the system. */
    actorId: MaybeT(IdT),
    now: InstantT,
  },
  Id,
);

export const releaseHost = maybe(
  releaseHostText,
  { ...Guard, hostId: IdT, reason: MaybeT(TextT), ...Told, now: InstantT },
  Id,
);

export const noteNoShow = maybe(
  noteNoShowText,
  {
    ...Guard,
    status: OneOfT("CONFIRMED", "COMPLETED", "NO_SHOW"),
    attendeeIds: IdsT,
    hostIds: IdsT,
    noShow: BoolT,
    actorId: IdT,
    now: InstantT,
    promises: Promises,
  },
  Id,
);

export const noteForHosts = maybe(
  noteForHostsText,
  { ...Guard, hostNotes: MaybeT(TextT), actorId: IdT, now: InstantT },
  Id,
);

export const findBookingsFrom = many(
  findBookingsFromText,
  { hostId: IdT, email: MaybeT(NameT), domain: MaybeT(TextT), now: InstantT, limit: IntT },
  Id,
);

export const findHost = maybe(findHostText, { hostId: IdT }, UserColumns);

const Batch = { now: InstantT, limit: IntT };
export const findDeparted = many(findDepartedText, Batch, { bookingId: IdT, hostId: IdT });
export const expirePending = many(expirePendingText, Batch, Id);
export const completePast = many(completePastText, Batch, Id);

import { type Static, Type } from "@sinclair/typebox";
import bookText from "#sql/bookings/book.sql" with { type: "text" };
import cancelBookingText from "#sql/bookings/cancel_booking.sql" with { type: "text" };
import editBookingText from "#sql/bookings/edit_booking.sql" with { type: "text" };
import findBookingText from "#sql/bookings/find_booking.sql" with { type: "text" };
import findBookingByKeyText from "#sql/bookings/find_booking_by_key.sql" with { type: "text" };
import listBookingsText from "#sql/bookings/list_bookings.sql" with { type: "text" };
import moveBookingText from "#sql/bookings/move_booking.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, JsonT, MaybeT, NameT, OneOfT, TextT } from "../db/type.ts";
import { Nullable, OneOf } from "../schema.ts";

export const Location = Type.Object({
  type: Type.String(),
  url: Nullable(Type.String()),
  meetingId: Nullable(Type.String()),
  password: Nullable(Type.String()),
  details: Nullable(Type.String()),
});
export type Location = Static<typeof Location>;

const Host = Type.Object({
  id: Type.String(),
  firstName: Type.String(),
  lastName: Nullable(Type.String()),
  email: Type.String(),
  timeZone: Type.String(),
  locale: Type.String(),
});

const Attendee = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  phone: Nullable(Type.String()),
  timeZone: Type.String(),
  status: OneOf("ACTIVE", "CANCELLED"),
  tokenVersion: Type.Integer(),
});
export type AttendeeRow = Static<typeof Attendee>;

const Booking = {
  id: IdT,
  meetingTypeId: MaybeT(IdT),
  hostId: IdT,
  title: TextT,
  start: InstantT,
  end: InstantT,
  status: OneOfT(
    "PENDING",
    "CONFIRMED",
    "CANCELLED",
    "DECLINED",
    "EXPIRED",
    "COMPLETED",
    "NO_SHOW",
  ),
  hostZone: TextT,
  location: JsonT(Location),
  notes: MaybeT(TextT),
  version: IntT,
  sequence: IntT,
  cancelledAt: MaybeT(InstantT),
  cancelReason: MaybeT(TextT),
  createdAt: InstantT,
  updatedAt: InstantT,
  hosts: JsonT(Type.Array(Host)),
  attendees: JsonT(Type.Array(Attendee)),
};
const BookingRowSchema = Type.Object(Booking);
export type BookingRow = Static<typeof BookingRowSchema>;

const HistoryEntry = Type.Object({
  event: Type.String(),
  version: Type.Integer(),
  actor: OneOf("host", "guest", "system"),
  reason: Nullable(Type.String()),
  was: Nullable(Type.Record(Type.String(), Type.Unknown())),
  at: Type.String(),
});

const Found = {
  ...Booking,
  /** Null for a personal booking, like the two below. */
  notifications: MaybeT(
    JsonT(
      Type.Object({
        confirmation: Type.Boolean(),
        cancellation: Type.Boolean(),
        reschedule: Type.Boolean(),
      }),
    ),
  ),
  slug: MaybeT(NameT),
  ownerUsername: MaybeT(NameT),
  history: JsonT(Type.Array(HistoryEntry)),
};
const FoundSchema = Type.Object(Found);
export type FoundBooking = Static<typeof FoundSchema>;

const Promises = JsonT(
  Type.Array(
    Type.Object({
      id: Type.String(),
      queue: Type.String(),
      kind: Type.String(),
      attendeeId: Nullable(Type.String()),
      userId: Nullable(Type.String()),
      dueAt: Type.String(),
    }),
  ),
);
export type PromiseRow = Static<typeof Promises>[number];

const Notices = JsonT(
  Type.Array(
    Type.Object({
      id: Type.String(),
      userId: Type.String(),
      type: Type.String(),
      title: Type.String(),
      message: Type.String(),
      metadata: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
);
export type NoticeRow = Static<typeof Notices>[number];

const Groups = JsonT(
  Type.Array(Type.Object({ hosts: Type.Array(Type.String()), required: Type.Integer() })),
);
export type Groups = Static<typeof Groups>;

const NewAttendees = JsonT(
  Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      email: Type.String(),
      phone: Nullable(Type.String()),
      timeZone: Type.String(),
    }),
  ),
);

const ActorKind = OneOfT("host", "guest", "system");

/** Raises KA001 with facts_changed or slot_taken, and no_double_booking as the last line. */
export const book = maybe(
  bookText,
  {
    bookingId: IdT,
    scope: MaybeT(TextT),
    key: MaybeT(TextT),
    fingerprint: MaybeT(TextT),
    meetingTypeId: MaybeT(IdT),
    typeVersion: MaybeT(IntT),
    start: InstantT,
    end: InstantT,
    reservedFrom: InstantT,
    reservedUntil: InstantT,
    groups: Groups,
    organizerId: IdT,
    title: TextT,
    hostZone: TextT,
    location: JsonT(Location),
    notes: MaybeT(TextT),
    attendees: NewAttendees,
    promises: Promises,
    notices: Notices,
    eventId: IdT,
    eventMetadata: JsonT(Type.Record(Type.String(), Type.Unknown())),
    actorKind: ActorKind,
    actorId: MaybeT(IdT),
    now: InstantT,
  },
  Booking,
);

export const findBookingByKey = maybe(
  findBookingByKeyText,
  { scope: TextT, key: TextT, now: InstantT },
  { subjectId: IdT, fingerprint: TextT },
);

export const findBooking = maybe(findBookingText, { bookingId: IdT }, Found);

export const listBookings = many(
  listBookingsText,
  {
    hostId: IdT,
    status: MaybeT(TextT),
    from: MaybeT(InstantT),
    until: MaybeT(InstantT),
    meetingTypeId: MaybeT(IdT),
    guestEmail: MaybeT(NameT),
    search: MaybeT(TextT),
    beforeTime: MaybeT(InstantT),
    beforeId: MaybeT(IdT),
    limit: IntT,
  },
  Booking,
);

export const cancelBooking = maybe(
  cancelBookingText,
  {
    bookingId: IdT,
    version: IntT,
    reason: MaybeT(TextT),
    actorKind: ActorKind,
    actorId: MaybeT(IdT),
    promises: Promises,
    notices: Notices,
    eventId: IdT,
    now: InstantT,
  },
  { id: IdT },
);

/** Raises what book raises. */
export const moveBooking = maybe(
  moveBookingText,
  {
    bookingId: IdT,
    version: IntT,
    meetingTypeId: MaybeT(IdT),
    typeVersion: MaybeT(IntT),
    start: InstantT,
    end: InstantT,
    reservedFrom: InstantT,
    reservedUntil: InstantT,
    groups: Groups,
    organizerId: IdT,
    title: TextT,
    location: JsonT(Location),
    notes: MaybeT(TextT),
    reason: MaybeT(TextT),
    promises: Promises,
    notices: Notices,
    eventId: IdT,
    actorKind: ActorKind,
    actorId: MaybeT(IdT),
    now: InstantT,
  },
  { id: IdT },
);

export const editBooking = maybe(
  editBookingText,
  {
    bookingId: IdT,
    version: IntT,
    title: TextT,
    location: JsonT(Location),
    notes: MaybeT(TextT),
    actorId: IdT,
    now: InstantT,
  },
  { id: IdT },
);

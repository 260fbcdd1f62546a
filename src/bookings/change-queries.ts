// The statements that change bookings, each whole or not at all.
import { type Static, Type } from "@sinclair/typebox";
import bookText from "#sql/bookings/book.sql" with { type: "text" };
import cancelBookingText from "#sql/bookings/cancel_booking.sql" with { type: "text" };
import editBookingText from "#sql/bookings/edit_booking.sql" with { type: "text" };
import leaveMeetingText from "#sql/bookings/leave_meeting.sql" with { type: "text" };
import moveBookingText from "#sql/bookings/move_booking.sql" with { type: "text" };
import moveSeatText from "#sql/bookings/move_seat.sql" with { type: "text" };
import { maybe } from "../db/query.ts";
import { BoolT, IdsT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Nullable } from "../schema.ts";
import { Answer } from "./answers.ts";
import { BookingColumns, Location } from "./queries.ts";

export const Promises = JsonT(
  Type.Array(
    Type.Object({
      id: Type.String(),
      queue: Type.String(),
      kind: Type.String(),
      attendeeId: Nullable(Type.String()),
      userId: Nullable(Type.String()),
      dueAt: Type.String(),
      /** Not again for a guest who joins a meeting that is open already. */
      once: Type.Optional(Type.Boolean()),
    }),
  ),
);
export type PromiseRow = Static<typeof Promises>[number];

export const Notices = JsonT(
  Type.Array(
    Type.Object({
      id: Type.String(),
      userId: Type.String(),
      type: Type.String(),
      metadata: Type.Object({}),
    }),
  ),
);
export type NoticeRow = Static<typeof Notices>[number];

export const Groups = JsonT(
  Type.Array(Type.Object({ hosts: Type.Array(Type.String()), required: Type.Integer() })),
);
export type Groups = Static<typeof Groups>;

export const CapPeriods = JsonT(
  Type.Array(
    Type.Object({
      host: Nullable(Type.String()),
      from: Type.String(),
      until: Type.String(),
      bookings: Nullable(Type.Integer()),
      minutes: Nullable(Type.Integer()),
    }),
  ),
);
export type CapPeriods = Static<typeof CapPeriods>;

const NewAttendees = JsonT(
  Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      email: Type.String(),
      phone: Nullable(Type.String()),
      /** Wants SMS too. */
      smsOptIn: Type.Boolean(),
      timeZone: Type.String(),
      /** Null: the language of the host. */
      locale: Nullable(Type.String()),
      answers: Type.Array(Answer),
      broughtBy: Nullable(Type.String()),
    }),
  ),
);
export type NewAttendee = Static<typeof NewAttendees>[number];

const ActorKind = OneOfT("host", "guest", "system");

/** Raises KA001 with what admit() and admit_guests() refuse, and no_double_booking as the last line. */
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
    caps: CapPeriods,
    organizerId: IdT,
    title: TextT,
    hostZone: TextT,
    location: JsonT(Location),
    notes: MaybeT(TextT),
    status: OneOfT("PENDING", "CONFIRMED"),
    expiresAt: MaybeT(InstantT),
    capacity: IntT,
    holdId: MaybeT(IdT),
    linkId: MaybeT(IdT),
    tracking: JsonT(Type.Record(Type.String(), Type.String())),
    attendees: NewAttendees,
    promises: Promises,
    notices: Notices,
    eventId: IdT,
    eventMetadata: JsonT(Type.Record(Type.String(), Type.Unknown())),
    actorKind: ActorKind,
    actorId: MaybeT(IdT),
    now: InstantT,
    /** Of a guest's mailbox: coming bookings, and those of 24 hours; null is no limit. */
    mostOpen: MaybeT(IntT),
    mostPerDay: MaybeT(IntT),
    awaitsGuest: BoolT,
  },
  { ...BookingColumns, refused: MaybeT(IdT) },
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

export const leaveMeeting = maybe(
  leaveMeetingText,
  {
    bookingId: IdT,
    version: IntT,
    attendeeIds: IdsT,
    reason: MaybeT(TextT),
    actorId: IdT,
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
    caps: CapPeriods,
    status: OneOfT("PENDING", "CONFIRMED"),
    expiresAt: MaybeT(InstantT),
  },
  { id: IdT },
);

/** Raises KA001 with facts_changed, slot_taken, cap_reached or seats_full; and what book raises as the last line. */
export const moveSeat = maybe(
  moveSeatText,
  {
    bookingId: IdT,
    version: IntT,
    attendeeIds: IdsT,
    stays: BoolT,
    meetingTypeId: IdT,
    typeVersion: IntT,
    start: InstantT,
    end: InstantT,
    reservedFrom: InstantT,
    reservedUntil: InstantT,
    groups: Groups,
    caps: CapPeriods,
    newBookingId: IdT,
    organizerId: IdT,
    title: TextT,
    hostZone: TextT,
    location: JsonT(Location),
    capacity: IntT,
    status: OneOfT("PENDING", "CONFIRMED"),
    expiresAt: MaybeT(InstantT),
    reason: MaybeT(TextT),
    actorId: IdT,
    farewells: Promises,
    promises: Promises,
    farewellNotes: Notices,
    notices: Notices,
    eventId: IdT,
    now: InstantT,
  },
  { id: IdT, refused: MaybeT(IdT) },
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
    isNewPlace: BoolT,
    promises: Promises,
    notices: Notices,
  },
  { id: IdT },
);

import { type Static, Type } from "@sinclair/typebox";
import findBookingText from "#sql/bookings/find_booking.sql" with { type: "text" };
import findBookingByKeyText from "#sql/bookings/find_booking_by_key.sql" with { type: "text" };
import findBusyText from "#sql/bookings/find_busy.sql" with { type: "text" };
import listBookingsText from "#sql/bookings/list_bookings.sql" with { type: "text" };
import listOrganizationBookingsText from "#sql/bookings/list_organization_bookings.sql" with {
  type: "text",
};
import { many, maybe } from "../db/query.ts";
import {
  BoolT,
  IdsT,
  IdT,
  InstantT,
  IntT,
  JsonT,
  MaybeT,
  NameT,
  OneOfT,
  TextT,
} from "../db/type.ts";
import { PartialSettings, Settings } from "../meeting-types/settings.ts";
import { Nullable, OneOf } from "../schema.ts";
import { Answer } from "./answers.ts";

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
  noShow: Type.Boolean(),
});

const Attendee = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  phone: Nullable(Type.String()),
  timeZone: Type.String(),
  locale: Type.String(),
  status: OneOf("ACTIVE", "CANCELLED"),
  tokenVersion: Type.Integer(),
  answers: Type.Array(Answer),
  noShow: Type.Boolean(),
  /** The attendee who brings this one along. */
  broughtBy: Nullable(Type.String()),
  /** How much higher the sequence of his event is than that of the meeting (RFC 5546): he has moved here. */
  sequenceAhead: Type.Integer(),
});
export type AttendeeRow = Static<typeof Attendee>;

export const STATUSES = [
  "PENDING",
  "CONFIRMED",
  "CANCELLED",
  "DECLINED",
  "EXPIRED",
  "COMPLETED",
  "NO_SHOW",
] as const;

/** A booking as statements give it. */
export const BookingColumns = {
  id: IdT,
  meetingTypeId: MaybeT(IdT),
  hostId: IdT,
  title: TextT,
  start: InstantT,
  end: InstantT,
  status: OneOfT(...STATUSES),
  hostZone: TextT,
  location: JsonT(Location),
  notes: MaybeT(TextT),
  version: IntT,
  sequence: IntT,
  cancelledAt: MaybeT(InstantT),
  cancelReason: MaybeT(TextT),
  createdAt: InstantT,
  updatedAt: InstantT,
  capacity: IntT,
  seatsTaken: IntT,
  expiresAt: MaybeT(InstantT),
  tracking: JsonT(Type.Record(Type.String(), Type.String())),
  hostNotes: MaybeT(TextT),
  /** PENDING until its guest says that it is his. */
  awaitsGuest: BoolT,
  hosts: JsonT(Type.Array(Host)),
  attendees: JsonT(Type.Array(Attendee)),
};
const BookingRowSchema = Type.Object(BookingColumns);
export type BookingRow = Static<typeof BookingRowSchema>;

const HistoryEntry = Type.Object({
  event: Type.String(),
  version: Type.Integer(),
  actor: OneOf("host", "guest", "system"),
  actorId: Nullable(Type.String()),
  /** The actor's name. */
  by: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  was: Nullable(Type.Record(Type.String(), Type.Unknown())),
  at: Type.String(),
});

/** A booking with all that was. */
export const FoundColumns = {
  ...BookingColumns,
  /** Null for a personal booking, like the seven below. */
  notifications: MaybeT(
    JsonT(
      Type.Object({
        confirmation: Type.Boolean(),
        cancellation: Type.Boolean(),
        reschedule: Type.Boolean(),
        noShow: Type.Optional(Type.Boolean()),
      }),
    ),
  ),
  policies: MaybeT(JsonT(PartialSettings.policies)),
  questions: MaybeT(JsonT(Settings.questions)),
  reminders: MaybeT(
    JsonT(
      Type.Array(
        Type.Object({
          minutesBefore: Type.Integer(),
          channel: OneOf("email", "sms", "webhook"),
          to: OneOf("guest", "host", "both"),
        }),
      ),
    ),
  ),
  slug: MaybeT(NameT),
  ownerUsername: MaybeT(NameT),
  ownerId: MaybeT(IdT),
  /** Who looks after its type: the owner, and the admins of its organization. */
  managerIds: MaybeT(IdsT),
  requiresConfirmation: MaybeT(BoolT),
  history: JsonT(Type.Array(HistoryEntry)),
};
const FoundSchema = Type.Object(FoundColumns);
export type FoundBooking = Static<typeof FoundSchema>;

export const findBookingByKey = maybe(
  findBookingByKeyText,
  { scope: TextT, key: TextT, now: InstantT },
  { bookingId: IdT, attendeeId: MaybeT(IdT), fingerprint: TextT },
);

export const findBooking = maybe(
  findBookingText,
  { bookingId: IdT, attendeeId: MaybeT(IdT) },
  FoundColumns,
);

export const findBusy = many(
  findBusyText,
  { hostId: IdT, from: InstantT, until: InstantT, insteadOf: MaybeT(IdT) },
  { start: InstantT, end: InstantT },
);

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
    beforeId: MaybeT(IdT),
    limit: IntT,
  },
  BookingColumns,
);

export const listOrganizationBookings = many(
  listOrganizationBookingsText,
  {
    organizationId: IdT,
    userId: IdT,
    status: MaybeT(TextT),
    from: MaybeT(InstantT),
    until: MaybeT(InstantT),
    meetingTypeId: MaybeT(IdT),
    guestEmail: MaybeT(NameT),
    search: MaybeT(TextT),
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    limit: IntT,
  },
  BookingColumns,
);

import { type Static, Type } from "@sinclair/typebox";
import { nameOf } from "../accounts/schema.ts";
import {
  Body,
  Email,
  GuestLocale,
  Id,
  Instant,
  Line,
  Nullable,
  OneOf,
  Phone,
  Prose,
  SmsOptIn,
  Zone,
} from "../schema.ts";
import { localStartOf } from "../slots/local-start.ts";
import { ExpectedVersion } from "../version.ts";
import type { World } from "../world.ts";
import { Answer, GivenAnswer } from "./answers.ts";
import { companionsOf } from "./companions.ts";
import { HistoryEntry } from "./history.ts";
import { HostFields, hostFieldsOf } from "./host-view.ts";
import { guestLinks } from "./links.ts";
import { type AttendeeRow, type BookingRow, Location } from "./queries.ts";
import { presentOf } from "./seats.ts";

export const Duration = Type.Integer({ minimum: 1, maximum: 1440, examples: [30] });
const Notes = Prose(5000, "Looking forward to it");
export const Reason = Prose(1000, "Something came up");
const Title = Line(200, "Dentist");

const Tag = Type.Optional(Line(200, "newsletter"));

export const GuestBooking = Body({
  meetingTypeId: Id,
  start: Instant,
  durationMinutes: Type.Optional(Duration),
  guest: Body({
    name: Line(200, "Grace Hopper"),
    email: Email,
    phone: Type.Optional(Phone),
    smsOptIn: Type.Optional(SmsOptIn),
    timeZone: Zone,
    locale: Type.Optional(GuestLocale),
  }),
  answers: Type.Optional(
    Type.Record(Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }), GivenAnswer, {
      additionalProperties: false,
      maxProperties: 30,
      description: "To the questions of the meeting type, by their ids",
      examples: [{}],
    }),
  ),
  guests: Type.Optional(
    Type.Array(Body({ name: Type.Optional(Line(200, "Katherine Johnson")), email: Email }), {
      maxItems: 10,
      description:
        "Whom the guest brings along: they get the mails and the invitation, and can change nothing. Where guests share a meeting, each takes a seat",
    }),
  ),
  notes: Type.Optional(Notes),
  tracking: Type.Optional(
    Body(
      {
        utm_source: Tag,
        utm_medium: Tag,
        utm_campaign: Tag,
        utm_term: Tag,
        utm_content: Tag,
        referrer: Type.Optional(Line(200, "https://example.com/pricing")),
      },
      { description: "Where the guest came from; only the host sees it" },
    ),
  ),
  holdId: Type.Optional({ ...Id, description: "A hold that this booking takes the place of" }),
  link: Type.Optional({ ...Id, description: "The `link` of a booking link" }),
});
export type GuestBooking = Static<typeof GuestBooking>;

export const PersonalBooking = Body({
  title: Title,
  start: Instant,
  end: Instant,
  notes: Type.Optional(Notes),
});
export type PersonalBooking = Static<typeof PersonalBooking>;

export const Cancellation = Body({ reason: Type.Optional(Reason), version: ExpectedVersion });
export const Reschedule = Body({
  start: Instant,
  durationMinutes: Type.Optional(Duration),
  reason: Type.Optional(Reason),
  version: ExpectedVersion,
});
export const BookingPatch = Body({
  title: Type.Optional(Title),
  notes: Type.Optional(Nullable(Notes)),
  location: Type.Optional(
    Body({
      type: OneOf("GOOGLE_MEET", "MICROSOFT_TEAMS", "ZOOM", "PHONE", "IN_PERSON", "CUSTOM_LINK"),
      url: Type.Optional(Nullable(Type.String({ maxLength: 2000, pattern: "^https?://[^\\s]+$" }))),
      meetingId: Type.Optional(Nullable(Line(200, "845 1234 5678"))),
      password: Type.Optional(Nullable(Line(200, "sesame"))),
      details: Type.Optional(Nullable(Prose(2000, "Second floor, ring twice"))),
    }),
  ),
  start: Type.Optional(Instant),
  end: Type.Optional(Instant),
  version: ExpectedVersion,
});
export type BookingPatch = Static<typeof BookingPatch>;

export const Booking = Type.Object({
  id: Id,
  kind: OneOf("guest", "personal"),
  title: Type.String({ examples: ["Intro call"] }),
  meetingTypeId: Nullable(Id),
  hostId: Id,
  hosts: Type.Array(
    Type.Object({ id: Id, name: Type.String(), noShow: Type.Optional(Type.Boolean()) }),
  ),
  start: Instant,
  end: Instant,
  durationMinutes: Type.Number({ examples: [30] }),
  timeZone: Type.String({
    description: "The host's zone when it was booked",
    examples: ["Europe/London"],
  }),
  status: OneOf("PENDING", "CONFIRMED", "CANCELLED", "DECLINED", "EXPIRED", "COMPLETED", "NO_SHOW"),
  expiresAt: Nullable({ ...Instant, description: "When a PENDING one lapses unanswered" }),
  awaiting: Nullable({ ...OneOf("guest", "host"), description: "Whose word a PENDING one lacks" }),
  location: Location,
  guest: Nullable(
    Type.Object({
      id: Id,
      name: Type.String(),
      email: Type.String(),
      phone: Nullable(Type.String()),
      timeZone: Type.String(),
      localStart: Type.String({
        description: "When it begins, by the guest's clock",
        examples: ["2026-12-01T10:00+01:00"],
      }),
    }),
  ),
  guests: Type.Array(Type.Object({ name: Type.String(), email: Type.String() }), {
    description: "Whom `guest` brings along; who has no name is called by his address",
  }),
  answers: Type.Array(Answer, {
    description: "Of `guest`, with the questions as they were asked, in that order",
  }),
  notes: Nullable(Type.String()),
  tracking: Nullable(
    Type.Record(Type.String(), Type.String(), {
      description: "Where the guest came from; null where that is not known, and for a guest",
    }),
  ),
  version: Type.Integer(),
  sequence: Type.Integer({ description: "Of the invitation (RFC 5546)" }),
  cancelledAt: Nullable(Instant),
  cancelReason: Nullable(Type.String()),
  createdAt: Instant,
  updatedAt: Instant,
  seatsLeft: Type.Optional(Type.Integer({ description: "Where guests share a meeting" })),
  ...HostFields,
});
export type Booking = Static<typeof Booking>;

export const BookingWithHistory = Type.Composite([
  Booking,
  Type.Object({ history: Type.Array(HistoryEntry) }),
]);
export const Booked = Type.Object({
  message: Type.Literal("Booking created"),
  booking: Booking,
  cancelUrl: Type.Optional(Type.String()),
  rescheduleUrl: Type.Optional(Type.String()),
  icsUrl: Type.Optional(Type.String()),
});
export type Booked = Static<typeof Booked>;

/** A booking as the wire shows it; of its guests the first, or the one who asks. */
export function bookingOf(
  row: BookingRow,
  guest: AttendeeRow | null = row.attendees[0] ?? null,
): Booking {
  return {
    id: row.id,
    kind: row.meetingTypeId === null ? "personal" : "guest",
    title: row.title,
    meetingTypeId: row.meetingTypeId,
    hostId: row.hostId,
    hosts: row.hosts.map((host) => ({ id: host.id, name: nameOf(host) })),
    start: row.start.toString(),
    end: row.end.toString(),
    durationMinutes: row.end.since(row.start).total("minutes"),
    timeZone: row.hostZone,
    status: row.status,
    expiresAt: row.status === "PENDING" ? (row.expiresAt?.toString() ?? null) : null,
    awaiting: row.status === "PENDING" ? (row.awaitsGuest ? "guest" : "host") : null,
    location: row.location,
    guest: guest
      ? {
          id: guest.id,
          name: guest.name,
          email: guest.email,
          phone: guest.phone,
          timeZone: guest.timeZone,
          localStart: localStartOf(row.start.epochMilliseconds, guest.timeZone),
        }
      : null,
    guests: guest ? companionsOf(row, guest).map(({ name, email }) => ({ name, email })) : [],
    answers: guest?.answers ?? [],
    notes: row.notes,
    tracking: null,
    version: row.version,
    sequence: row.sequence,
    cancelledAt: row.cancelledAt?.toString() ?? null,
    cancelReason: row.cancelReason,
    createdAt: row.createdAt.toString(),
    updatedAt: row.updatedAt.toString(),
    ...(row.capacity > 1 && { seatsLeft: row.capacity - row.seatsTaken }),
  };
}

/** A booking as its hosts see it; of a meeting whose last guest has moved to another there is no guest. */
export const hostsBookingOf = (row: BookingRow): Booking => ({
  ...bookingOf(row, presentOf(row)[0] ?? null),
  ...hostFieldsOf(row),
  tracking: Object.keys(row.tracking).length === 0 ? null : row.tracking,
});

/** The answer to a booking just made; the guest's with his links. */
export function bookedOf(world: World, row: BookingRow): Booked {
  const guest = row.attendees[0];
  const links = guest ? guestLinks(world, row.id, guest) : null;
  return {
    message: "Booking created",
    booking: guest ? bookingOf(row) : hostsBookingOf(row),
    ...(links && {
      cancelUrl: links.cancelUrl,
      rescheduleUrl: links.rescheduleUrl,
      icsUrl: links.icsUrl,
    }),
  };
}

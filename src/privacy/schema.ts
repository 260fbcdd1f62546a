import { Type } from "@sinclair/typebox";
import { Body, Email, Id, Instant, Nullable, OneOf } from "../schema.ts";

export const AccountErasure = Body(
  {
    currentPassword: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { examples: [{ currentPassword: "correct horse battery" }] },
);

export const AddressErasure = Body({ email: Email });

export const Erasure = Type.Object({
  id: Id,
  scope: OneOf("address", "booking"),
  requestedAt: Instant,
  completedAt: Nullable(Instant),
  guests: Type.Integer({ description: "How many guests of bookings it is about" }),
  erased: Type.Integer({ description: "How many of them are nobody by now" }),
});

/** What everything about a user looks like: lists of what the tables know, under their own names. */
const Things = Type.Array(Type.Record(Type.String(), Type.Unknown()));
export const Export = Type.Object({
  exportedAt: Instant,
  profile: Type.Record(Type.String(), Type.Unknown()),
  identities: Things,
  emailChanges: Things,
  formerUsernames: Things,
  formerSlugs: Things,
  signInOrigins: Things,
  organizations: Things,
  invitations: Things,
  sessions: Things,
  apiKeys: Things,
  schedules: Things,
  outOfOffice: Things,
  meetingTypes: Things,
  blockedGuests: Things,
  optOuts: Things,
  bookings: Things,
  bookingsAsGuest: Things,
  notifications: Things,
  analyticsEvents: Things,
  auditLog: Things,
  messages: Things,
  webhooks: Things,
  calendarConnections: Things,
  calendarFeeds: Things,
  externalBusy: Things,
  calendarEvents: Things,
});

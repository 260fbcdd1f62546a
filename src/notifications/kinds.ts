// What a user can be told in the app. A statement that tells him keeps the type and the facts of this
// shape; the words are src/messages/templates.
import { type TSchema, Type } from "@sinclair/typebox";
import type { NoticeFacts } from "../messages/facts.ts";
import { Id, Instant, Nullable, OneOf } from "../schema.ts";

const MEETING = {
  bookingId: Type.Optional(Id),
  title: Type.String(),
  start: Instant,
  guest: Nullable(Type.String()),
  isPersonal: Type.Optional(Type.Boolean()),
};
const MOVED = { previousStart: Type.Optional(Instant) };
const DOER = { by: Nullable(Type.String()) };

/** Every type, with what its metadata holds; a row may hold more. */
export const NOTICES = {
  BOOKING_REQUESTED: Type.Object({ ...MEETING, ...MOVED }),
  BOOKING_CONFIRMED: Type.Object({ ...MEETING, isAnswer: Type.Optional(Type.Boolean()) }),
  BOOKING_RESCHEDULED: Type.Object({ ...MEETING, ...MOVED, ...DOER }),
  BOOKING_CANCELLED: Type.Object({ ...MEETING, ...DOER, goesOn: Type.Optional(Type.Boolean()) }),
  BOOKING_DECLINED: Type.Object(MEETING),
  BOOKING_EXPIRED: Type.Object(MEETING),
  BOOKING_REASSIGNED: Type.Object({ ...MEETING, goesOn: Type.Optional(Type.Boolean()) }),
  BOOKING_PLACE_CHANGED: Type.Object({ ...MEETING, ...DOER }),
  BOOKING_RESTORED: Type.Object(MEETING),
  REMINDER: Type.Object(MEETING),
  BOOKINGS_FLOOD: Type.Object({ domain: Type.String() }),
  ORG_INVITE: Type.Object({
    organizationId: Id,
    role: Type.String(),
    organization: Type.Optional(Type.String()),
    by: Type.Optional(Type.String()),
  }),
  ORG_OWNER: Type.Object({ organizationId: Id, organization: Type.String() }),
  MEETING_TYPE_PASSED: Type.Object({
    meetingTypeId: Id,
    organizationId: Id,
    title: Type.String(),
  }),
  HOST_GONE: Type.Object({
    meetingTypeId: Id,
    hostId: Id,
    title: Type.String(),
    host: Type.String(),
    areAllNeeded: Type.Boolean(),
  }),
  CALENDAR_EVENT_MOVED: Type.Object({ ...MEETING, to: Instant }),
  CALENDAR_EVENT_DELETED: Type.Object(MEETING),
  CALENDAR_EVENT_FAILED: Type.Object({
    ...MEETING,
    reason: OneOf("refused", "no_calendar", "no_meeting"),
  }),
  CALENDAR_NEEDS_REAUTH: Type.Object({
    provider: Type.String(),
    account: Type.Optional(Type.String()),
  }),
  CALENDAR_UNREACHABLE: Type.Object({
    connectionId: Id,
    provider: Type.String(),
    account: Type.String(),
    meanwhile: OneOf("keep", "busy", "free"),
  }),
  DELIVERY_FAILED: Type.Union([
    Type.Object({
      ...MEETING,
      email: Type.String(),
      reason: OneOf("failed", "bounced", "complained"),
    }),
    Type.Object({ ...MEETING, phone: Type.String(), reason: OneOf("failed") }),
  ]),
  MAIL_PROVIDER_REFUSES: Type.Object({ provider: Type.String(), reason: Type.String() }),
  WEBHOOK_FAILING: Type.Object({ webhookId: Id, host: Type.String() }),
  WEBHOOK_DISABLED: Type.Object({
    webhookId: Id,
    host: Type.String(),
    reason: OneOf("gone", "failing"),
  }),
  WELCOME: Type.Object({}),
} satisfies { readonly [T in keyof NoticeFacts]: TSchema & { static: NoticeFacts[T] } };

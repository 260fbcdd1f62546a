// What a change of a booking promises: pure, so that a statement can be handed the whole list.
import { nameOf } from "../accounts/schema.ts";
import { newId } from "../db/id.ts";
import type { NoticeFacts, NoticeType } from "../messages/facts.ts";
import type { Actor } from "./access.ts";
import type { NoticeRow, PromiseRow } from "./change-queries.ts";
import type { FoundBooking } from "./queries.ts";
import { presentOf } from "./seats.ts";

export type MailKind =
  | "BOOKING_CONFIRMATION"
  | "BOOKING_RESCHEDULED"
  | "BOOKING_CANCELLED"
  | "BOOKING_REQUESTED"
  | "BOOKING_DECLINED"
  | "BOOKING_REASSIGNED"
  | "BOOKING_PLACE_CHANGED"
  | "BOOKING_VERIFICATION"
  | "BOOKING_NO_SHOW";

/** Who is told: attendees by their id, hosts by their user's. */
export interface Audience {
  readonly attendeeIds: readonly string[];
  readonly hostIds: readonly string[];
}

export interface Reminder {
  /** The start is the measure; negative: after it. */
  readonly minutesBefore: number;
  readonly channel: "email" | "sms" | "webhook";
  readonly to: "guest" | "host" | "both";
}

/** A mail to everybody concerned, due then. */
export const mails = (
  kind: MailKind,
  { attendeeIds, hostIds }: Audience,
  dueAt: Temporal.Instant,
): PromiseRow[] => [
  ...attendeeIds.map((attendeeId) => promise("emails", kind, { attendeeId }, dueAt)),
  ...hostIds.map((userId) => promise("emails", kind, { userId }, dueAt)),
];

/** Reminders, each due so many minutes before the start, and follow-ups after it; none for what is past already. */
export function reminders(
  wanted: readonly Reminder[],
  { attendeeIds, hostIds }: Audience,
  start: Temporal.Instant,
  now: Temporal.Instant,
): PromiseRow[] {
  return wanted.flatMap(({ minutesBefore, channel, to }) => {
    const dueAt = start.subtract({ minutes: minutesBefore });
    if (Temporal.Instant.compare(dueAt, now) <= 0) return [];
    const about = minutesBefore > 0 ? "BOOKING_REMINDER" : "BOOKING_FOLLOW_UP";
    if (channel === "webhook")
      return [{ ...promise("reminders", `${about}_WEBHOOK`, {}, dueAt), once: true }];
    const kind = channel === "sms" ? `${about}_SMS` : about;
    return [
      ...(to === "host"
        ? []
        : attendeeIds.map((attendeeId) => promise("reminders", kind, { attendeeId }, dueAt))),
      ...(to === "guest"
        ? []
        : hostIds.map((userId) => ({
            ...promise("reminders", kind, { userId }, dueAt),
            once: true,
          }))),
    ];
  });
}

/** The same in-app notification for every host: facts, put into words when it is read. */
export const notices = <T extends NoticeType>(
  hostIds: readonly string[],
  type: T,
  facts: NoticeFacts[T],
): NoticeRow[] => hostIds.map((userId) => ({ id: newId(), userId, type, metadata: facts }));

/** What notifications say of a booking as it stands. */
export function factsOf(booking: FoundBooking) {
  const [guest, ...more] = presentOf(booking).filter(({ broughtBy }) => broughtBy === null);
  return {
    bookingId: booking.id,
    title: booking.title,
    start: booking.start.toString(),
    guest: guest && more.length === 0 ? guest.name : null,
    ...(booking.meetingTypeId === null && { isPersonal: true }),
  };
}

/** Who changes a booking, by name; null for a host who is none of its own. */
export function doerOf(booking: FoundBooking, actor: Actor): string | null {
  if (actor.kind === "guest") return actor.attendee.name;
  const host = booking.hosts.find(({ id }) => id === actor.id);
  return host ? nameOf(host) : null;
}

function promise(
  queue: "emails" | "reminders",
  kind: string,
  to: { attendeeId?: string; userId?: string },
  dueAt: Temporal.Instant,
): PromiseRow {
  return {
    id: newId(),
    queue,
    kind,
    attendeeId: null,
    userId: null,
    ...to,
    dueAt: dueAt.toString(),
  };
}

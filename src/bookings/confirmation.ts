// Types whose host wants to be asked: a booking is a request until he says yes.
import type { NoticeRow, PromiseRow } from "./change-queries.ts";
import { isBefore } from "./instant.ts";
import { type Audience, mails, notices, type Reminder, reminders } from "./promises.ts";
import type { BookingRow } from "./queries.ts";

const ANSWER_HOURS = 48;
const VERIFY_MINUTES = 30;

/** Until when a request must be answered: two days, and never beyond the meeting's begin. */
export function answerBy(start: Temporal.Instant, now: Temporal.Instant): Temporal.Instant {
  const inTwoDays = now.add({ hours: ANSWER_HOURS });
  return isBefore(inTwoDays, start) ? inTwoDays : start;
}

/** Until when a guest must say that the booking is his: half an hour, and never beyond the meeting's begin. */
function verifyBy(start: Temporal.Instant, now: Temporal.Instant): Temporal.Instant {
  const soon = now.add({ minutes: VERIFY_MINUTES });
  return isBefore(soon, start) ? soon : start;
}

/** Whether a guest's booking of this type waits for its host; a meeting with seats never does. */
export const isAsked = (type: { requiresConfirmation: boolean; capacity: number }): boolean =>
  type.requiresConfirmation && type.capacity === 1;

/** The booking as it reads now: a request that lapsed has expired, noted by a worker or not. */
export const asOf = <T extends Pick<BookingRow, "status" | "expiresAt">>(
  booking: T,
  now: Temporal.Instant,
): T =>
  booking.status === "PENDING" && booking.expiresAt && !isBefore(now, booking.expiresAt)
    ? { ...booking, status: "EXPIRED" as const }
    : booking;

/** What a statement is handed about how a booking enters, and who is told. */
interface Entry {
  readonly status: "PENDING" | "CONFIRMED";
  readonly expiresAt: Temporal.Instant | null;
  /** Whether its guest must say first that it is his. */
  readonly awaitsGuest: boolean;
  readonly promises: PromiseRow[];
  readonly notices: NoticeRow[];
}

interface TypeTold {
  readonly title: string;
  readonly requiresConfirmation: boolean;
  readonly capacity: number;
  readonly notifications: { readonly confirmation: boolean };
  readonly reminders: readonly Reminder[];
  readonly policies: { readonly guestVerification?: "none" | "email" };
}

/**
 * How a guest's new booking enters: waiting for his word by mail where the type asks for it, as a request where the host
 * wants to be asked, else confirmed. The first of the attendees is who books.
 */
export function entryOf(
  type: TypeTold,
  audience: Audience,
  guestName: string,
  start: Temporal.Instant,
  now: Temporal.Instant,
): Entry {
  const facts = { title: type.title, start: start.toString(), guest: guestName };
  if (type.policies.guestVerification === "email" && type.capacity === 1)
    return {
      status: "PENDING",
      expiresAt: verifyBy(start, now),
      awaitsGuest: true,
      // Nobody but him: until he has confirmed, whom he names and whom he books may not want to hear of it.
      promises: mails(
        "BOOKING_VERIFICATION",
        { attendeeIds: audience.attendeeIds.slice(0, 1), hostIds: [] },
        now,
      ),
      notices: [],
    };
  if (isAsked(type))
    return {
      awaitsGuest: false,
      status: "PENDING",
      expiresAt: answerBy(start, now),
      promises: requestMails(type, audience, now),
      notices: notices(audience.hostIds, "BOOKING_REQUESTED", facts),
    };
  return {
    status: "CONFIRMED",
    expiresAt: null,
    awaitsGuest: false,
    promises: [
      ...(type.notifications.confirmation ? mails("BOOKING_CONFIRMATION", audience, now) : []),
      ...reminders(type.reminders, audience, start, now),
    ],
    notices: notices(audience.hostIds, "BOOKING_CONFIRMED", facts),
  };
}

/** The host's mail carries the link by which he answers, so it is sent whatever the type tells by mail. */
export const requestMails = (
  type: Pick<TypeTold, "notifications">,
  { hostIds, attendeeIds }: Audience,
  now: Temporal.Instant,
): PromiseRow[] =>
  mails(
    "BOOKING_REQUESTED",
    { hostIds, attendeeIds: type.notifications.confirmation ? attendeeIds : [] },
    now,
  );

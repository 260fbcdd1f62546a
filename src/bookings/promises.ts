// What a change of a booking promises: pure, so that a statement can be handed the whole list.
import { newId } from "../db/id.ts";
import type { NoticeRow, PromiseRow } from "./change-queries.ts";

export type MailKind =
  | "BOOKING_CONFIRMATION"
  | "BOOKING_RESCHEDULED"
  | "BOOKING_CANCELLED"
  | "BOOKING_REQUESTED"
  | "BOOKING_DECLINED"
  | "BOOKING_REASSIGNED";

/** Who is told: attendees by their id, hosts by their user's. */
export interface Audience {
  readonly attendeeIds: readonly string[];
  readonly hostIds: readonly string[];
}

export interface Reminder {
  readonly minutesBefore: number;
  readonly channel: "email" | "sms";
  readonly to: "guest" | "host" | "both";
}

/** A mail to everybody concerned, due at once. */
export const mails = (
  kind: MailKind,
  { attendeeIds, hostIds }: Audience,
  now: Temporal.Instant,
): PromiseRow[] => [
  ...attendeeIds.map((attendeeId) => promise("emails", kind, { attendeeId }, now)),
  ...hostIds.map((userId) => promise("emails", kind, { userId }, now)),
];

/** Reminders by mail, each due so many minutes before the start; none for what is past already. */
export function reminders(
  wanted: readonly Reminder[],
  { attendeeIds, hostIds }: Audience,
  start: Temporal.Instant,
  now: Temporal.Instant,
): PromiseRow[] {
  return wanted.flatMap(({ minutesBefore, channel, to }) => {
    const dueAt = start.subtract({ minutes: minutesBefore });
    if (channel !== "email" || Temporal.Instant.compare(dueAt, now) <= 0) return [];
    return [
      ...(to === "host"
        ? []
        : attendeeIds.map((attendeeId) =>
            promise("reminders", "BOOKING_REMINDER", { attendeeId }, dueAt),
          )),
      ...(to === "guest"
        ? []
        : hostIds.map((userId) => ({
            ...promise("reminders", "BOOKING_REMINDER", { userId }, dueAt),
            once: true,
          }))),
    ];
  });
}

/** The same in-app notification for every host. */
export const notices = (
  hostIds: readonly string[],
  notice: Pick<NoticeRow, "type" | "title" | "message" | "metadata">,
): NoticeRow[] => hostIds.map((userId) => ({ id: newId(), userId, ...notice }));

function promise(
  queue: "emails" | "reminders",
  kind: string,
  to: { attendeeId: string } | { userId: string },
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

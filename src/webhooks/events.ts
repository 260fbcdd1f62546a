/** What an endpoint can ask to be told of. webhook_event() of the database says which change is which. */
export const EVENTS = [
  "booking.created",
  "booking.confirmed",
  "booking.declined",
  "booking.rescheduled",
  "booking.cancelled",
  "booking.no_show",
  "booking.reminder",
  "meeting_type.created",
  "meeting_type.updated",
  "meeting_type.deleted",
  "calendar.needs_reauth",
] as const;
export type EventName = (typeof EVENTS)[number];

/** What a test sends, asked for or not. */
export const PING = "webhook.ping";

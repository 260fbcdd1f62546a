// What receivers get, for the OpenAPI document.
import { type TSchema, Type } from "@sinclair/typebox";
import { HistoryEntry } from "../bookings/history.ts";
import { Booking } from "../bookings/schema.ts";
import { MeetingType } from "../meeting-types/schema.ts";
import { Id, Instant, Nullable, OneOf } from "../schema.ts";
import { EVENTS, type EventName, PING } from "./events.ts";

const Version = {
  ...Type.Integer(),
  description:
    "Of the booking or meeting type once the event had happened: it orders its events, which may arrive out of order",
};
const Truncated = Type.Optional(
  Type.Boolean({ description: "True where parts were left out to stay below 20 kB" }),
);

const BookingData = Type.Object({
  version: Version,
  change: Nullable({
    ...HistoryEntry.properties.event,
    description: "What happened, in the words of the booking's history; null for a reminder",
  }),
  actor: Nullable(
    Type.Object({ kind: OneOf("host", "guest", "system"), name: Nullable(Type.String()) }),
  ),
  attendeeId: Nullable({ ...Id, description: "The guest who did it: whose seat it is about" }),
  reason: Nullable(Type.String()),
  was: {
    ...HistoryEntry.properties.was,
    description: "What the event changed, as it was before",
  },
  booking: {
    ...Type.Omit(Booking, ["hostNotes"]),
    description: "As it is when this is sent: its `version` may be higher",
  },
  isTruncated: Truncated,
});

const MeetingTypeData = Type.Object({
  version: Version,
  meetingTypeId: Id,
  meetingType: Nullable({
    ...MeetingType,
    description: "As it is when this is sent; null if gone",
  }),
  isTruncated: Truncated,
});

const DATA: Readonly<Record<EventName | typeof PING, readonly [says: string, data: TSchema]>> = {
  "booking.created": ["A booking was made, or a seat in a shared meeting was taken", BookingData],
  "booking.confirmed": [
    "A host confirmed a request, or a cancelled booking came back",
    BookingData,
  ],
  "booking.declined": ["A host declined a request, or nobody answered it in time", BookingData],
  "booking.rescheduled": ["A booking moved to another time or to another host", BookingData],
  "booking.cancelled": ["A booking was cancelled, or a guest left a shared meeting", BookingData],
  "booking.no_show": ["A host noted who did not come, or took it back", BookingData],
  "booking.reminder": ["A reminder of the meeting type is due", BookingData],
  "meeting_type.created": ["A meeting type was made", MeetingTypeData],
  "meeting_type.updated": ["A meeting type was changed", MeetingTypeData],
  "meeting_type.deleted": ["A meeting type was deleted or archived", MeetingTypeData],
  "calendar.needs_reauth": ["A calendar no longer lets us in", Type.Object({ connectionId: Id })],
  [PING]: ["Somebody asked for a test", Type.Object({ webhookId: Id })],
};

/** The body of an event. */
export const bodyOf = (event: EventName | typeof PING) =>
  Type.Object({
    type: Type.String({ enum: [event] }),
    timestamp: { ...Instant, description: "When the event was" },
    data: DATA[event][1],
  });

const HEADERS = [
  ["webhook-id", "The same for every attempt: what was seen already may be dropped"],
  ["webhook-timestamp", "Of the attempt, in epoch seconds"],
  ["webhook-signature", "One or two of `v1,` and base64 HMAC-SHA256, by blanks"],
].map(([name, description]) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string" },
}));

/** The part `webhooks` of the OpenAPI document (3.1). */
export const describeWebhooks = (): Record<string, unknown> =>
  Object.fromEntries(
    ([...EVENTS, PING] as const).map((event) => [
      event,
      {
        post: {
          tags: ["Webhooks"],
          summary: DATA[event][0],
          parameters: HEADERS,
          requestBody: {
            required: true,
            content: { "application/json": { schema: bodyOf(event) } },
          },
          responses: {
            "2XX": { description: "Delivered. The answer counts if it is here within 10 seconds" },
            410: { description: "Send no more: the webhook is stopped" },
            default: { description: "Not delivered: it is tried again" },
          },
        },
      },
    ]),
  );

// What a webhook says. The promise holds ids; the body is made of the present state, when it is sent.
import { entryOf } from "../bookings/history.ts";
import { findBooking } from "../bookings/queries.ts";
import { type Booking, hostsBookingOf } from "../bookings/schema.ts";
import { findMeetingType } from "../meeting-types/queries.ts";
import { meetingTypeOf } from "../meeting-types/wire.ts";
import type { World } from "../world.ts";
import type { Webhook } from "./delivery-queries.ts";
import { type EventName, PING } from "./events.ts";

/** The shape that Standard Webhooks recommends. */
export interface Envelope {
  readonly type: string;
  /** When the event was. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The body of a webhook as things are now; null when what it is about is gone. */
export async function compose(world: World, webhook: Webhook): Promise<Envelope | null> {
  const data = await dataOf(world, webhook);
  return data && { type: webhook.kind, timestamp: webhook.createdAt.toString(), data };
}

function dataOf(world: World, webhook: Webhook): Promise<Envelope["data"] | null> {
  const kind = webhook.kind as EventName | typeof PING;
  switch (kind) {
    case PING:
      return Promise.resolve({ webhookId: webhook.endpointId });
    case "calendar.needs_reauth":
      return Promise.resolve({ connectionId: webhook.subjectId });
    case "meeting_type.created":
    case "meeting_type.updated":
    case "meeting_type.deleted":
      return meetingTypeData(world, webhook);
    case "booking.created":
    case "booking.confirmed":
    case "booking.declined":
    case "booking.rescheduled":
    case "booking.cancelled":
    case "booking.no_show":
    case "booking.reminder":
      return bookingData(world, webhook);
    default:
      throw new RangeError(`Cannot compose a webhook of kind ${kind satisfies never}`);
  }
}

async function bookingData(
  world: World,
  { bookingId, version, kind }: Webhook,
): Promise<Envelope["data"] | null> {
  const found =
    bookingId === null ? null : await findBooking(world.db, { bookingId, attendeeId: null });
  if (!found) return null;
  const row = found.history.find((each) => each.version === version);
  const change = kind === "booking.reminder" || !row ? null : row;
  // Hosts' own notes are between them.
  const { hostNotes: _, ...booking } = hostsBookingOf(found);
  const entry = change && entryOf(change);
  const data = {
    version,
    change: entry?.event ?? null,
    actor: entry && { kind: entry.actor, name: entry.by },
    // Of a shared meeting: whose seat it is about.
    attendeeId: change?.actor === "guest" ? change.actorId : null,
    reason: entry?.reason ?? null,
    was: entry?.was ?? null,
    booking,
  };
  return fitting(data, LESSER_BOOKINGS);
}

async function meetingTypeData(
  world: World,
  { readerId: userId, subjectId, version }: Webhook,
): Promise<Envelope["data"]> {
  const row =
    subjectId === null ? null : await findMeetingType(world.db, { userId, id: subjectId });
  const meetingType = row && meetingTypeOf(row);
  return fitting({ version, meetingTypeId: subjectId, meetingType }, [
    ({ meetingType: type, ...data }) => ({
      ...data,
      meetingType: type && { ...type, description: null, questions: [], hostGroups: [] },
    }),
  ]);
}

// Standard Webhooks asks for less than 20 kB; the envelope takes a little.
const MOST_BYTES = 19_500;

/** The data, or the first lesser version of it that is small enough, marked as such. */
function fitting<T extends Envelope["data"]>(
  data: T,
  lesser: readonly ((data: T) => Envelope["data"])[],
): Envelope["data"] {
  const versions = [data, ...lesser.map((lessen) => ({ ...lessen(data), isTruncated: true }))];
  const fits = versions.find((each) => Buffer.byteLength(JSON.stringify(each)) <= MOST_BYTES);
  return fits ?? versions.at(-1)!;
}

type BookingData = Envelope["data"] & { readonly booking: Omit<Booking, "hostNotes"> };

/** First the answers of many guests go, then most guests, at last every long text. */
const LESSER_BOOKINGS: ((data: BookingData) => Envelope["data"])[] = [
  (data) => withAttendees(data, Number.POSITIVE_INFINITY),
  (data) => withAttendees(data, 10),
  ({ booking, ...data }) => ({
    ...data,
    was: null,
    booking: {
      ...booking,
      attendees: [],
      guests: [],
      answers: [],
      notes: null,
      tracking: null,
      location: { ...booking.location, details: null },
    },
  }),
];

const withAttendees = ({ booking, ...data }: BookingData, most: number) => ({
  ...data,
  booking: {
    ...booking,
    attendees: booking.attendees?.slice(0, most).map((each) => ({ ...each, answers: [] })),
  },
});

/** What the log keeps of a body: nobody's name and no address, but what it was about. */
export function excerptOf({ type, timestamp, data }: Envelope, bytes: number): string {
  const { version, change, attendeeId, booking, meetingTypeId, connectionId } = data;
  const { id: bookingId } = (booking ?? {}) as { id?: string };
  const told = { bookingId, version, change, attendeeId, meetingTypeId, connectionId };
  return JSON.stringify({ type, timestamp, data: told, bytes });
}

// What a booking is to look like in its host's calendar.
import { createHash } from "node:crypto";
import { hostUrl } from "../bookings/host/link.ts";
import { hostReader, mailFacts } from "../bookings/mail-facts.ts";
import type { FoundBooking } from "../bookings/queries.ts";
import { eventText } from "../messages/event-text.ts";
import type { World } from "../world.ts";
import type { Conference, EventDraft, Span } from "./provider.ts";

interface Of {
  readonly booking: FoundBooking;
  readonly hostId: string;
  readonly incarnation: number;
  readonly conference: Conference | null;
}

/** The event of a booking for one of its hosts; null where he is none of them. */
export function draftOf(
  world: World,
  { booking, hostId, incarnation, conference }: Of,
): EventDraft | null {
  const host = booking.hosts.find(({ id }) => id === hostId);
  if (!host) return null;
  const { summary, description, location } = eventText(
    mailFacts(world, booking, null),
    hostReader(host),
    { hostUrl: hostUrl(world, booking.id, hostId), isMadeHere: conference !== null },
  );
  return {
    key: keyOf(booking.id, hostId, incarnation),
    bookingId: booking.id,
    summary,
    description,
    location,
    during: { start: booking.start, end: booking.end },
    timeZone: host.timeZone,
    conference,
  };
}

/** The same event without its words: to find it again, so that it can be taken away. */
export const bareDraftOf = (
  { id, title, start, end }: FoundBooking,
  hostId: string,
  incarnation: number,
): EventDraft => ({
  key: keyOf(id, hostId, incarnation),
  bookingId: id,
  summary: title,
  description: "",
  location: null,
  during: { start, end },
  timeZone: "UTC",
  conference: null,
});

/** What an event shows, told apart from anything else it could show. */
export const digestOf = ({ during, ...draft }: EventDraft): string =>
  createHash("sha256")
    .update(JSON.stringify([`${during.start}`, `${during.end}`, draft]))
    .digest("base64url");

/** The same UUID for the same event on each try (RFC 9562, version 8). */
function keyOf(bookingId: string, hostId: string, incarnation: number): string {
  const bytes = createHash("sha256")
    .update(`kalends event ${bookingId} ${hostId} ${incarnation}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const CONFERENCES: Readonly<Record<string, Conference>> = {
  GOOGLE_MEET: "google_meet",
  MICROSOFT_TEAMS: "microsoft_teams",
};

/** The meeting that is to be made with the event of a booking: none where its host has given a link of his own. */
export function conferenceOf(
  { location }: Pick<FoundBooking, "location">,
  madeUrl: string | null,
): Conference | null {
  const isOurs = location.url === null ? !hasLink(location.details) : location.url === madeUrl;
  return isOurs ? (CONFERENCES[location.type] ?? null) : null;
}

/** Whether words of a host name a link; as lacks_link() has it. */
export const hasLink = (details: string | null): boolean => /https?:\/\//i.test(details ?? "");

/** The span of a row of JSON. */
export const spanOf = (row: { readonly start: string; readonly end: string }): Span => ({
  start: Temporal.Instant.from(row.start),
  end: Temporal.Instant.from(row.end),
});

/** Providers keep no fractions of a second. */
export const isSameSpan = (a: Span, b: Span): boolean =>
  isSameSecond(a.start, b.start) && isSameSecond(a.end, b.end);

const isSameSecond = (a: Temporal.Instant, b: Temporal.Instant): boolean =>
  Math.abs(a.epochMilliseconds - b.epochMilliseconds) < 1000;

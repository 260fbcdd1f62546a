// Events as Google tells them, and what they mean for a host's time.
import { type Static, Type } from "@sinclair/typebox";
import { startOfDay } from "../availability/zone.ts";
import { CalendarFailure } from "./failure.ts";
import type { BusySpan, RemoteMeeting, Span } from "./provider.ts";

const Text = Type.Optional(Type.String());

const Edge = Type.Object({
  date: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\d$" })),
  dateTime: Text,
});

export const GoogleEvent = Type.Object({
  id: Type.String({ minLength: 1 }),
  etag: Text,
  status: Text,
  summary: Text,
  start: Type.Optional(Edge),
  end: Type.Optional(Edge),
  eventType: Text,
  transparency: Text,
  recurringEventId: Text,
  recurrence: Type.Optional(Type.Array(Type.String())),
  attendees: Type.Optional(
    Type.Array(Type.Object({ self: Type.Optional(Type.Boolean()), responseStatus: Text })),
  ),
  extendedProperties: Type.Optional(
    Type.Object({ private: Type.Optional(Type.Record(Type.String(), Type.String())) }),
  ),
  hangoutLink: Text,
  conferenceData: Type.Optional(
    Type.Object({
      createRequest: Type.Optional(
        Type.Object({ status: Type.Optional(Type.Object({ statusCode: Text })) }),
      ),
      entryPoints: Type.Optional(Type.Array(Type.Object({ entryPointType: Text, uri: Text }))),
    }),
  ),
});
export type GoogleEvent = Static<typeof GoogleEvent>;

/** What of an event a list is asked for: descriptions and guests are nobody's business here. */
export const LISTED_FIELDS =
  "id,etag,status,summary,start,end,eventType,transparency,recurringEventId,recurrence,attendees(self,responseStatus),extendedProperties/private";

export const isCancelled = (event: GoogleEvent): boolean => event.status === "cancelled";

/**
 * When an event is, also where it takes no time. The dates of one that lasts all day are those of the calendar's zone,
 * whose clocks are ours (availability/zone.ts). Throws CalendarFailure where it does not say.
 */
export function timesOf({ start, end }: GoogleEvent, zone: string | null): Span {
  try {
    const span = { start: instantOf(start, zone, FIRST), end: instantOf(end, zone, LAST) };
    return Temporal.Instant.compare(span.start, span.end) <= 0
      ? span
      : { ...span, end: span.start };
  } catch {
    throw new CalendarFailure("temporary", "google: an event whose time cannot be read");
  }
}

/** The time that an event takes; null where it is none. Throws as timesOf(). */
export function duringOf(event: GoogleEvent, zone: string | null): Span | null {
  const span = timesOf(event, zone);
  return span.start.equals(span.end) ? null : span;
}

// Where a zone is not known, a date is taken for as long as it is that date anywhere: never for free.
const FIRST = "T00:00:00+14:00";
const LAST = "T00:00:00-12:00";

function instantOf(edge: GoogleEvent["start"], zone: string | null, elsewhere: string) {
  if (edge?.date === undefined) return Temporal.Instant.from(edge?.dateTime ?? "");
  try {
    return Temporal.Instant.fromEpochMilliseconds(startOfDay(zone ?? "", edge.date));
  } catch {
    return Temporal.Instant.from(`${edge.date}${elsewhere}`);
  }
}

/** The time that an event takes of its calendar's owner, if it lies in the window at all. */
export function busyOf(event: GoogleEvent, zone: string | null, window: Span): BusySpan[] {
  if (!blocks(event)) return [];
  const during = duringOf(event, zone);
  if (during === null || !overlaps(during, window)) return [];
  return [{ ...during, kind: kindOf(event), title: event.summary ?? null }];
}

function blocks(event: GoogleEvent): boolean {
  if (isCancelled(event)) return false;
  switch (event.eventType) {
    // He works all the same; and nobody is away for a birthday.
    case "workingLocation":
    case "birthday":
      return false;
    case "outOfOffice":
    case "focusTime":
      return true;
    default:
      return event.transparency !== "transparent" && answerOf(event) !== "declined";
  }
}

// An invitation that waits for its answer is as uncertain as one that was answered so.
const kindOf = (event: GoogleEvent): BusySpan["kind"] =>
  event.eventType === "outOfOffice"
    ? "out_of_office"
    : event.status === "tentative" || /^(tentative|needsAction)$/.test(answerOf(event) ?? "")
      ? "tentative"
      : "busy";

const answerOf = ({ attendees }: GoogleEvent): string | undefined =>
  attendees?.find(({ self }) => self === true)?.responseStatus;

const overlaps = (one: Span, other: Span): boolean =>
  Temporal.Instant.compare(one.start, other.end) < 0 &&
  Temporal.Instant.compare(other.start, one.end) < 0;

/** The meeting that Google has made for an event, makes, or could not make; null: there is none. */
export function meetingOf({ conferenceData, hangoutLink }: GoogleEvent): RemoteMeeting | null {
  const video = conferenceData?.entryPoints?.find((each) => each.entryPointType === "video");
  const url = video?.uri ?? hangoutLink;
  if (url?.startsWith("https://")) return { state: "ready", url };
  if (conferenceData === undefined) return null;
  const { statusCode = "pending" } = conferenceData.createRequest?.status ?? {};
  return { state: statusCode === "pending" ? "pending" : "failed", url: null };
}

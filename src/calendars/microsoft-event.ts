// Events as Graph tells them (https://learn.microsoft.com/graph/api/resources/event), and the time they take.
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { findZone, startOfDay, toInstantCompatible } from "../availability/zone.ts";
import { CalendarFailure } from "./failure.ts";
import type { BusySpan, ChangedResource, RemoteEvent, RemoteMeeting, Span } from "./provider.ts";
import windowsZones from "./windows-zones.json" with { type: "json" };

const Said = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Moment = Type.Object({ dateTime: Type.String(), timeZone: Type.String() });

/** Any event, of which delta tells no more than some of its properties. */
export const GraphEvent = Type.Object({
  id: Type.String({ minLength: 1 }),
  "@removed": Type.Optional(Type.Unknown()),
  "@odata.etag": Said(Type.String()),
  type: Said(Type.String()),
  seriesMasterId: Said(Type.String()),
  transactionId: Said(Type.String()),
  subject: Said(Type.String()),
  location: Said(Type.Object({ displayName: Said(Type.String()) })),
  start: Said(Moment),
  end: Said(Moment),
  originalStartTimeZone: Said(Type.String()),
  isAllDay: Said(Type.Boolean()),
  isCancelled: Said(Type.Boolean()),
  showAs: Said(Type.String()),
  responseStatus: Said(Type.Object({ response: Said(Type.String()) })),
  isOnlineMeeting: Said(Type.Boolean()),
  onlineMeeting: Said(Type.Object({ joinUrl: Said(Type.String()) })),
});
export type GraphEvent = Static<typeof GraphEvent>;

/** What is asked for where a choice may be made; delta takes none. */
export const SELECTED = [
  "id,type,seriesMasterId,transactionId,subject,location,start,end,originalStartTimeZone",
  "isAllDay,isCancelled,showAs,responseStatus,isOnlineMeeting,onlineMeeting",
].join(",");

/** `free` and `workingElsewhere` leave the time open; what is unknown takes it. */
const KINDS: Readonly<Record<string, BusySpan["kind"] | null>> = {
  free: null,
  workingElsewhere: null,
  tentative: "tentative",
  oof: "out_of_office",
};

/** The time that an event blocks: none where it is cancelled, declined, free or of no length. */
function busyOf(event: GraphEvent): BusySpan[] {
  const { showAs, subject = null, isCancelled, responseStatus } = event;
  const kind = showAs && showAs in KINDS ? KINDS[showAs] : "busy";
  const { start, end } = spanOf(event);
  if (!kind || isCancelled || responseStatus?.response === "declined") return [];
  return Temporal.Instant.compare(start, end) < 0 ? [{ start, end, kind, title: subject }] : [];
}

/** What a single event is to us. */
export const resourceOf = (event: GraphEvent, isOurs: boolean): ChangedResource => ({
  externalId: event.id,
  etag: event["@odata.etag"] ?? null,
  busy: busyOf(event),
  isGone: event.isCancelled ?? false,
  during: event.isCancelled ? null : spanOf(event),
  isOurs,
});

/** What a series is to us: one resource, which takes all the times of its occurrences. */
export const seriesOf = (
  externalId: string,
  master: GraphEvent | null,
  occurrences: readonly GraphEvent[],
): ChangedResource => ({
  externalId,
  etag: master?.["@odata.etag"] ?? null,
  busy: occurrences.flatMap(busyOf),
  isGone: master?.isCancelled ?? false,
  during: null,
  // A host who makes a series of our event means more by it than the booking.
  isOurs: false,
});

/** What is no longer there. */
export const goneOf = (externalId: string): ChangedResource => ({
  externalId,
  etag: null,
  busy: [],
  isGone: true,
  during: null,
  isOurs: false,
});

/** An event as one of ours stands; `wantsMeeting` where one was asked for. */
export const remoteEventOf = (event: GraphEvent, wantsMeeting = false): RemoteEvent => ({
  externalId: event.id,
  etag: event["@odata.etag"] ?? null,
  during: spanOf(event),
  meeting: meetingOf(event, wantsMeeting),
});

function meetingOf(event: GraphEvent, wantsMeeting: boolean): RemoteMeeting | null {
  const url = event.onlineMeeting?.joinUrl ?? null;
  if (url !== null) return { state: "ready", url };
  // Teams may be slower than the calendar.
  if (event.isOnlineMeeting) return { state: "pending", url: null };
  return wantsMeeting ? { state: "failed", url: null } : null;
}

/**
 * When an event is. One of whole days is on those dates wherever they are looked at: they begin and end at midnight
 * of the zone that it was made in, since Graph does not say which one its owner lives in; and of a zone that nobody
 * knows, they last as long as it is that date anywhere.
 */
export function spanOf(event: GraphEvent): Span {
  try {
    return readSpan(event);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CalendarFailure("temporary", "microsoft: a time that does not exist");
  }
}

function readSpan({ start, end, isAllDay, originalStartTimeZone }: GraphEvent): Span {
  if (!start || !end) throw new CalendarFailure("temporary", "microsoft: an event without times");
  if (isAllDay && isMidnight(start.dateTime) && isMidnight(end.dateTime)) {
    const zone = zoneOf(originalStartTimeZone ?? "");
    const at = ({ dateTime }: Static<typeof Moment>, edge: Edge) => {
      const midnight = startOfDay(zone ?? "Etc/UTC", dateTime.slice(0, 10));
      const instant = Temporal.Instant.fromEpochMilliseconds(midnight);
      return zone === null ? instant.add(FURTHEST[edge]) : instant;
    };
    return { start: at(start, "start"), end: at(end, "end") };
  }
  return { start: instantOf(start, "start"), end: instantOf(end, "end") };
}

const WALL = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?$/;
const isMidnight = (dateTime: string): boolean => /T00:00:00(\.0+)?$/.test(dateTime);

/** Clocks are nowhere further ahead of UTC, or behind it. */
const FURTHEST = { start: { hours: -14 }, end: { hours: 12 } };
type Edge = keyof typeof FURTHEST;

/** Of wall time without a zone, and the zone beside it. Of a zone that nobody knows, as much as it may be. */
function instantOf({ dateTime, timeZone }: Static<typeof Moment>, edge: Edge): Temporal.Instant {
  const [, date = "", hour, minute, second, fraction = ""] = WALL.exec(dateTime) ?? [];
  if (date === "") throw new CalendarFailure("temporary", "microsoft: a time cannot be read");
  const zone = zoneOf(timeZone);
  if (zone === "Etc/UTC" || zone === null) {
    const utc = Temporal.Instant.from(`${date}T${hour}:${minute}:${second}${fraction}Z`);
    return zone === null ? utc.add(FURTHEST[edge]) : utc;
  }
  const minutes = Number(hour) * 60 + Number(minute);
  return Temporal.Instant.fromEpochMilliseconds(toInstantCompatible(zone, date, minutes)).add({
    seconds: Number(second),
  });
}

// CLDR's windowsZones.xml, territory 001.
const ZONES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(windowsZones),
  ["tzone://Microsoft/Utc", "Etc/UTC"],
]);

/** The zone of a Windows or IANA name, or null: of the former there are ones that only Outlook knows. */
const zoneOf = (name: string): string | null => ZONES.get(name) ?? findZone(name);

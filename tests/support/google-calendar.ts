// Google Calendar (API v3) on loopback, as far as its documentation goes, and where that is silent as it was seen to be.
// What people do in their calendars is done by a test: addEvent(), changeEvent() …
import { randomUUID } from "node:crypto";
import {
  type Event,
  instantOf,
  type Kept,
  masked,
  occurrenceId,
  occurrencesOf,
  patched,
  refusal,
  type StoredCalendar,
  stubOf,
} from "./google-events.ts";
import { listEvents } from "./google-listing.ts";
import { makeWatching } from "./google-push.ts";
import { type Heard, openVendor, type Reply } from "./vendor.ts";

interface Given {
  readonly now?: () => Temporal.Instant;
  /** Whether channels may lead to http, for a receiver of a test. */
  readonly takesHttp?: boolean;
  /** How a push leaves; by the network unless said. */
  readonly deliver?: (push: Request) => Promise<unknown>;
}

const NOT_FOUND = refusal(404, "notFound");
const NO_SUCH_MEETING = refusal(400, "invalid", { message: "Invalid conference type value." });

export async function openGoogle(given: Given = {}) {
  const now = given.now ?? (() => Temporal.Now.instant());
  const calendars = new Map<string, StoredCalendar>();
  /** Access tokens that it takes. */
  const tokens = new Set(["token-1"]);
  let changes = 1;
  const state = {
    /** The longest page, whatever is asked for. */
    longestPage: 2500,
    /** Whether each page is followed by one that has nothing but the next one's token. */
    hasEmptyPages: false,
    /** What becomes of a meeting at once. */
    meetings: "pending" as "pending" | "success" | "failure",
  };
  const vendor = await openVendor((heard) => answer(heard));
  const watching = makeWatching({ ...given, now, base: vendor.url });
  const snapshots = new Map<string, { rest: unknown[]; query: string; syncToken: string }>();

  function answer({ method, path, headers, body }: Heard): Reply & object {
    const url = new URL(path, "http://google.test");
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    if (!tokens.has(bearer)) return refusal(401, "authError");
    const [, root, version, ...rest] = url.pathname.split("/").map(decodeURIComponent);
    if (root !== "calendar" || version !== "v3") return NOT_FOUND;
    const done = route(method, rest, url.searchParams, body, headers["if-match"]);
    return done.status === 200 && "body" in done
      ? { ...done, body: masked(done.body, url.searchParams.get("fields")) }
      : done;
  }

  // biome-ignore lint/suspicious/noExplicitAny: whatever the client sends
  type Body = any;

  function route(
    method: string,
    [kind, calendarId = "", , eventId]: string[],
    query: URLSearchParams,
    body: Body,
    ifMatch: string | undefined,
  ): Reply & object {
    if (kind === "users" && method === "GET") return listCalendars(query);
    if (kind === "channels" && method === "POST") return watching.stop(body);
    const calendar = calendars.get(calendarId);
    if (kind !== "calendars" || !calendar) return NOT_FOUND;
    if (eventId === "watch") return watching.watch(calendar, body);
    if (eventId === undefined && method === "GET") return list(calendar, query);
    if (eventId !== undefined && method === "GET") {
      const kept = calendar.events.get(eventId);
      return kept ? { status: 200, body: withEtag(kept) } : NOT_FOUND;
    }
    if (!/^(owner|writer)/.test(`${calendar.entry["accessRole"]}`))
      return refusal(403, "requiredAccessLevel", { domain: "calendar" });
    if (eventId === undefined) return insert(calendar, query, body);
    const kept = calendar.events.get(eventId);
    if (!kept) return NOT_FOUND;
    if (ifMatch !== undefined && ifMatch !== etagOf(kept)) return refusal(412, "conditionNotMet");
    if (method === "DELETE") {
      if (kept.event.status === "cancelled") return refusal(410, "deleted");
      keep(calendar, { ...kept.event, status: "cancelled" });
      return { status: 204 };
    }
    const { id, conferenceData } = kept.event;
    const wished = readable(calendar, query, body, conferenceData);
    if (wished === null) return NO_SUCH_MEETING;
    const next =
      method === "PATCH"
        ? patched(kept.event, wished)
        : { status: "confirmed", conferenceData, ...wished };
    return saved(calendar, { ...next, id });
  }

  function insert(calendar: StoredCalendar, query: URLSearchParams, body: Body): Reply & object {
    const id = body.id ?? randomUUID().replaceAll("-", "");
    if (!/^[a-v0-9]{5,1024}$/.test(id)) return refusal(400, "invalid", { location: "id" });
    if (calendar.events.has(id)) return refusal(409, "duplicate");
    const wished = readable(calendar, query, body, undefined);
    if (wished === null) return NO_SUCH_MEETING;
    return saved(calendar, { status: "confirmed", ...patched({}, wished), id });
  }

  /** The body without what is ignored, and with its meeting under way; null: it cannot have that meeting. */
  function readable(
    calendar: StoredCalendar,
    query: URLSearchParams,
    { id: _id, etag: _etag, conferenceData, ...body }: Body,
    present: Body,
  ): Record<string, unknown> | null {
    if (query.get("conferenceDataVersion") !== "1" || conferenceData === undefined) return body;
    const request = conferenceData?.createRequest;
    if (!request) return { ...body, conferenceData };
    const { allowedConferenceSolutionTypes: allowed = [] } = (calendar.entry[
      "conferenceProperties"
    ] ?? {}) as { allowedConferenceSolutionTypes?: string[] };
    if (!allowed.includes(request.conferenceSolutionKey?.type)) return null;
    if (request.requestId === present?.createRequest?.requestId) return body;
    return { ...body, conferenceData: meeting(request, state.meetings) };
  }

  function saved(calendar: StoredCalendar, event: Event): Reply & object {
    const { start, end } = event;
    if (!start || !end) return refusal(400, "required", { location: start ? "end" : "start" });
    if ([start, end].some((each) => each.date !== undefined && each.dateTime !== undefined))
      return refusal(400, "invalid", { message: "Invalid start time." });
    const zone = calendar.timeZone;
    if (Temporal.Instant.compare(instantOf(start, zone), instantOf(end, zone)) > 0)
      return refusal(400, "timeRangeEmpty", { domain: "calendar", location: "timeMax" });
    return { status: 200, body: withEtag(keep(calendar, event)) };
  }

  /** Keeps an event as it now is, and tells who watches. */
  function keep(calendar: StoredCalendar, event: Event): Kept {
    changes += 1;
    const before = calendar.events.get(event.id);
    const former = new Map(before?.former);
    const soon = now().add({ hours: 24 * 180 });
    const occurrences = (series: Event | undefined) =>
      series?.recurrence && series.status !== "cancelled"
        ? occurrencesOf(series, calendar.timeZone, soon)
        : [];
    const isAhead = ({ start }: Event) =>
      Temporal.Instant.compare(instantOf(start, calendar.timeZone), now()) > 0;
    const present = new Set(occurrences(event).map(({ id }) => id));
    for (const each of occurrences(before?.event))
      if (!present.has(each.id) && isAhead(each))
        former.set(each.id, { stub: stubOf(each), change: changes });
    const kept = { event, change: changes, former };
    calendar.events.set(event.id, kept);
    watching.push(calendar.id);
    return kept;
  }

  const list = (calendar: StoredCalendar, query: URLSearchParams): Reply & object =>
    listEvents({ calendar, query, snapshots, state, now: now(), change: changes });

  function listCalendars(query: URLSearchParams): Reply & object {
    const all = [...calendars.values()]
      .map(({ entry }) => entry)
      .filter((entry) => query.get("showHidden") === "true" || entry["hidden"] !== true);
    const from = Number(query.get("pageToken") ?? 0);
    const size = Math.min(Number(query.get("maxResults") ?? 100), 250, state.longestPage);
    const next = from + size < all.length ? { nextPageToken: `${from + size}` } : {};
    return {
      status: 200,
      body: { kind: "calendar#calendarList", items: all.slice(from, from + size), ...next },
    };
  }

  const calendarOf = (id: string): StoredCalendar => {
    const calendar = calendars.get(id);
    if (!calendar) throw new Error(`There is no calendar ${id}`);
    return calendar;
  };
  const keptOf = (calendarId: string, id: string): Kept => {
    const kept = calendarOf(calendarId).events.get(id);
    if (!kept) throw new Error(`There is no event ${id}`);
    return kept;
  };

  /** What a person does to one occurrence of a series. */
  const changeOccurrence = (
    calendarId: string,
    seriesId: string,
    originalStart: string,
    change: Record<string, unknown>,
  ): Event => {
    const calendar = calendarOf(calendarId);
    const series = keptOf(calendarId, seriesId).event;
    const id = occurrenceId(
      seriesId,
      originalStart.length === 10 ? { date: originalStart } : { dateTime: originalStart },
    );
    const far = now().add({ hours: 24 * 1000 });
    const present =
      calendar.events.get(id)?.event ??
      occurrencesOf(series, calendar.timeZone, far).find((each) => each.id === id);
    if (!present) throw new Error(`${seriesId} does not occur at ${originalStart}`);
    return withEtag(keep(calendar, { ...patched(present, change), id })) as Event;
  };

  return Object.assign(vendor, {
    tokens,
    state,
    /** Channels that live, and what was pushed. */
    watching,
    /** A calendar of the account; unless said its owner's, in Berlin, with Meet. */
    addCalendar(
      id: string,
      {
        timeZone = "Europe/Berlin",
        canPush = true,
        ...entry
      }: { timeZone?: string; canPush?: boolean; [field: string]: unknown } = {},
    ): void {
      calendars.set(id, {
        id,
        timeZone,
        canPush,
        entry: {
          kind: "calendar#calendarListEntry",
          id,
          summary: id,
          timeZone,
          accessRole: "owner",
          conferenceProperties: { allowedConferenceSolutionTypes: ["hangoutsMeet"] },
          ...entry,
        },
        events: new Map(),
        oldestChange: 0,
      });
    },
    /** What a person adds: an event as the API has it. */
    addEvent(calendarId: string, event: Omit<Event, "id"> & { id?: string }): Event {
      const id = event.id ?? randomUUID().replaceAll("-", "");
      return withEtag(keep(calendarOf(calendarId), { status: "confirmed", ...event, id })) as Event;
    },
    /** What a person changes; a field of null is gone. */
    changeEvent(calendarId: string, id: string, change: Record<string, unknown>): Event {
      const { event } = keptOf(calendarId, id);
      return withEtag(keep(calendarOf(calendarId), { ...patched(event, change), id })) as Event;
    },
    /** What a person deletes. */
    deleteEvent(calendarId: string, id: string): void {
      keep(calendarOf(calendarId), { ...keptOf(calendarId, id).event, status: "cancelled" });
    },
    changeOccurrence,
    cancelOccurrence: (calendarId: string, seriesId: string, originalStart: string): void => {
      changeOccurrence(calendarId, seriesId, originalStart, { status: "cancelled" });
    },
    /** An event as it stands, cancelled ones too. */
    event: (calendarId: string, id: string): Event => withEtag(keptOf(calendarId, id)) as Event,
    /** All that there is and is not cancelled. */
    events: (calendarId: string): Event[] =>
      [...calendarOf(calendarId).events.values()]
        .filter(({ event }) => event.status !== "cancelled")
        .map((kept) => withEtag(kept) as Event),
    /** Cancelled events disappear some day. */
    purge(calendarId: string, id: string): void {
      calendarOf(calendarId).events.delete(id);
    },
    /** From now on every sync token that was given is answered with 410. */
    expireSyncTokens(calendarId: string): void {
      changes += 1;
      calendarOf(calendarId).oldestChange = changes;
    },
    /** Meetings that were pending are there, or could not be made. */
    settleMeetings(outcome: "success" | "failure"): void {
      for (const calendar of calendars.values())
        for (const { event } of [...calendar.events.values()]) {
          const data = event["conferenceData"] as Body;
          if (data?.createRequest?.status.statusCode === "pending")
            keep(calendar, { ...event, conferenceData: meeting(data.createRequest, outcome) });
        }
    },
  });
}

const etagOf = ({ change }: Kept): string => `"${3_000_000_000_000_000 + change}"`;

const withEtag = (kept: Kept): Record<string, unknown> => ({
  kind: "calendar#event",
  eventType: "default",
  iCalUID: `${kept.event.id}@google.com`,
  sequence: 0,
  ...kept.event,
  etag: etagOf(kept),
});

function meeting(request: Record<string, unknown>, outcome: "pending" | "success" | "failure") {
  const code = `${request["requestId"]}`.replace(/[^a-z]/g, "x").padEnd(10, "a");
  const id = `${code.slice(0, 3)}-${code.slice(3, 7)}-${code.slice(7, 10)}`;
  return {
    createRequest: { ...request, status: { statusCode: outcome } },
    ...(outcome === "success" && {
      conferenceId: id,
      conferenceSolution: { key: { type: "hangoutsMeet" }, name: "Google Meet" },
      entryPoints: [
        { entryPointType: "phone", uri: "tel:+49-30-0000000", pin: "1" },
        { entryPointType: "video", uri: `https://meet.google.com/${id}` },
      ],
    }),
  };
}

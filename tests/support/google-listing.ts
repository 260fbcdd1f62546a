// events.list: pages, sync tokens, and series expanded.
import { randomUUID } from "node:crypto";
import {
  type Event,
  instantOf,
  type Kept,
  occurrencesOf,
  refusal,
  type StoredCalendar,
  stubOf,
} from "./google-events.ts";
import type { Reply } from "./vendor.ts";

interface Listing {
  readonly calendar: StoredCalendar;
  readonly query: URLSearchParams;
  readonly snapshots: Map<string, { rest: unknown[]; query: string; syncToken: string }>;
  readonly state: { readonly longestPage: number; readonly hasEmptyPages: boolean };
  readonly now: Temporal.Instant;
  /** The last change of all. */
  readonly change: number;
}

const NOT_WITH_A_SYNC_TOKEN =
  "iCalUID orderBy privateExtendedProperty q sharedExtendedProperty timeMin timeMax updatedMin".split(
    " ",
  );
/** How far the occurrences of a changed series are listed: in truth for decades. */
const FAR_DAYS = 730;

/** A page of events, of a snapshot that the first page took. */
export function listEvents(listing: Listing): Reply & object {
  const { calendar, query, snapshots, state } = listing;
  const asked = sameFor(query);
  const pageToken = query.get("pageToken");
  const wrong = (location: string) => refusal(400, "invalid", { location });
  const size = Number(query.get("maxResults") ?? 250);
  if (!(size >= 1)) return wrong("maxResults");
  if (query.get("syncToken") !== null) {
    const forbidden = NOT_WITH_A_SYNC_TOKEN.find((name) => query.has(name));
    if (forbidden) return wrong(forbidden);
  }
  let snapshot = pageToken === null ? undefined : snapshots.get(pageToken);
  if (pageToken !== null && snapshot?.query !== asked) return wrong("pageToken");
  if (!snapshot) {
    const events = query.has("syncToken") ? changed(listing) : present(listing);
    if ("status" in events) return events;
    const syncToken = JSON.stringify([calendar.id, listing.change, filtersOf(query)]);
    snapshot = { rest: events, query: asked, syncToken: btoa(syncToken) };
  }
  const count = Math.min(size, 2500, state.longestPage);
  const isEmpty = state.hasEmptyPages && pageToken?.startsWith("empty") === true;
  const items = isEmpty ? [] : snapshot.rest.slice(0, count);
  const rest = isEmpty ? snapshot.rest : snapshot.rest.slice(count);
  const hasMore = rest.length > 0;
  const next = `${state.hasEmptyPages && !isEmpty ? "empty" : "page"}-${randomUUID()}`;
  if (hasMore) snapshots.set(next, { ...snapshot, rest });
  return {
    status: 200,
    body: {
      kind: "calendar#events",
      summary: calendar.id,
      timeZone: calendar.timeZone,
      accessRole: calendar.entry["accessRole"],
      items,
      ...(hasMore ? { nextPageToken: next } : { nextSyncToken: snapshot.syncToken }),
    },
  };
}

const sameFor = (query: URLSearchParams): string => {
  const rest = new URLSearchParams(query);
  rest.delete("pageToken");
  rest.sort();
  return `${rest}`;
};

// What has to be asked for as it was when the token was given.
const filtersOf = (query: URLSearchParams) =>
  ["singleEvents", "eventTypes", "showDeleted"].map((name) => query.get(name));

/** Everything in the window; of what is cancelled nothing. */
function present({ calendar, query, now }: Listing): unknown[] | ReturnType<typeof refusal> {
  const edge = (name: string) => {
    const text = query.get(name);
    return text === null ? null : Temporal.Instant.from(text);
  };
  const [from, until] = [edge("timeMin"), edge("timeMax")];
  if (from && until && Temporal.Instant.compare(from, until) >= 0)
    return refusal(400, "timeRangeEmpty", { domain: "calendar", location: "timeMax" });
  const far = until ?? now.add({ hours: 24 * FAR_DAYS });
  const isWithin = ({ start, end }: Event) =>
    (!until || Temporal.Instant.compare(instantOf(start, calendar.timeZone), until) < 0) &&
    (!from || Temporal.Instant.compare(instantOf(end, calendar.timeZone), from) > 0);
  return [...calendar.events.values()]
    .filter(({ event }) => event.status !== "cancelled")
    .flatMap((kept) => expanded(calendar, query, kept, far))
    .filter(isWithin)
    .map((event) => shown(event, query));
}

/**
 * What has changed since the token, wherever it lies. Of a series that was changed every occurrence, whether or not
 * it changed; of one that is gone those of the next months alone (googleapis/google-api-ruby-client#860).
 */
function changed({ calendar, query, now }: Listing): unknown[] | ReturnType<typeof refusal> {
  let token: [string, number, unknown];
  try {
    token = JSON.parse(atob(query.get("syncToken") ?? ""));
  } catch {
    return refusal(400, "invalid", { location: "syncToken" });
  }
  const [calendarId, since, filters] = token;
  if (calendarId !== calendar.id) return refusal(400, "invalid", { location: "syncToken" });
  if (since < calendar.oldestChange)
    return refusal(410, "fullSyncRequired", { domain: "calendar", location: "syncToken" });
  if (JSON.stringify(filters) !== JSON.stringify(filtersOf(query)))
    return refusal(400, "invalid", { location: "syncToken" });
  const far = now.add({ hours: 24 * FAR_DAYS });
  return [...calendar.events.values()].flatMap((kept) => {
    const gone = [...kept.former.values()]
      .filter(({ change }) => change > since)
      .map(({ stub }) => stub);
    if (kept.change <= since) return gone;
    if (kept.event.status !== "cancelled")
      return [...gone, ...expanded(calendar, query, kept, far).map((each) => shown(each, query))];
    return kept.event.recurrence ? gone : [stubOf(kept.event)];
  });
}

/** An event, or what a series has in its place: exceptions are kept as events of their own. */
function expanded(
  calendar: StoredCalendar,
  query: URLSearchParams,
  { event, change }: Kept,
  until: Temporal.Instant,
): Event[] {
  const etag = `"${3_000_000_000_000_000 + change}"`;
  // An exception of a series that is gone is gone with it.
  const series = calendar.events.get(event.recurringEventId ?? "")?.event;
  if (series?.status === "cancelled") return [];
  if (query.get("singleEvents") !== "true" || !event.recurrence) return [{ ...event, etag }];
  return occurrencesOf(event, calendar.timeZone, until)
    .filter(({ id }) => !calendar.events.has(id))
    .map((each) => ({ ...each, etag }));
}

function shown(event: Event, query: URLSearchParams): Record<string, unknown> {
  const most = Number(query.get("maxAttendees") ?? Number.POSITIVE_INFINITY);
  const attendees = event["attendees"] as { self?: boolean }[] | undefined;
  return {
    kind: "calendar#event",
    eventType: "default",
    ...event,
    ...(attendees &&
      attendees.length > most && { attendees: attendees.filter(({ self }) => self === true) }),
  };
}

import { type Static, Type } from "@sinclair/typebox";
import type { World } from "../world.ts";
import type { Ask } from "./google-client.ts";
import { cursorOf, tokenFor } from "./google-cursor.ts";
import { busyOf, duringOf, GoogleEvent, isCancelled, LISTED_FIELDS } from "./google-event.ts";
import { isOurs } from "./google-own.ts";
import { pagesOf } from "./google-pages.ts";
import type { Access, CalendarProvider, ChangedResource, ChangesPage, Span } from "./provider.ts";
import { toWholeDay } from "./window.ts";

const EventsPage = Type.Object({
  kind: Type.Literal("calendar#events"),
  timeZone: Type.Optional(Type.String()),
  nextPageToken: Type.Optional(Type.String({ minLength: 1 })),
  nextSyncToken: Type.Optional(Type.String({ minLength: 1 })),
  items: Type.Optional(Type.Array(GoogleEvent)),
});
type EventsPage = Static<typeof EventsPage>;

type Listing = { syncToken: string } | { timeMin: string; timeMax: string };

/**
 * What has changed, or all there is: in the window rounded to whole whole. Everything is listed, whatever the cursor,
 * where the window has grown beyond what was listed last, and where a series has changed: then Google's answer
 * has every occurrence until the end of time, but of a series that is gone only those of the next months
 * (decision 31).
 */
export async function* googleChanges(
  world: Pick<World, "config">,
  ask: Ask,
  access: Access,
  { calendar, cursor, window }: Parameters<CalendarProvider["changes"]>[1],
): AsyncGenerator<ChangesPage> {
  const whole = toWholeDay(window);
  const list = (listing: Listing) =>
    pagesOf("events.list", (pageToken) => listPage(ask, access, calendar, listing, pageToken));
  const changes = (page: EventsPage, covered: Span, isFull: boolean): ChangesPage => ({
    resources: (page.items ?? []).map((event) => resourceOf(world, event, page, covered)),
    isFull,
    cursor: page.nextPageToken === undefined ? cursorOf(page.nextSyncToken, covered) : null,
  });

  const last = cursor === null ? null : tokenFor(cursor, whole);
  if (last !== null) {
    const pages = await changedSingles(list({ syncToken: last.token }));
    if (pages !== null) {
      for (const page of pages) yield changes(page, last.covered, false);
      return;
    }
  }
  const all = list({ timeMin: whole.start.toString(), timeMax: whole.end.toString() });
  for await (const page of all) yield changes(page, whole, true);
}

/** The pages of a run that has no series in it, else null: before anything of it is told, and no further than there. */
async function changedSingles(pages: AsyncIterable<EventsPage>): Promise<EventsPage[] | null> {
  const read: EventsPage[] = [];
  for await (const page of pages) {
    if (page.items?.some(isOfSeries)) return null;
    read.push(page);
  }
  return read;
}

const isOfSeries = ({ recurringEventId, recurrence }: GoogleEvent): boolean =>
  recurringEventId !== undefined || recurrence !== undefined;

const listPage = (
  ask: Ask,
  access: Access,
  calendar: string,
  listing: Listing,
  pageToken: string | undefined,
): Promise<EventsPage> =>
  ask(access, {
    operation: "events.list",
    shape: EventsPage,
    send: ({ events }, options) =>
      events.list(
        {
          calendarId: calendar,
          ...listing,
          ...(pageToken !== undefined && { pageToken }),
          singleEvents: true,
          maxResults: 2500,
          // of guests the calendar's own answer only
          maxAttendees: 1,
          fields: `kind,timeZone,nextPageToken,nextSyncToken,items(${LISTED_FIELDS})`,
        },
        options,
      ),
  });

function resourceOf(
  world: Pick<World, "config">,
  event: GoogleEvent,
  { timeZone: zone = null }: { readonly timeZone?: string | null },
  covered: Span,
): ChangedResource {
  const isGone = isCancelled(event);
  const isOwn = isOurs(world, event);
  return {
    externalId: event.id,
    etag: event.etag ?? null,
    busy: isOwn ? [] : busyOf(event, zone, covered),
    isGone,
    during: isGone || isOfSeries(event) ? null : duringOf(event, zone),
    isOurs: isOwn,
  };
}

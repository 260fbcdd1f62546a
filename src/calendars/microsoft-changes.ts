// What changes in a calendar, by delta queries over a window that never moves
// (https://learn.microsoft.com/graph/delta-query-events). Of series they tell less than the page says, as many have
// found: occurrences come with their times alone, a deleted one is never mentioned, and of a series that changed it is
// not promised that all of it comes. So a run that lists everything takes the rest from the master, and a later one
// asks for the occurrences of whatever series it heard of. And "@removed" is said of all that changes outside the window,
// new events included; so it is looked at, or else each booking beyond the window would seem deleted.
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import { type Graph, isOfGraph, NEXT_LINK, pagesOf } from "./microsoft-client.ts";
import { GraphEvent, goneOf, resourceOf, SELECTED, seriesOf } from "./microsoft-event.ts";
import { isKind } from "./microsoft-failure.ts";
import { isOurs } from "./microsoft-own.ts";
import { eventPath, pathOf } from "./microsoft-path.ts";
import type { Access, ChangedResource, ChangesPage, Span } from "./provider.ts";
import { covers, toWholeDay } from "./window.ts";

/** Events come whole, texts and all; so many keep a page far below its bound. */
const EVENTS_PER_PAGE = 50;
// HTML is many times as long, and nobody reads it.
const PREFER = [`odata.maxpagesize=${EVENTS_PER_PAGE}`, 'outlook.body-content-type="text"'];

const Page = Type.Object({
  value: Type.Array(GraphEvent),
  ...NEXT_LINK,
  "@odata.deltaLink": Type.Optional(Type.String()),
});

/** The link is bound to its window, in which series are asked for, too. */
const Cursor = Type.Object({ link: Type.String(), start: Type.String(), end: Type.String() });

interface From {
  readonly calendar: string;
  readonly cursor: string | null;
  readonly window: Span;
}

/**
 * CalendarProvider.changes of Microsoft. A link keeps to the window that it began with; where a wider one is wanted,
 * everything is listed anew.
 */
export async function* changesOf(
  world: Pick<World, "config">,
  graph: Graph,
  access: Access,
  { calendar, cursor, window: asked }: From,
): AsyncGenerator<ChangesPage> {
  const held = cursor === null ? null : opened(world, cursor);
  const known = held && covers(held.window, asked) ? held : null;
  const window = known?.window ?? toWholeDay(asked);
  const run: Run = { graph, access, calendar, window, isFull: known === null };
  const series = new Map<string, Series>();
  const to = known?.link ?? `${pathOf(calendar)}/calendarView/delta?${queryOf(window)}`;
  let link: string | undefined;
  for await (const said of pagesOf(graph, access, Page, { to, prefer: PREFER })) {
    const resources: ChangedResource[] = [];
    for (const event of said.value) {
      const isRemoved = "@removed" in event;
      const now = isRemoved ? await eventOf(graph, access, calendar, event.id) : event;
      if (now === null) resources.push(goneOf(event.id));
      else if (isOfSeries(now)) note(series, now);
      else {
        const resource = resourceOf(now, isOurs(world, now.transactionId));
        resources.push(isRemoved ? { ...resource, busy: [] } : resource);
      }
    }
    link = said["@odata.deltaLink"];
    if (link === undefined && resources.length > 0)
      yield { resources, isFull: run.isFull, cursor: null };
    // Only now is all there that a series has.
    if (link !== undefined) {
      for (const [id, each] of series) resources.push(await whole(run, id, each));
      yield { resources, isFull: run.isFull, cursor: sealed(link, window) };
    }
  }
  if (link === undefined)
    throw new CalendarFailure("temporary", "microsoft: a run of changes without an end");
}

interface Run {
  readonly graph: Graph;
  readonly access: Access;
  readonly calendar: string;
  readonly window: Span;
  readonly isFull: boolean;
}

/** What a run has said of a series. */
interface Series {
  master: GraphEvent | null;
  readonly occurrences: GraphEvent[];
}

const isOfSeries = ({ type, seriesMasterId }: GraphEvent): boolean =>
  type === "seriesMaster" || Boolean(seriesMasterId);

function note(series: Map<string, Series>, event: GraphEvent): void {
  const isMaster = event.type === "seriesMaster";
  const id = isMaster ? event.id : (event.seriesMasterId ?? event.id);
  const known = series.get(id) ?? { master: null, occurrences: [] };
  if (isMaster) known.master = event;
  else known.occurrences.push(event);
  series.set(id, known);
}

async function whole(
  run: Run,
  id: string,
  { master, occurrences }: Series,
): Promise<ChangedResource> {
  const isTold = run.isFull && (master !== null || occurrences.every(isFullyTold));
  if (!isTold) return occurring(run, id, master);
  const filled = occurrences.map((each) =>
    // The master's own times are those of its first occurrence, wherever that is.
    isFullyTold(each) ? each : { ...master, ...each },
  );
  return seriesOf(id, master, filled);
}

const isFullyTold = ({ showAs }: GraphEvent): boolean => typeof showAs === "string";

/** A series by asking for its occurrences in the window. */
async function occurring(
  { graph, access, calendar, window }: Run,
  id: string,
  master: GraphEvent | null,
): Promise<ChangedResource> {
  const occurrences: GraphEvent[] = [];
  const to = `${eventPath(calendar, id)}/instances?${queryOf(window)}&$select=${SELECTED}&$top=100`;
  try {
    for await (const { value } of pagesOf(graph, access, Page, { to })) occurrences.push(...value);
  } catch (error) {
    // It went while we were reading.
    if (isKind(error, "not_found")) return goneOf(id);
    throw error;
  }
  return seriesOf(id, master, occurrences);
}

/** An event of a calendar, or null where there is none. */
export async function eventOf(
  graph: Graph,
  access: Access,
  calendar: string,
  id: string,
): Promise<GraphEvent | null> {
  const to = `${eventPath(calendar, id)}?$select=${SELECTED}`;
  try {
    return await graph(access, GraphEvent, { to });
  } catch (error) {
    if (isKind(error, "not_found")) return null;
    throw error;
  }
}

const queryOf = ({ start, end }: Span): string =>
  `${new URLSearchParams({ startDateTime: `${start}`, endDateTime: `${end}` })}`;

function sealed(link: string, { start, end }: Span): string {
  const cursor: Static<typeof Cursor> = { link, start: `${start}`, end: `${end}` };
  return JSON.stringify(cursor);
}

function opened(world: Pick<World, "config">, text: string): { link: string; window: Span } {
  try {
    const cursor: unknown = JSON.parse(text);
    // Also where MICROSOFT_BASE_URL has become another one.
    if (Value.Check(Cursor, cursor) && isOfGraph(world, cursor.link))
      return {
        link: cursor.link,
        window: {
          start: Temporal.Instant.from(cursor.start),
          end: Temporal.Instant.from(cursor.end),
        },
      };
  } catch {
    // No cursor of ours, then.
  }
  throw new CalendarFailure("cursor_expired", "microsoft: a cursor that cannot be used");
}

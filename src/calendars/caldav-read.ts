// Events by their URLs, in batches, and what they mean.
import { TooLarge } from "../outbound/guarded-fetch.ts";
import { calendarMark } from "../token.ts";
import type { World } from "../world.ts";
import { type Dav, NAMESPACES, textOfProp, urlOf } from "./caldav-dav.ts";
import { readEvents } from "./ics-busy.ts";
import { parseCalendar } from "./ics-parse.ts";
import { clockOf } from "./ics-zone.ts";
import type { ChangedResource, Span } from "./provider.ts";

/** One call of changes(). */
export interface Run {
  readonly world: World;
  readonly dav: Dav;
  readonly calendar: string;
  readonly window: Span;
  /** Of days and times that name no zone. */
  readonly zone: string;
  /** Addresses of the account. */
  readonly own: () => Promise<ReadonlySet<string>>;
}

/**
 * Reads resources by one calendar-multiget (RFC 4791 §7.9), or where the answer gets too long by smaller ones. One that
 * cannot be read takes no time, and is noted in the log.
 */
export async function readResources(run: Run, urls: readonly string[]): Promise<ChangedResource[]> {
  const responses = await fetchAll(run, urls);
  if (responses === null && urls.length > 1) {
    const half = Math.ceil(urls.length / 2);
    return [
      ...(await readResources(run, urls.slice(0, half))),
      ...(await readResources(run, urls.slice(half))),
    ];
  }
  const byUrl = new Map(
    responses?.map((each) => [each.href === undefined ? "" : urlOf(each.href, run.calendar), each]),
  );
  const read: ChangedResource[] = [];
  let lost = 0;
  for (const externalId of urls) {
    const response = byUrl.get(externalId);
    const isGone = responses !== null && (!response || [404, 410].includes(response.status));
    const text = textOfProp(response?.props?.["calendarData"]);
    const etag = textOfProp(response?.props?.["getetag"]);
    const nothing = { externalId, etag, busy: [], isGone, during: null, isOurs: false };
    if (isGone || text === null) {
      if (!isGone) lost++;
      read.push(nothing);
      continue;
    }
    const { lost: parts, ...meaning } = await meaningOf(run, text);
    lost += parts;
    read.push({ ...nothing, ...meaning });
  }
  if (lost > 0) run.world.log.warn({ lost }, "Parts of a CalDAV calendar cannot be read");
  return read;
}

/** Null where the answer is too long. */
async function fetchAll({ dav, calendar }: Run, urls: readonly string[]) {
  try {
    const { responses } = await dav.report(calendar, "1", {
      "c:calendar-multiget": {
        _attributes: NAMESPACES,
        "d:prop": { "d:getetag": {}, "c:calendar-data": {} },
        "d:href": urls.map((url) => new URL(url).pathname),
      },
    });
    return responses;
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

async function meaningOf({ world, window, zone, own }: Run, text: string) {
  const parsed = await parseCalendar(text);
  const asksWho = parsed.events.some(([, properties]) =>
    properties.some(([name]) => name === "attendee"),
  );
  const read = readEvents(parsed.events, {
    clock: clockOf(zone, parsed),
    window,
    own: asksWho ? await own() : new Set<string>(),
    markOf: (uid) => calendarMark(world, uid),
  });
  return { ...read, lost: read.lost + parsed.broken };
}

// What has changed in a calendar: by sync-collection (RFC 6578) where the server has it, else by its ctag, or by the
// etags of what lies in the window.
import { createHash } from "node:crypto";
import { DAY_MS } from "../availability/calendar.ts";
import type { World } from "../world.ts";
import { type Dav, NAMESPACES, textOfProp, urlOf } from "./caldav-dav.ts";
import { addressesOfAccount } from "./caldav-discover.ts";
import { zoneOfProp } from "./caldav-list.ts";
import { type Run, readResources } from "./caldav-read.ts";
import { CalendarFailure } from "./failure.ts";
import type { CalendarProvider, ChangedResource, ChangesPage, Span } from "./provider.ts";

/** Where the next run begins, as JSON. `token` of sync-collection, or `tag`: what it looked like. */
interface Cursor {
  readonly token?: string;
  readonly tag?: string;
  readonly zone: string;
  /** The end of the window, epoch milliseconds. */
  readonly until: number;
}

type From = Parameters<CalendarProvider["changes"]>[1];

const PAGE = 50;
/** Beyond these a calendar is refused rather than read for hours. */
const RESOURCES_MAX = 50_000;
const ROUNDS_MAX = 1000;

/** As CalendarProvider.changes says. */
export async function* changesOf(
  world: World,
  dav: Dav,
  username: string,
  { calendar, cursor, window, timeZone }: From,
): AsyncIterable<ChangesPage> {
  const last = cursor === null ? null : readCursor(cursor, window);
  const own = once(() => addressesOfAccount(dav, calendar, username));
  const run = { world, dav, calendar, window, own };
  if (last?.token !== undefined) {
    const { changed, gone, token } = await changedSince(dav, calendar, last.token);
    const next = { ...last, token };
    yield* pages({ ...run, zone: last.zone }, { changed, gone, isFull: false, next });
    return;
  }
  // Asked before anything is listed: what changes meanwhile is found again by the next run.
  const { token, ctag, zone: ownZone } = await stateOf(dav, calendar);
  const zone = ownZone ?? timeZone ?? "UTC";
  const listed = token === null && ctag === null ? await list(dav, calendar, window) : null;
  const tag = token === null ? (ctag ?? digestOf(listed ?? [])) : null;
  if (last && tag !== null && tag === last.tag && zone === last.zone) {
    yield { resources: [], isFull: false, cursor };
    return;
  }
  const until = window.end.epochMilliseconds;
  yield* pages(
    { ...run, zone },
    {
      changed: listed ?? (await list(dav, calendar, window)),
      gone: [],
      isFull: true,
      next: { ...(token === null ? { tag: tag ?? "" } : { token }), zone, until },
    },
  );
}

interface Listed {
  readonly url: string;
  readonly etag: string | null;
}

async function* pages(
  run: Run,
  what: {
    readonly changed: readonly Listed[];
    readonly gone: readonly string[];
    readonly isFull: boolean;
    readonly next: Cursor;
  },
): AsyncIterable<ChangesPage> {
  const { changed, isFull } = what;
  let waiting: ChangedResource[] = what.gone.map(goneOf);
  for (let at = 0; at < changed.length; at += PAGE) {
    const urls = changed.slice(at, at + PAGE).map(({ url }) => url);
    waiting = [...waiting, ...(await readResources(run, urls))];
    if (at + PAGE >= changed.length) break;
    yield { resources: waiting, isFull, cursor: null };
    waiting = [];
  }
  yield { resources: waiting, isFull, cursor: JSON.stringify(what.next) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

const goneOf = (externalId: string): ChangedResource => ({
  externalId,
  etag: null,
  busy: [],
  isGone: true,
  during: null,
  isOurs: false,
});

/** Throws cursor_expired also where the window has moved on by more than a day: what recurs has to be worked out anew. */
function readCursor(text: string, window: Span): Cursor {
  const cursor = JSON.parse(text) as Cursor;
  if (window.end.epochMilliseconds > cursor.until + DAY_MS)
    throw new CalendarFailure("cursor_expired", "The window has moved on");
  return cursor;
}

async function stateOf(dav: Dav, calendar: string) {
  const { responses } = await dav.propfind(calendar, "0", [
    "d:sync-token",
    "d:supported-report-set",
    "cs:getctag",
    "c:calendar-timezone",
  ]);
  const props: Record<string, unknown> = responses[0]?.props ?? {};
  const reports = JSON.stringify(props["supportedReportSet"] ?? "syncCollection");
  const token = props["syncToken"];
  return {
    // A token is a URI (RFC 6578 §4); what tsdav took for a number is none.
    token: typeof token === "string" && reports.includes("syncCollection") ? token : null,
    ctag: textOfProp(props["getctag"]),
    zone: await zoneOfProp(props["calendarTimezone"]),
  };
}

/** Follows a token to the end; answers that the server cuts short go on where they stopped (RFC 6578 §3.6). */
async function changedSince(dav: Dav, calendar: string, since: string) {
  const changed = new Map<string, Listed>();
  const gone = new Set<string>();
  let token = since;
  for (let round = 0; ; round++) {
    const { responses } = await dav.report(calendar, "0", {
      "sync-collection": {
        _attributes: NAMESPACES,
        "sync-token": token,
        "sync-level": "1",
        prop: { getetag: {} },
      },
    });
    let isCut = false;
    for (const { href, status, props } of responses) {
      if (href === undefined) continue;
      const url = urlOf(href, calendar);
      if (isSame(url, calendar)) isCut ||= status === 507;
      else if (status === 404 || status === 410) {
        changed.delete(url);
        gone.add(url);
      } else if (!url.endsWith("/")) {
        gone.delete(url);
        changed.set(url, { url, etag: textOfProp(props?.["getetag"]) });
      }
    }
    const next = textOfProp(responses[0]?.raw?.multistatus?.syncToken);
    if (next === null) throw new CalendarFailure("temporary", "The server gave no sync token");
    const isStuck = isCut && next === token;
    token = next;
    if (!isCut) return { changed: [...changed.values()], gone: [...gone], token };
    if (isStuck || round === ROUNDS_MAX || changed.size > RESOURCES_MAX)
      throw new CalendarFailure("refused", "The server does not come to an end");
  }
}

/** What lies in a span, by the server's word. Asked for a day more on each side: it may read floating times otherwise. */
async function list(dav: Dav, calendar: string, { start, end }: Span): Promise<Listed[]> {
  const range = {
    start: stamp(start.subtract({ hours: 24 })),
    end: stamp(end.add({ hours: 24 })),
  };
  const events = { _attributes: { name: "VEVENT" }, "c:time-range": { _attributes: range } };
  const { responses } = await dav.report(calendar, "1", {
    "c:calendar-query": {
      _attributes: NAMESPACES,
      "d:prop": { "d:getetag": {} },
      "c:filter": {
        "c:comp-filter": { _attributes: { name: "VCALENDAR" }, "c:comp-filter": events },
      },
    },
  });
  const found = responses.flatMap(({ href, props, status }) =>
    href === undefined
      ? []
      : [{ url: urlOf(href, calendar), etag: textOfProp(props?.["getetag"]), status }],
  );
  if (found.some(({ url, status }) => isSame(url, calendar) && status === 507)) {
    // More than it gives at once (RFC 4791 §7.8): by halves, down to a day.
    const half = Math.floor(start.until(end).total("milliseconds") / 2);
    if (half < DAY_MS)
      throw new CalendarFailure("refused", "The server does not list all that is there");
    const middle = start.add({ milliseconds: half });
    const halves = [
      ...(await list(dav, calendar, { start, end: middle })),
      ...(await list(dav, calendar, { start: middle, end })),
    ];
    return [...new Map(halves.map((each) => [each.url, each])).values()];
  }
  if (found.length > RESOURCES_MAX)
    throw new CalendarFailure("refused", "The calendar holds too much");
  return found.filter(({ url, status }) => !isSame(url, calendar) && status !== 404);
}

const isSame = (url: string, calendar: string): boolean =>
  url.replace(/\/$/, "") === urlOf(calendar, calendar).replace(/\/$/, "");

const stamp = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: "second" }).replace(/[-:]/g, "");

const digestOf = (listed: readonly Listed[]): string =>
  createHash("sha256")
    .update(
      listed
        .map(({ url, etag }) => `${url} ${etag}`)
        .sort()
        .join("\n"),
    )
    .digest("base64url");

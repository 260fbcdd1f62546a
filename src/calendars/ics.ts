// A calendar that somebody publishes at an address (RFC 5545, RFC 7986): read, never written.
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { DAY_MS } from "../availability/calendar.ts";
import { oneLine } from "../messages/line.ts";
import { guardedFetch } from "../outbound/guarded-fetch.ts";
import { hostOf } from "../outbound/target.ts";
import type { World } from "../world.ts";
import { failureOf, failureOfAnswer } from "./caldav-failure.ts";
import { CalendarFailure } from "./failure.ts";
import { readEvents } from "./ics-busy.ts";
import {
  type Component,
  isCalendar,
  type ParsedCalendar,
  parseCalendar,
  textOf,
} from "./ics-parse.ts";
import { clockOf, zoneOfCalendar, zoneOfTzid } from "./ics-zone.ts";
import type {
  Access,
  CalendarProvider,
  ChangedResource,
  ChangesPage,
  RemoteCalendar,
} from "./provider.ts";

const BOUNDS = { timeoutMs: 30_000, maxBytes: 10 * 1024 * 1024 };

/** The one calendar of a feed. Its address is a secret as often as not, and so no id of it. */
const FEED = "feed";

/** Where the next run begins, as JSON. */
interface Cursor {
  readonly etag: string | null;
  readonly modified: string | null;
  /** Of the text, for servers that say neither. */
  readonly digest: string;
  readonly zone: string;
  /** The end of the window, epoch milliseconds. */
  readonly until: number;
}

type From = Parameters<CalendarProvider["changes"]>[1];

export const makeIcs = (world: World): CalendarProvider => ({
  name: "ics",
  listCalendars: (access) => listFeed(world, access),
  changes: (access, from) => changesOf(world, access, from),
  write: async () => {
    throw readOnly();
  },
  read: async () => null,
  remove: async () => {
    throw readOnly();
  },
  watch: async () => null,
  unwatch: async () => {},
});

const readOnly = () => new CalendarFailure("forbidden", "A feed can only be read");

async function listFeed(world: World, access: Access): Promise<readonly RemoteCalendar[]> {
  const url = urlIn(access);
  const answer = await get(world, url, {});
  const calendar = await parsed(answer.text);
  const name = textOf(calendar.head, "x-wr-calname") ?? textOf(calendar.head, "name");
  return [
    {
      externalId: FEED,
      name: oneLine(name ?? "", 250) || hostOf(new URL(url)),
      timeZone: zoneOf(calendar),
      isPrimary: true,
      canWrite: false,
      conferences: [],
    },
  ];
}

async function* changesOf(
  world: World,
  access: Access,
  { cursor, window, timeZone }: From,
): AsyncIterable<ChangesPage> {
  const until = window.end.epochMilliseconds;
  // What recurs has to be worked out anew where the window has moved on by more than a day.
  const kept = cursor === null ? null : (JSON.parse(cursor) as Cursor);
  const last =
    kept && until <= kept.until + DAY_MS && (timeZone ?? kept.zone) === kept.zone ? kept : null;
  const answer = await get(world, urlIn(access), {
    ...(last?.etag && { "if-none-match": last.etag }),
    ...(last?.modified && { "if-modified-since": last.modified }),
  });
  const digest = createHash("sha256").update(answer.text).digest("base64url");
  if (last && (answer.isUnchanged || digest === last.digest)) {
    yield { resources: [], isFull: false, cursor };
    return;
  }
  const calendar = await parsed(answer.text);
  const resources = await readFeed(world, calendar, window, zoneOf(calendar) ?? timeZone ?? "UTC");
  const { etag, modified } = answer;
  const next: Cursor = { etag, modified, digest, zone: timeZone ?? "UTC", until };
  yield { resources, isFull: true, cursor: JSON.stringify(next) };
}

/** A resource for each UID; events without one are known by what they say. */
async function readFeed(
  world: World,
  calendar: ParsedCalendar,
  window: From["window"],
  zone: string,
): Promise<ChangedResource[]> {
  const clock = clockOf(zone, calendar);
  const resources: ChangedResource[] = [];
  let lost = calendar.broken;
  for (const [externalId, events] of Map.groupBy(calendar.events, idOf)) {
    // A series takes a few milliseconds.
    if (resources.length % 20 === 19) await setImmediate();
    const reading = { clock, window, own: new Set<string>(), markOf: () => "" };
    const { lost: parts, ...read } = readEvents(events, reading);
    lost += parts;
    // A feed is somebody's word: nothing in it is ours.
    resources.push({ ...read, isOurs: false, externalId, etag: null });
  }
  if (lost > 0) world.log.warn({ lost }, "Parts of a calendar feed cannot be read");
  return resources;
}

function idOf(event: Component): string {
  const uid = textOf(event, "uid");
  if (uid !== null && uid.length <= 500) return uid;
  return createHash("sha256")
    .update(JSON.stringify(uid ?? event))
    .digest("hex");
}

const zoneOf = ({ head, zones }: ParsedCalendar): string | null =>
  zoneOfTzid(textOf(head, "x-wr-timezone") ?? "") ??
  // One zone alone is what a calendar is in.
  (zones.length === 1 ? zoneOfCalendar(zones) : null);

/** What cannot be a calendar is refused; one that breaks off is not taken for a shorter one. */
async function parsed(text: string): Promise<ParsedCalendar> {
  if (/^\uFEFF?\s*<(!doctype|html)/i.test(text))
    throw new CalendarFailure("refused", "The address leads to a web page, not to a calendar");
  if (!isCalendar(text))
    throw new CalendarFailure("refused", "The address does not lead to a calendar");
  const calendar = await parseCalendar(text);
  if (!calendar.isWhole) throw new CalendarFailure("temporary", "The calendar breaks off");
  return calendar;
}

interface Answer {
  readonly isUnchanged: boolean;
  readonly text: string;
  readonly etag: string | null;
  readonly modified: string | null;
}

async function get(world: World, url: string, headers: Record<string, string>): Promise<Answer> {
  let answer: Response;
  try {
    const accept = { accept: "text/calendar, */*;q=0.5", "user-agent": "Kalends" };
    answer = await guardedFetch(world, BOUNDS)(url, { headers: { ...accept, ...headers } });
  } catch (error) {
    throw failureOf(error);
  }
  if (answer.status !== 304 && !answer.ok) throw failureOfFeed(answer);
  return {
    isUnchanged: answer.status === 304,
    text: await answer.text(),
    etag: answer.headers.get("etag"),
    modified: answer.headers.get("last-modified"),
  };
}

/** A feed has no password that could be given anew. */
function failureOfFeed(answer: Response): CalendarFailure {
  const failure = failureOfAnswer(answer);
  return failure.kind === "needs_reauth"
    ? new CalendarFailure("forbidden", failure.message)
    : failure;
}

/** `webcal:` is how browsers are told to subscribe; what it means is https. */
function urlIn(access: Access): string {
  if (access.kind !== "url") throw new CalendarFailure("refused", "A feed is a URL alone");
  return access.url
    .trim()
    .replace(/^webcals?:\/\//i, "https://")
    .replace(/#.*$/s, "");
}

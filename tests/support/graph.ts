// A stand-in for Microsoft Graph: calendars, delta queries, writes and subscriptions as documented, and as people have
// found them to be where the documents are silent. Tests set its state and have it fail.
import { findZone, wallAt } from "../../src/availability/zone.ts";
import windowsZones from "../../src/calendars/windows-zones.json" with { type: "json" };
import { MAX_AT_ONCE, type Mood, moodAnswer, refusal } from "./graph-moods.ts";
import { listen } from "./graph-server.ts";
import { makeSubscriptions, type Subscriptions } from "./graph-subscriptions.ts";

export interface StoredEvent {
  readonly n: number;
  calendar: string;
  /** Where it was before. */
  readonly left: Set<string>;
  etag: number;
  subject: string;
  start: string;
  end: string;
  /** Windows' name of the zone that it was made in. */
  zone: string;
  isAllDay: boolean;
  showAs: string;
  response: string;
  isCancelled: boolean;
  isDeleted: boolean;
  location: string;
  body: string;
  transactionId: string | null;
  /** What it was made with, to tell a repeat. */
  madeWith: string;
  properties: { id: string; value: string }[];
  joinUrl: string | null;
  isOnline: boolean;
  /** Of a series. */
  occurrences: Occurrence[] | null;
}

interface Occurrence {
  readonly n: number;
  start: string;
  end: string;
  isDeleted: boolean;
  /** What an exception shows otherwise. */
  own: { showAs?: string; subject?: string; isCancelled?: boolean } | null;
}

export interface StoredCalendar {
  readonly id: string;
  /** Whose mailbox it is in. */
  readonly owner: string;
  name: string;
  canEdit: boolean;
  isDefaultCalendar: boolean;
  allowedOnlineMeetingProviders: string[];
}

export interface Heard {
  readonly method: string;
  /** Path and query, as they came. */
  readonly path: string;
  readonly token: string;
  readonly prefer: string;
  readonly ifMatch: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client sends
  readonly body: any;
}

type NewEvent = Partial<
  Pick<
    StoredEvent,
    "subject" | "zone" | "isAllDay" | "showAs" | "response" | "isCancelled" | "body"
  >
> & { start: string; end: string };

export interface GraphStandIn extends AsyncDisposable, Subscriptions {
  readonly url: string;
  readonly env: Record<string, string>;
  /** Every request, in order. */
  readonly heard: Heard[];
  /** How each of the next requests ends, before all is well again. */
  readonly next: Mood[];
  /** Tokens that are let in, with whose mailbox they lead to. */
  readonly tokens: Map<string, string>;
  readonly calendars: StoredCalendar[];
  readonly events: StoredEvent[];
  /** Whoever was invited by an event; ought to be nobody. */
  readonly invited: unknown[];
  readonly settings: {
    /** Whether a transactionId stays taken when its event was deleted. */
    remembersDeleted: boolean;
    /** Whether a delta names all occurrences of a series that changed, or the changed ones alone. */
    namesWholeSeries: boolean;
    /** Whether the link of a Teams meeting is there at once. */
    teamsIsSlow: boolean;
    /** Whether it gives times in the zone that was asked for, or in the event's own. */
    givesWantedZone: boolean;
    /** Where links lead, if not to itself. */
    linksTo: string | null;
    /** What answers wait for. */
    held: Promise<void> | null;
  };
  addCalendar(calendar?: Partial<StoredCalendar>): string;
  addEvent(calendar: string, event: NewEvent): string;
  /** A series whose occurrences begin at these instants. */
  addSeries(calendar: string, series: NewEvent & { starts: readonly string[] }): string;
  change(id: string, change: Partial<StoredEvent>): void;
  changeOccurrence(id: string, index: number, change: Partial<Omit<Occurrence, "n">>): void;
  remove(id: string): void;
  /** Puts an event into another folder: its mutable id changes. */
  move(id: string, calendar: string): void;
  /** Forgets all cursors. */
  expireCursors(): void;
  find(id: string): StoredEvent | undefined;
  /** As many requests as there ever were at once to a mailbox. */
  mostAtOnce(owner?: string): number;
}

interface Run {
  readonly calendar: string;
  readonly from: string;
  readonly to: string;
  readonly since: number;
  /** What the run lists, once it has begun, and up to when. */
  readonly list: {
    readonly items: readonly unknown[];
    readonly offset: number;
    readonly upTo: number;
  } | null;
}

const ZONES = windowsZones as Record<string, string>;
const BLOB =
  '<div style="width:100%"><span>________________________________________________________________________________</span></div><div class="me-email-text"><a href="JOIN">Join the meeting now</a></div>';

/** Runs on a free port. `deliver` carries pushes, by fetch unless said. */
export async function startGraph(
  options: {
    now?: () => Temporal.Instant;
    deliver?: (url: string, init: RequestInit) => Promise<Response>;
  } = {},
): Promise<GraphStandIn> {
  const { now = () => Temporal.Now.instant(), deliver = fetch } = options;
  const heard: Heard[] = [];
  const next: Mood[] = [];
  const tokens = new Map([["token-1", "ada"]]);
  const calendars: StoredCalendar[] = [];
  const events: StoredEvent[] = [];
  const invited: unknown[] = [];
  const runs = new Map<string, Run>();
  const log: { seq: number; n: number; occurrence: number | null }[] = [];
  const settings = {
    remembersDeleted: false,
    namesWholeSeries: true,
    teamsIsSlow: false,
    givesWantedZone: true,
    linksTo: null as string | null,
    held: null as Promise<void> | null,
  };
  let numbers = 0;
  const number = () => {
    numbers += 1;
    return numbers;
  };
  const atOnce = new Map<string, number>();
  const mostAtOnce = new Map<string, number>();

  const subscriptions = makeSubscriptions({
    now,
    deliver,
    knows: (id) => calendars.some((each) => each.id === id),
  });
  const immutable = (n: number) => `AAkALg-${n}=`;
  const idOf = (event: { n: number; calendar?: string }, prefer: string) =>
    /IdType="ImmutableId"/.test(prefer)
      ? immutable(event.n)
      : `AAMk-${event.calendar ?? "occurrence"}-${event.n}=`;
  const find = (id: string) => {
    const n = Number(/-(\d+)=$/.exec(id)?.[1]);
    const event = events.find((each) => each.n === n && !each.isDeleted);
    return event && [immutable(n), `AAMk-${event.calendar}-${n}=`].includes(id) ? event : undefined;
  };
  const touched = (event: StoredEvent, what: string, occurrence: number | null = null) => {
    event.etag += 1;
    log.push({ seq: number(), n: event.n, occurrence });
    subscriptions.changed(event.calendar, immutable(event.n), what);
  };
  const known = (id: string) => {
    const event = find(id);
    if (!event) throw new Error(`no event ${id}`);
    return event;
  };

  function store(calendar: string, event: NewEvent, more: Partial<StoredEvent> = {}): StoredEvent {
    const stored: StoredEvent = {
      n: number(),
      calendar,
      left: new Set(),
      etag: 0,
      subject: event.subject ?? "Dentist",
      start: event.start,
      end: event.end,
      zone: event.zone ?? "UTC",
      isAllDay: event.isAllDay ?? false,
      showAs: event.showAs ?? "busy",
      response: event.response ?? "organizer",
      isCancelled: event.isCancelled ?? false,
      isDeleted: false,
      location: "",
      body: event.body ?? "",
      transactionId: null,
      madeWith: "",
      properties: [],
      joinUrl: null,
      isOnline: false,
      occurrences: null,
      ...more,
    };
    events.push(stored);
    touched(stored, "created");
    return stored;
  }

  // Whole days come as dates, whatever zone was asked for.
  function moment(event: StoredEvent, text: string, prefer: string) {
    if (event.isAllDay) return { dateTime: `${text}T00:00:00.0000000`, timeZone: "UTC" };
    const wanted = /outlook\.timezone="([^"]+)"/.exec(prefer)?.[1];
    const zone = (settings.givesWantedZone ? wanted : undefined) ?? event.zone;
    const instant = Temporal.Instant.from(text);
    const { date, time } = wallAt(
      ZONES[zone] ?? findZone(zone) ?? "Etc/UTC",
      instant.epochMilliseconds,
    );
    return {
      dateTime: `${date}T${time}${instant.toString({ fractionalSecondDigits: 7 }).slice(16, -1)}`,
      timeZone: zone,
    };
  }

  const shown = (event: StoredEvent, prefer: string, isFromDelta = false) => ({
    ...(isFromDelta && { "@odata.type": "#microsoft.graph.event" }),
    "@odata.etag": `W/"${event.n}.${event.etag}"`,
    id: idOf(event, prefer),
    transactionId: event.transactionId,
    subject: event.subject,
    type: event.occurrences ? "seriesMaster" : "singleInstance",
    seriesMasterId: null,
    showAs: event.showAs,
    isAllDay: event.isAllDay,
    isCancelled: event.isCancelled,
    responseStatus: { response: event.response, time: "0001-01-01T00:00:00Z" },
    originalStartTimeZone: event.zone,
    originalEndTimeZone: event.zone,
    start: moment(event, event.start, prefer),
    end: moment(event, event.end, prefer),
    location: { displayName: event.location },
    attendees: [],
    isOnlineMeeting: event.isOnline,
    onlineMeeting: event.joinUrl ? { joinUrl: event.joinUrl } : null,
    body: /body-content-type="text"/.test(prefer)
      ? { contentType: "text", content: event.body.replace(/<[^>]*>/g, "") }
      : { contentType: "html", content: `<html><body>${event.body}</body></html>` },
  });

  const occurrenceShown = (
    event: StoredEvent,
    one: Occurrence,
    prefer: string,
    isBare: boolean,
  ) => {
    const times = {
      start: moment(event, one.start, prefer),
      end: moment(event, one.end, prefer),
    };
    const names = {
      id: idOf({ n: one.n }, prefer),
      "@odata.etag": `W/"${one.n}.${event.etag}"`,
      seriesMasterId: idOf(event, prefer),
      type: one.own ? "exception" : "occurrence",
      ...times,
    };
    // Delta tells of a plain occurrence no more than when it is.
    return isBare && !one.own ? names : { ...shown(event, prefer), ...one.own, ...names };
  };

  const isIn = (start: string, end: string, from: string, to: string) => {
    const [s, e, f, t] = [start, end, from, to].map(
      (each) =>
        Temporal.Instant.from(/T/.test(each) ? each : `${each}T00:00:00Z`).epochMilliseconds,
    ) as [number, number, number, number];
    return s < t && e > f;
  };

  function itemsOf(run: Run, prefer: string): unknown[] {
    const changed = new Set(log.filter(({ seq }) => seq > run.since).map(({ n }) => n));
    return events.flatMap((event): unknown[] => {
      const isInitial = run.since === 0;
      const gone = { id: idOf(event, prefer), "@removed": { reason: "deleted" } };
      const isHere = event.calendar === run.calendar && !event.isDeleted;
      if (event.calendar !== run.calendar && !event.left.has(run.calendar)) return [];
      if (!isInitial && !changed.has(event.n)) return [];
      if (!isHere) return isInitial ? [] : [gone];
      const all = event.occurrences;
      if (!all) {
        const isSeen = isIn(event.start, event.end, run.from, run.to);
        return isSeen ? [shown(event, prefer, true)] : isInitial ? [] : [gone];
      }
      const touchedOnes = new Set(
        log
          .filter((each) => each.seq > run.since && each.n === event.n)
          .map((each) => each.occurrence),
      );
      const isAll = isInitial || settings.namesWholeSeries || touchedOnes.has(null);
      const seen = all.filter(
        (one, i) =>
          !one.isDeleted &&
          isIn(one.start, one.end, run.from, run.to) &&
          (isAll || touchedOnes.has(i)),
      );
      const isInWindow = all.some(
        (one) => !one.isDeleted && isIn(one.start, one.end, run.from, run.to),
      );
      if (!isInWindow) return isInitial ? [] : [gone];
      return [
        shown(event, prefer, true),
        ...seen.map((one) => occurrenceShown(event, one, prefer, true)),
      ];
    });
  }

  function delta(run: Run, prefer: string): Response {
    const size = Number(/odata\.maxpagesize=(\d+)/.exec(prefer)?.[1] ?? 10);
    const list = run.list ?? { items: itemsOf(run, prefer), offset: 0, upTo: numbers };
    const { items, offset, upTo } = list;
    const end = offset + size;
    const isLast = end >= items.length;
    const token = crypto.randomUUID();
    runs.set(
      token,
      isLast
        ? { ...run, list: null, since: Math.max(upTo, 1) }
        : { ...run, list: { items, upTo, offset: end } },
    );
    const link = `${settings.linksTo ?? standIn.url}/v1.0/me/calendars/${encodeURIComponent(run.calendar)}/calendarView/delta?$${isLast ? "deltatoken" : "skiptoken"}=${token}&b=2&a=1`;
    return Response.json({
      "@odata.context": "x",
      [isLast ? "@odata.deltaLink" : "@odata.nextLink"]: link,
      value: items.slice(offset, end),
    });
  }

  function paged(url: URL, all: unknown[]): Response {
    const top = Number(url.searchParams.get("$top") ?? 10);
    const skip = Number(url.searchParams.get("$skip") ?? 0);
    const rest = new URL(url);
    rest.searchParams.set("$skip", `${skip + top}`);
    return Response.json({
      ...(skip + top < all.length && {
        "@odata.nextLink": `${standIn.url}${rest.pathname}${rest.search}`,
      }),
      value: all.slice(skip, skip + top),
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a body of JSON
  function apply(event: StoredEvent, body: any): void {
    const instant = ({ dateTime, timeZone }: { dateTime: string; timeZone: string }) => {
      if (timeZone !== "UTC") throw new Error("the stand-in takes UTC alone");
      return Temporal.Instant.from(`${dateTime}Z`).toString();
    };
    if (body.subject !== undefined) event.subject = body.subject;
    if (body.start) event.start = instant(body.start);
    if (body.end) event.end = instant(body.end);
    if (body.showAs) event.showAs = body.showAs;
    if (body.location) event.location = body.location.displayName;
    if (body.attendees?.length > 0) invited.push(...body.attendees);
    for (const property of body.singleValueExtendedProperties ?? [])
      event.properties = [...event.properties.filter(({ id }) => id !== property.id), property];
    if (body.body) {
      event.body = body.body.content;
      // Whoever overwrites the text of a meeting ends it.
      if (event.isOnline && !event.body.includes("me-email-text")) {
        event.isOnline = false;
        event.joinUrl = null;
      }
    }
    const allowed = calendars.find(
      ({ id }) => id === event.calendar,
    )?.allowedOnlineMeetingProviders;
    if (body.isOnlineMeeting && !event.isOnline && allowed?.includes(body.onlineMeetingProvider)) {
      const url = `https://teams.microsoft.com/l/meetup-join/${event.n}`;
      event.isOnline = true;
      event.joinUrl = settings.teamsIsSlow ? null : url;
      event.body += BLOB.replace("JOIN", url);
    }
  }

  function create(calendar: StoredCalendar, heard: Heard): Response {
    if (!calendar.canEdit) return refusal(403, "ErrorAccessDenied");
    const madeWith = JSON.stringify(heard.body);
    const twin = events.find(
      (each) =>
        each.transactionId !== null &&
        each.transactionId === heard.body.transactionId &&
        (!each.isDeleted || settings.remembersDeleted),
    );
    if (twin && !twin.isDeleted && twin.madeWith === madeWith)
      return Response.json(shown(twin, heard.prefer), { status: 201 });
    if (twin) return refusal(409, "ErrorDuplicateTransactionId");
    const event = store(
      calendar.id,
      { start: "", end: "" },
      { transactionId: heard.body.transactionId ?? null, madeWith },
    );
    apply(event, heard.body);
    return Response.json(shown(event, heard.prefer), { status: 201 });
  }

  function onEvent(heard: Heard, url: URL, calendar: StoredCalendar, id: string, rest: string) {
    const event = find(id);
    if (!event) return refusal(404, "ErrorItemNotFound");
    if (rest === "instances") {
      const from = url.searchParams.get("startDateTime") ?? "";
      const to = url.searchParams.get("endDateTime") ?? "";
      const seen = (event.occurrences ?? []).filter(
        (one) => !one.isDeleted && isIn(one.start, one.end, from, to),
      );
      return paged(
        url,
        seen.map((one) => occurrenceShown(event, one, heard.prefer, false)),
      );
    }
    if (heard.method === "GET") {
      const expanded = url.searchParams.get("$expand");
      const wanted = /id eq '([^']+)'/.exec(expanded ?? "")?.[1];
      const properties = event.properties.filter((each) => each.id === wanted);
      return Response.json({
        ...shown(event, heard.prefer),
        ...(properties.length > 0 && { singleValueExtendedProperties: properties }),
      });
    }
    if (!calendar.canEdit) return refusal(403, "ErrorAccessDenied");
    if (heard.ifMatch && heard.ifMatch !== `W/"${event.n}.${event.etag}"`)
      return refusal(412, "ErrorIrresolvableConflict");
    if (heard.method === "DELETE") {
      event.isDeleted = true;
      touched(event, "deleted");
      return new Response(null, { status: 204 });
    }
    apply(event, heard.body);
    touched(event, "updated");
    return Response.json(shown(event, heard.prefer));
  }

  function answer(heard: Heard, url: URL): Response | Promise<Response> {
    const owner = tokens.get(heard.token);
    if (owner === undefined) return refusal(401, "InvalidAuthenticationToken");
    const mine = calendars.filter((each) => each.owner === owner);
    const path = url.pathname.replace(/^\/v1\.0/, "");
    if (path === "/me")
      return Response.json({
        id: `user-${owner}`,
        displayName: owner,
        mail: `${owner}@example.com`,
        userPrincipalName: `${owner}@example.com`,
      });
    if (path === "/me/calendars") return paged(url, mine);
    if (/^\/subscriptions(\/|$)/.test(path))
      return subscriptions.answer(heard.method, path, heard.body);
    const [, calendarId = "", what, id = "", rest = ""] =
      /^\/me\/calendars\/([^/]+)\/(calendarView|events)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ??
      [];
    const calendar = mine.find((each) => each.id === decodeURIComponent(calendarId));
    if (!calendar) return refusal(404, "ErrorItemNotFound");
    if (what === "events" && id !== "")
      return onEvent(heard, url, calendar, decodeURIComponent(id), rest);
    if (what === "events" && heard.method === "POST") return create(calendar, heard);
    if (what === "events") {
      const [, property, value] =
        /any\(ep: ep\/id eq '([^']+)' and ep\/value eq '([^']+)'\)/.exec(
          url.searchParams.get("$filter") ?? "",
        ) ?? [];
      const found = events.filter(
        (each) =>
          each.calendar === calendar.id &&
          !each.isDeleted &&
          each.properties.some((one) => one.id === property && one.value === value),
      );
      return paged(
        url,
        found.map((each) => shown(each, heard.prefer)),
      );
    }
    if (id !== "delta") return refusal(404, "ResourceNotFound");
    for (const refused of ["$select", "$expand", "$filter", "$orderby", "$search"])
      if (url.searchParams.has(refused)) return refusal(400, "ErrorInvalidUrlQuery");
    const token = url.searchParams.get("$deltatoken") ?? url.searchParams.get("$skiptoken");
    if (token !== null) {
      // Links are to be followed as they were given.
      if (!heard.path.endsWith("&b=2&a=1")) return refusal(400, "ErrorInvalidUrlQuery");
      const run = runs.get(token);
      return run ? delta(run, heard.prefer) : refusal(410, "SyncStateNotFound");
    }
    const [from, to] = ["startDateTime", "endDateTime"].map((name) => url.searchParams.get(name));
    if (!from || !to) return refusal(400, "ErrorInvalidParameter");
    return delta({ calendar: calendar.id, from, to, since: 0, list: null }, heard.prefer);
  }

  const server = await listen(async ({ method, path, headers, text }) => {
    const one: Heard = {
      method,
      path,
      token: (headers["authorization"] ?? "").replace(/^Bearer /, ""),
      prefer: `${headers["prefer"] ?? ""}`,
      ifMatch: headers["if-match"] ?? null,
      body: text === "" ? null : JSON.parse(text),
    };
    heard.push(one);
    // Throttled is a mailbox, not a token.
    const mailbox = tokens.get(one.token) ?? "";
    const pending = (atOnce.get(mailbox) ?? 0) + 1;
    atOnce.set(mailbox, pending);
    mostAtOnce.set(mailbox, Math.max(mostAtOnce.get(mailbox) ?? 0, pending));
    try {
      if (pending > MAX_AT_ONCE)
        return refusal(429, "ApplicationThrottled", { "retry-after": "1" });
      await settings.held;
      const reply = () => answer(one, new URL(path, server.url));
      return await moodAnswer(next.shift() ?? "well", reply);
    } finally {
      atOnce.set(mailbox, (atOnce.get(mailbox) ?? 1) - 1);
    }
  });

  const standIn: GraphStandIn = {
    url: server.url,
    env: { MICROSOFT_BASE_URL: server.url },
    heard,
    next,
    tokens,
    calendars,
    events,
    invited,
    settings,
    ...subscriptions,
    find,
    addCalendar(calendar = {}) {
      // Real ones rarely need escaping; that none can do without it shows that all are escaped.
      const id = calendar.id ?? `AAMk/cal+${number()}=`;
      calendars.push({
        owner: "ada",
        name: "Calendar",
        canEdit: true,
        isDefaultCalendar: !calendars.some(({ owner }) => owner === (calendar.owner ?? "ada")),
        allowedOnlineMeetingProviders: ["teamsForBusiness"],
        ...calendar,
        id,
      });
      return id;
    },
    addEvent: (calendar, event) => immutable(store(calendar, event).n),
    addSeries(calendar, { starts, ...event }) {
      const length = Temporal.Instant.from(event.start).until(Temporal.Instant.from(event.end));
      const occurrences = starts.map((start) => ({
        n: number(),
        start,
        end: Temporal.Instant.from(start).add(length).toString(),
        isDeleted: false,
        own: null,
      }));
      return immutable(store(calendar, event, { occurrences }).n);
    },
    change(id, change) {
      const event = known(id);
      Object.assign(event, change);
      touched(event, "updated");
    },
    changeOccurrence(id, index, change) {
      const event = known(id);
      const one = event.occurrences?.[index];
      if (!one) throw new Error("no such occurrence");
      Object.assign(one, { ...(!change.isDeleted && { own: {} }), ...change });
      touched(event, "updated", index);
    },
    remove(id) {
      const event = known(id);
      event.isDeleted = true;
      touched(event, "deleted");
    },
    move(id, calendar) {
      const event = known(id);
      event.left.add(event.calendar);
      event.calendar = calendar;
      touched(event, "updated");
    },
    mostAtOnce: (owner = "ada") => mostAtOnce.get(owner) ?? 0,
    expireCursors: () => runs.clear(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return standIn;
}

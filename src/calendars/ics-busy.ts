// What the events of one resource mean for free time.
import { oneLine } from "../messages/line.ts";
import { occurrencesOf, spanOf } from "./ics-occurrences.ts";
import { type Component, parameterOf, propertiesOf, propertyOf, textOf } from "./ics-parse.ts";
import type { Clock } from "./ics-time.ts";
import type { BusySpan, ChangedResource, Span } from "./provider.ts";

export interface Reading {
  readonly clock: Clock;
  readonly window: Span;
  /** Addresses of the account, in lower case: what they declined takes no time. */
  readonly own: ReadonlySet<string>;
  /** The mark that an event of ours with this UID carries (calendarMark). */
  readonly markOf: (uid: string) => string;
}

export type Read = Pick<ChangedResource, "busy" | "isGone" | "during" | "isOurs"> & {
  /** How many rules and surpluses of times were left aside. */
  readonly lost: number;
};

/** What an event of ours carries: the id of its booking, and what proves it. */
export const OUR_BOOKING = "x-kalends-booking";
export const OUR_MARK = "x-kalends-mark";

/** What events of one UID take of the window. */
export function readEvents(events: readonly Component[], reading: Reading): Read {
  const { clock, window, own, markOf } = reading;
  const { list, lost } = occurrencesOf(events, clock, {
    from: window.start.epochMilliseconds,
    to: window.end.epochMilliseconds,
  });
  const busy = new Map<string, BusySpan>();
  for (const { start, end, event } of list) {
    const kind = kindOf(event, own);
    const key = `${start} ${end}`;
    const there = busy.get(key);
    if (kind === null || (there && RANK[there.kind] >= RANK[kind])) continue;
    busy.set(key, { ...spanFrom(start, end), kind, title: titleOf(event) });
  }
  const only = events.length === 1 ? events[0]! : null;
  const span = only && !isCancelled(only) && !recurs(only) ? spanOf(only, clock) : null;
  return {
    busy: [...busy.values()],
    isGone: events.length > 0 && events.every(isCancelled),
    during: span && spanFrom(span.start, span.end),
    // A copy that the host makes of one of ours keeps the mark and gets a UID of its own.
    isOurs: events.some((event) => textOf(event, OUR_MARK) === markOf(textOf(event, "uid") ?? "")),
    lost,
  };
}

const RANK = { tentative: 0, out_of_office: 1, busy: 2 };

/** How an event takes its time; null where it takes none. */
function kindOf(event: Component, own: ReadonlySet<string>): BusySpan["kind"] | null {
  const status = upper(event, "status");
  // Outlook says more than TRANSP can.
  const shown = upper(event, "x-microsoft-cdo-busystatus");
  if (status === "CANCELLED" || shown === "FREE" || shown === "WORKINGELSEWHERE") return null;
  if (upper(event, "transp") === "TRANSPARENT") return null;
  const answer = answerOf(event, own);
  if (answer === "DECLINED" || answer === "DELEGATED") return null;
  if (shown === "OOF") return "out_of_office";
  const isOpen = answer === "TENTATIVE" || answer === "NEEDS-ACTION";
  return status === "TENTATIVE" || shown === "TENTATIVE" || isOpen ? "tentative" : "busy";
}

/** What the account's owner has answered, where he was asked. */
function answerOf(event: Component, own: ReadonlySet<string>): string | null {
  const mine = propertiesOf(event, "attendee").find((each) =>
    own.has(`${each[3]}`.replace(/^mailto:/i, "").toLowerCase()),
  );
  return mine ? (parameterOf(mine, "partstat") ?? "NEEDS-ACTION").toUpperCase() : null;
}

const upper = (event: Component, name: string): string | undefined =>
  textOf(event, name)?.trim().toUpperCase();

const isCancelled = (event: Component): boolean => upper(event, "status") === "CANCELLED";

const recurs = (event: Component): boolean =>
  ["x-rrule", "rdate"].some((name) => propertyOf(event, name) !== undefined);

const titleOf = (event: Component): string | null =>
  oneLine(textOf(event, "summary") ?? "", 250) || null;

const spanFrom = (start: number, end: number): Span => ({
  start: Temporal.Instant.fromEpochMilliseconds(start),
  end: Temporal.Instant.fromEpochMilliseconds(end),
});

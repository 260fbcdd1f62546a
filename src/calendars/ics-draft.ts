// Our events as calendars keep them. Not an invitation (messages/ics.ts): it has no method, and no people, whom the
// server would write to. Times are in UTC, so that no client's idea of a zone can move them.
import { inviteUid } from "../messages/ics.ts";
import { oneLine, severalLines } from "../messages/line.ts";
import { calendarMark } from "../token.ts";
import type { World } from "../world.ts";
import { OUR_BOOKING, OUR_MARK } from "./ics-busy.ts";
import { spanOf } from "./ics-occurrences.ts";
import {
  type Component,
  type Property,
  parseWhole,
  propertyOf,
  textOf,
  writeComponent,
} from "./ics-parse.ts";
import type { Clock } from "./ics-time.ts";
import type { EventDraft } from "./provider.ts";

/** What makes an event ours. */
export interface Identity {
  readonly uid: string;
  /** See calendarMark(). */
  readonly mark: string;
}

/** The UID of the event of a key, the same on each try, or the one that it has been given. */
export function identityOf(world: World, { key }: EventDraft, given: string | null): Identity {
  const uid = given ?? inviteUid(key, world.config.PUBLIC_URL);
  return { uid, mark: calendarMark(world, uid) };
}

/** A new event as the draft says. */
export const eventText = (
  draft: EventDraft,
  { uid, mark }: Identity,
  now: Temporal.Instant,
): string =>
  writeComponent([
    "vcalendar",
    [
      ["version", {}, "text", "2.0"],
      ["prodid", {}, "text", "-//Kalends//Kalends//EN"],
    ],
    [["vevent", [["uid", {}, "text", uid], ...propertiesOfDraft(draft, mark, now, 0)], []]],
  ]);

/**
 * The event that is there, made to show what the draft says; the host's alarms and whatever else he or his client has
 * added stay. Null where it cannot be read.
 */
export function changedText(
  text: string,
  draft: EventDraft,
  { mark }: Identity,
  now: Temporal.Instant,
): string | null {
  const calendar = parseWhole(text);
  const event = calendar && eventIn(calendar);
  if (!event) return null;
  const sequence = Number(propertyOf(event, "sequence")?.[3] ?? 0) + 1;
  const kept = event[1].filter(([name]) => !OURS.has(name));
  const changed: Component = [
    event[0],
    [
      ...kept,
      ...propertiesOfDraft(draft, mark, now, Number.isSafeInteger(sequence) ? sequence : 1),
    ],
    event[2],
  ];
  // Without the exceptions of a series that the host has made of it.
  const others = calendar[2].filter(([name]) => name !== "vevent");
  return writeComponent([calendar[0], calendar[1], [...others, changed]]);
}

/** Whether an event shows all that the draft says. */
export function shows(event: Component, draft: EventDraft, clock: Clock): boolean {
  const span = spanOf(event, clock);
  return (
    span?.start === draft.during.start.epochMilliseconds &&
    span.end === draft.during.end.epochMilliseconds &&
    textOf(event, "status")?.toUpperCase() !== "CANCELLED" &&
    ["x-rrule", "rdate"].every((name) => propertyOf(event, name) === undefined) &&
    wordsOf(draft).every(([name, , , value]) => textOf(event, name) === value) &&
    (draft.location !== null || textOf(event, "location") === null)
  );
}

/** What the draft decides, or would be left behind by it: other spellings of title, text and place. */
const OURS = new Set(
  `dtstart dtend duration rrule rdate exdate exrule recurrence-id status summary description location x-alt-desc
   x-apple-structured-location dtstamp last-modified sequence ${OUR_BOOKING} ${OUR_MARK}`.split(
    /\s+/,
  ),
);

const propertiesOfDraft = (
  draft: EventDraft,
  mark: string,
  now: Temporal.Instant,
  sequence: number,
): Property[] => [
  ["dtstamp", {}, "date-time", utc(now)],
  ["last-modified", {}, "date-time", utc(now)],
  ["sequence", {}, "integer", sequence],
  ["status", {}, "text", "CONFIRMED"],
  ["dtstart", {}, "date-time", utc(draft.during.start)],
  ["dtend", {}, "date-time", utc(draft.during.end)],
  ...wordsOf(draft),
  [OUR_MARK, {}, "text", mark],
];

const wordsOf = (draft: EventDraft): Property[] => [
  ["summary", {}, "text", oneLine(draft.summary, 250)],
  ...(draft.description
    ? [["description", {}, "text", severalLines(draft.description)] as const]
    : []),
  ...(draft.location ? [["location", {}, "text", severalLines(draft.location)] as const] : []),
  [OUR_BOOKING, {}, "text", draft.bookingId],
];

const eventIn = ([, , components]: Component): Component | undefined =>
  components.find((each) => each[0] === "vevent" && !propertyOf(each, "recurrence-id"));

const utc = (instant: Temporal.Instant): string => instant.toString({ smallestUnit: "second" });

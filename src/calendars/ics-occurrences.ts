// When the events of one UID are: the event, its rule and extra dates, less what is taken out, with what was changed.
import { DAY_MS } from "../availability/calendar.ts";
import { offsetAt } from "../availability/zone.ts";
import { type Component, parameterOf, propertiesOf, propertyOf } from "./ics-parse.ts";
import { ruleWalls, untilOf } from "./ics-rule.ts";
import {
  type Clock,
  type Duration,
  durationOf,
  instantOf,
  type Moment,
  momentIn,
  momentOf,
} from "./ics-time.ts";

/** One time of an event, in epoch milliseconds; `event` says what holds for it. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly event: Component;
}

export interface Occurrences {
  readonly list: readonly Occurrence[];
  /** What of it could not be worked out: a rule that cannot be read, or more times than are taken. */
  readonly lost: number;
}

const OCCURRENCES_MAX = 5000;

/**
 * The times at which events of one UID overlap [from, to), instants in epoch milliseconds. At most 5000; of a rule that
 * cannot be read only its start is taken.
 */
export function occurrencesOf(
  events: readonly Component[],
  clock: Clock,
  { from, to }: { readonly from: number; readonly to: number },
): Occurrences {
  const all = events.map((event) => timed(event, clock)).filter((each) => each !== null);
  const masters = all.filter(({ event }) => !propertyOf(event, "recurrence-id"));
  const changes = all.flatMap((each) => changeOf(each, clock, masters[0]?.start ?? null));
  const changed = new Set(changes.map(({ of }) => of));
  const ranges = changes.filter(({ isRange }) => isRange).sort((a, b) => b.of - a.of);

  let lost = 0;
  const list: Occurrence[] = changes.map(({ by }) => by.occurrence(by.start.wallMs));
  // What is moved into the window with all that follow may have come from outside it.
  const reach = Math.max(0, ...ranges.map(({ of, by }) => Math.abs(by.at(by.start.wallMs) - of)));
  for (const master of masters) {
    const longest = Math.max(...[master, ...ranges.map(({ by }) => by)].map((each) => each.length));
    const { walls, isLost } = wallsOf(master, clock, from - longest - reach, to + reach);
    if (isLost) lost++;
    for (const wallMs of walls) {
      const at = master.at(wallMs);
      if (changed.has(at)) continue;
      const range = ranges.find(({ of }) => of < at);
      list.push(range ? range.shifted(at, wallMs) : master.occurrence(wallMs));
    }
  }
  const within = list.filter(({ start, end }) => start < end && start < to && end > from);
  if (within.length > OCCURRENCES_MAX) lost++;
  return { list: within.slice(0, OCCURRENCES_MAX), lost };
}

/** The span of an event that does not recur; null where it takes no time or cannot be read. */
export function spanOf(event: Component, clock: Clock): Occurrence | null {
  const one = timed(event, clock);
  const occurrence = one?.occurrence(one.start.wallMs);
  return occurrence && occurrence.start < occurrence.end ? occurrence : null;
}

interface Timed {
  readonly event: Component;
  readonly start: Moment;
  /** The instant at which it starts where its clock shows this. */
  at(wallMs: number): number;
  occurrence(wallMs: number): Occurrence;
  /** Roughly how long it is, never less than it is. */
  readonly length: number;
}

function timed(event: Component, clock: Clock): Timed | null {
  const start = momentIn(propertyOf(event, "dtstart"));
  if (!start) return null;
  const at = (wallMs: number) => instantOf(clock, { ...start, wallMs });
  const endOf = lengthOf(event, clock, start, at);
  const occurrence = (wallMs: number) => ({ start: at(wallMs), end: endOf(wallMs), event });
  const first = occurrence(start.wallMs);
  return { event, start, at, occurrence, length: Math.max(0, first.end - first.start) + DAY_MS };
}

/** Where an occurrence ends that starts at a wall time (RFC 5545, 3.6.1, 3.8.5.3). */
function lengthOf(
  event: Component,
  clock: Clock,
  start: Moment,
  at: (wallMs: number) => number,
): (wallMs: number) => number {
  const end = momentIn(propertyOf(event, "dtend"));
  const nominal =
    ({ days, ms }: Duration) =>
    (wallMs: number) =>
      at(wallMs + days * DAY_MS) + ms;
  if (end && start.kind === "date" && end.kind === "date") {
    // An end on the day itself is what some write for the whole day.
    const days = (end.wallMs - start.wallMs) / DAY_MS;
    return nominal({ days: days === 0 ? 1 : days, ms: 0 });
  }
  if (end) {
    const exact = instantOf(clock, end, start.tzid) - at(start.wallMs);
    return (wallMs) => at(wallMs) + exact;
  }
  const duration = durationOf(propertyOf(event, "duration")?.[3]);
  return nominal(duration ?? { days: start.kind === "date" ? 1 : 0, ms: 0 });
}

interface Change {
  /** The instant of the occurrence that it changes. */
  readonly of: number;
  readonly by: Timed;
  /** Whether it holds for all later ones too. */
  readonly isRange: boolean;
  /** What becomes of a later one, by its instant and by the wall time of the series. */
  shifted(at: number, wallMs: number): Occurrence;
}

function changeOf(by: Timed, clock: Clock, master: Moment | null): Change[] {
  const property = propertyOf(by.event, "recurrence-id");
  const moment = momentIn(property);
  if (!property || !moment) return [];
  const { kind, tzid } = by.start;
  const of = instantOf(clock, moment, master?.tzid ?? null);
  // Later ones keep the distance by the clock of the changed one. Where that is the clock of the series, its wall
  // times are taken as they are: an instant no longer tells a time that was skipped.
  const table = clock(kind === "instant" ? "UTC" : tzid);
  const wallOf = (at: number) => at + offsetAt(table, at);
  const isOurClock = ({ kind: other, tzid: name }: Moment) => other === kind && name === tzid;
  const isShared = master !== null && isOurClock(master);
  const shift = by.start.wallMs - (isOurClock(moment) ? moment.wallMs : wallOf(of));
  const shifted = (at: number, wallMs: number) => {
    const moved = (isShared ? wallMs : wallOf(at)) + shift;
    return by.occurrence(kind === "date" ? Math.round(moved / DAY_MS) * DAY_MS : moved);
  };
  return [{ of, by, isRange: parameterOf(property, "range") === "THISANDFUTURE", shifted }];
}

/** The wall times of a master from `from` to `to` (instants), its own start included. */
function wallsOf(master: Timed, clock: Clock, from: number, to: number) {
  const { event, start, at } = master;
  const first = from - DAY_MS;
  const last = to + DAY_MS;
  const walls = new Set<number>([start.wallMs]);
  const extra: { wallMs: number }[] = [];
  let isLost = false;
  for (const [, , , rule] of propertiesOf(event, "x-rrule")) {
    const isBefore = untilOf(`${rule}`, at);
    try {
      for (const wallMs of ruleWalls(`${rule}`, start.wallMs, first, last))
        if (isBefore(wallMs)) walls.add(wallMs);
    } catch {
      isLost = true;
    }
  }
  for (const property of propertiesOf(event, "rdate"))
    for (const value of property.slice(3)) {
      // Of a period the start is taken, and the event's own length.
      const moment = momentOf(
        Array.isArray(value) ? value[0] : value,
        parameterOf(property, "tzid"),
      );
      if (moment) extra.push({ wallMs: wallOf(moment) });
    }
  for (const { wallMs } of extra) walls.add(wallMs);
  const isOut = outOf(event, clock, start);
  return { walls: [...walls].filter((wallMs) => !isOut(wallMs, at(wallMs))), isLost };

  /** As the master's clock shows it. */
  function wallOf(moment: Moment): number {
    if (moment.kind === start.kind && moment.tzid === start.tzid) return moment.wallMs;
    if (moment.kind !== "instant" && moment.tzid === null) return moment.wallMs;
    const instant = instantOf(clock, moment, start.tzid);
    if (start.kind === "instant") return instant;
    return instant + offsetAt(clock(start.tzid), instant);
  }
}

/** Whether EXDATE takes an occurrence out: that instant, or where it names a date, whatever starts then. */
function outOf(event: Component, clock: Clock, start: Moment) {
  const instants = new Set<number>();
  const days = new Set<number>();
  for (const property of propertiesOf(event, "exdate"))
    for (const value of property.slice(3)) {
      const moment = momentOf(value, parameterOf(property, "tzid"));
      if (moment?.kind === "date") days.add(moment.wallMs / DAY_MS);
      else if (moment) instants.add(instantOf(clock, moment, start.tzid));
    }
  return (wallMs: number, at: number) => instants.has(at) || days.has(Math.floor(wallMs / DAY_MS));
}

import { type Offer, offers } from "../availability/offers.ts";
import { findZone, startOfDay, wallAt } from "../availability/zone.ts";
import type { Statements } from "../db/sql.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { slotsEtag } from "./etag.ts";
import { loadFacts, type TypeFacts } from "./load-facts.ts";
import { fromReads } from "./reads.ts";
import { localWriter, utcWriter } from "./write-times.ts";

const MAX_DAYS = 62;
const DAY_MS = 86_400_000;
// How much longer than so many times 24 hours they can be.
const CHANGE_OF_CLOCKS_MS = 3 * 3_600_000;

export interface SlotsQuery {
  readonly meetingTypeId: string;
  /** A day of the guest's zone, or an instant; today without it. */
  readonly from?: string | undefined;
  /** A day of the guest's zone (that day included), or an instant (excluded); two weeks without it. */
  readonly until?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly durationMinutes?: number | undefined;
  /** A booking to move: its own time is offered too, and its type may be archived. */
  readonly rescheduleOf?: string | undefined;
  /** Of a shared meeting one guest moves his seat, not the host the whole of it. */
  readonly seat?: boolean | undefined;
  /** A hold of whoever asks: its time is offered too. */
  readonly holdId?: string | undefined;
  /** A link that it is booked by. */
  readonly link?: string | undefined;
}

/** What a query is answered from: the facts of its window, in epoch milliseconds, as of now. */
export interface Question extends TypeFacts {
  readonly timeZone: string;
  readonly window: { readonly from: number; readonly until: number; readonly now: number };
  /** Whether the type takes bookings at all, or the one that moves. */
  readonly isOpen: boolean;
}

/** The free starts of a meeting type by the guest's days, and their entity tag. Problems: those of readQuestion. */
export async function findSlots(world: World, query: SlotsQuery) {
  const question = await fromReads(world, query, (from) =>
    readQuestion(world, query, MAX_DAYS, from),
  );
  const { state } = question.type;
  return { etag: slotsEtag(question.window.now, query, state), slots: slotsOf(question) };
}

/** Reads, in one statement, what a query is about. Problems: invalid, link_used_up; not_found, also for an archived type. */
export async function readQuestion(
  world: World,
  query: SlotsQuery,
  maxDays = MAX_DAYS,
  db: Statements = world.db,
): Promise<Question> {
  const timeZone = findZone(query.timeZone ?? "UTC") ?? "UTC";
  const today = wallAt(timeZone, world.now().epochMilliseconds).date;
  const from = edgeOf("from", query.from ?? today, timeZone, 0);
  const until = edgeOf("until", query.until ?? twoWeeksFrom(timeZone, from), timeZone, 1);
  if (until <= from) throw invalid("until", "must be after from");
  if (until - from > maxDays * DAY_MS + CHANGE_OF_CLOCKS_MS)
    throw invalid("until", `must be at most ${maxDays} days after from`);
  const found = await loadFacts(
    world,
    {
      meetingTypeId: query.meetingTypeId,
      from: Temporal.Instant.fromEpochMilliseconds(from),
      until: Temporal.Instant.fromEpochMilliseconds(until),
      durationMinutes: query.durationMinutes,
      insteadOf: query.rescheduleOf,
      isSeat: query.seat,
      holdId: query.holdId,
      linkId: query.link,
    },
    db,
  );
  const isMove = found !== null && found.type.movingMinutes !== null;
  if (!found || (found.type.archivedAt && !isMove))
    throw new Problem("not_found", "There is no such meeting type.");
  const window = { from, until, now: world.now().epochMilliseconds };
  return { ...found, timeZone, window, isOpen: found.type.isActive || isMove };
}

/** The answer as the wire shows it. */
export function slotsOf({ facts, timeZone, window, isOpen }: Question) {
  const isTeam = facts.type.groups.flatMap(({ hosts }) => hosts).length > 1;
  const today = wallAt(timeZone, window.now).date;
  return { timeZone, today, days: byDay(isOpen ? offers(facts, window) : [], timeZone, isTeam) };
}

interface Slot {
  start: string;
  end: string;
  localStart: string;
  seatsLeft?: number;
  hosts?: string[];
}

/** Offers as the wire shows them, with the guest's wall time worked out here: browsers' zone data is old. In UTC where his zone is not known. */
export function slotWriter(timeZone: string) {
  const [utc, local] = [utcWriter(), localWriter(findZone(timeZone) ?? "UTC")];
  return ({ start, end, seatsLeft }: Pick<Offer, "start" | "end" | "seatsLeft">): Slot => {
    const slot: Slot = { start: utc(start), end: utc(end), localStart: local(start) };
    if (seatsLeft !== undefined) slot.seatsLeft = seatsLeft;
    return slot;
  };
}

function byDay(found: readonly Offer[], timeZone: string, isTeam: boolean) {
  const slotOf = slotWriter(timeZone);
  const days: { date: string; slots: Slot[] }[] = [];
  for (const offer of found) {
    const slot = slotOf(offer);
    if (isTeam) slot.hosts = [...offer.hosts];
    const date = slot.localStart.slice(0, "2026-12-01".length);
    if (days.at(-1)?.date !== date) days.push({ date, slots: [] });
    days.at(-1)!.slots.push(slot);
  }
  return days;
}

const twoWeeksFrom = (timeZone: string, ms: number): string =>
  Temporal.PlainDate.from(wallAt(timeZone, ms).date).add({ days: 13 }).toString();

function edgeOf(path: string, text: string, timeZone: string, addDays: number): number {
  try {
    const ms = /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? startOfDay(timeZone, Temporal.PlainDate.from(text).add({ days: addDays }).toString())
      : Temporal.Instant.from(text).epochMilliseconds;
    if (Math.abs(ms - NEAR) < REACH_MS) return ms;
  } catch {}
  throw invalid(
    path,
    "must be a date such as 2026-12-01 or an instant such as 2026-12-01T09:00:00Z, this century",
  );
}

const NEAR = Temporal.Instant.from("2050-01-01T00:00:00Z").epochMilliseconds;
const REACH_MS = 50 * 365 * DAY_MS;

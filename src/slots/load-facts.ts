import type { BusyKind } from "../availability/facts.ts";
import type { Facts } from "../availability/offers.ts";
import type { Statements } from "../db/sql.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findSlotFacts, type SlotFactsRow } from "./queries.ts";

/** What decides about a meeting type's times, and the type's own row. */
export interface TypeFacts {
  readonly type: SlotFactsRow;
  readonly facts: Facts;
}

// The longest meeting with the longest buffers reaches this far beyond its start.
const REACH_HOURS = 3 * 24;

/**
 * Loads what decides about starts from `from` to `until`, in one statement; null where there is no such
 * type or its owner takes no bookings. A booking that moves keeps its duration unless another is wanted.
 * Problems: invalid for a duration that the type does not offer, link_used_up.
 * @param from where it is read: what decides is read where it is written
 */
export async function loadFacts(
  world: World,
  wanted: {
    meetingTypeId: string;
    from: Temporal.Instant;
    until: Temporal.Instant;
    durationMinutes?: number | undefined;
    /** A booking that is to move: its own time does not stand in its way. */
    insteadOf?: string | undefined;
    /** Of a shared meeting only the seat of one of its guests: its time is free only if he is alone in it. */
    isSeat?: boolean | undefined;
    /** A hold that is to be redeemed: nor does its. */
    holdId?: string | undefined;
    /** A link that it is booked by. */
    linkId?: string | undefined;
  },
  from: Statements = world.db,
): Promise<TypeFacts | null> {
  const type = await findSlotFacts(from, {
    meetingTypeId: wanted.meetingTypeId,
    from: wanted.from.subtract({ hours: REACH_HOURS }),
    until: wanted.until.add({ hours: REACH_HOURS }),
    insteadOf: wanted.insteadOf ?? null,
    holdId: wanted.holdId ?? null,
    now: world.now(),
    linkId: wanted.linkId ?? null,
    isSeat: wanted.isSeat ?? false,
  });
  if (!type) return null;
  if (wanted.linkId !== undefined && !type.link?.isOpen) throw new Problem("link_used_up");
  const own = type.link?.durationMinutes ?? null;
  const usual = type.movingMinutes ?? own ?? type.durationMinutes;
  const durationMinutes = wanted.durationMinutes ?? usual;
  const offered = own === null ? [type.durationMinutes, ...type.durationOptions] : [];
  const durations = [...new Set([usual, ...offered])];
  if (!durations.includes(durationMinutes))
    throw invalid("durationMinutes", `must be one of ${durations.join(", ")}`);
  return { type, facts: factsOf(type, durationMinutes) };
}

/** What takes time from a host, as the statement counts it. */
const BUSY_KINDS: readonly BusyKind[] = ["booking", "hold", "calendar", "unreachable_calendar"];

const factsOf = (type: SlotFactsRow, durationMinutes: number): Facts => ({
  type: { ...type, durationMinutes, groups: type.groups ?? [] },
  hosts: type.hosts.map(({ busy, counted, ...host }) => ({
    ...host,
    busy: busy.flatMap(([start = 0, end = 0]) => [start, end]),
    busyBy: busy.map(([, , kind = 0]) => BUSY_KINDS[kind]!),
    counted: takenOf(counted),
  })),
  booked: takenOf(type.booked),
  // A meeting that moves joins no other: it finds their starts taken, whatever seats they have.
  seated:
    type.movingMinutes === null || type.movesSeat
      ? type.seated
      : type.seated.map((meeting) => ({ ...meeting, end: meeting.start, seatsTaken: 0 })),
});

const takenOf = (spans: readonly (readonly number[])[]) =>
  spans.map(([start = 0, end = 0]) => ({ start, end }));

import { MINUTE_MS } from "./calendar.ts";
import type { Facts, HostFacts, TypeRules } from "./facts.ts";
import { possibleStarts } from "./free.ts";
import { everyQuorum, quorum, REACH_BACK_MS } from "./grid.ts";
import { type Spans, subtract } from "./interval.ts";
import { cappedStarts } from "./limits.ts";
import { type Openings, openSpans } from "./week.ts";

/** A host with the open time around the wanted starts. */
export interface Member {
  host: HostFacts;
  openings: Openings;
}

export interface Group {
  members: readonly Member[];
  needed: number;
}

/** What listing and deciding both start from: who could meet, and the openings that the grid runs over. */
export interface Plan {
  groups: readonly Group[];
  grid: Openings;
}

/**
 * The plan for starts from `from` (included) to `until` (excluded), in epoch milliseconds.
 *
 * @throws RangeError for rules that no grid can be made of
 */
export function planFor(facts: Facts, from: number, until: number): Plan {
  assertPositive(facts.type);
  const known = new Map(facts.hosts.map((host) => [host.id, host]));
  const end = until + facts.type.durationMinutes * MINUTE_MS;
  const groups = facts.type.groups.map(({ hosts, required }) => ({
    members: hosts.map((id) => memberOf(known.get(id) ?? absent(id), from - REACH_BACK_MS, end)),
    needed: required === "all" ? hosts.length : required,
  }));
  const quorums = groups.map(({ members, needed }) =>
    quorum(
      members.map(({ openings }) => openings),
      needed,
    ),
  );
  return { groups, grid: everyQuorum(quorums) };
}

/** Routes refuse these long before; a grid of steps of nothing would never end. */
function assertPositive({ durationMinutes, slotIntervalMinutes, groups }: TypeRules): void {
  const needed = groups.map(({ required }) => (required === "all" ? 1 : required));
  for (const value of [durationMinutes, slotIntervalMinutes ?? 1, ...needed]) {
    if (!(value >= 1))
      throw new RangeError(`Cannot plan meetings with ${value}: must be 1 or more`);
  }
}

function memberOf(host: HostFacts, from: number, until: number): Member {
  const schedules = [host.schedule, ...(host.moreSchedules ?? [])];
  const openings = schedules.map((schedule) => openSpans(schedule, from, until, host.away));
  return { host, openings: quorum(openings, 1) };
}

/** A host that nobody knows is a host without hours: a required one means that there are no offers. */
function absent(id: string): HostFacts {
  const schedule = { timeZone: "UTC", hours: [], overrides: [] };
  return { id, schedule, away: [], busy: [], counted: [] };
}

/** When the host is open for a whole meeting, busy or not. */
export function openStarts({ openings }: Member, type: TypeRules): Spans {
  return possibleStarts(openings, [], type.durationMinutes * MINUTE_MS, 0, 0);
}

/** When the host is open and free for a whole meeting and its buffers, with the host's caps kept. */
export function freeStarts({ host, openings }: Member, type: TypeRules): Spans {
  const starts = possibleStarts(
    openings,
    host.busy,
    type.durationMinutes * MINUTE_MS,
    type.bufferBeforeMinutes * MINUTE_MS,
    type.bufferAfterMinutes * MINUTE_MS,
  );
  return subtract(starts, hostCappedStarts(host, type, starts[0] ?? 0, starts.at(-1) ?? 0));
}

/** When the host's own caps are used up, as far as that falls between `from` and `until`. */
export function hostCappedStarts(
  { caps, counted, schedule }: HostFacts,
  type: TypeRules,
  from: number,
  until: number,
): Spans {
  if (!caps || caps.length === 0) return [];
  return cappedStarts(caps, counted, type.durationMinutes, schedule.timeZone, from, until);
}

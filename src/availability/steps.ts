// The inner loop: steps over the grid, looks only at starts that can be, and makes nothing but offers.

import { MINUTE_MS } from "./calendar.ts";
import type { Offer, TypeRules } from "./facts.ts";
import { firstStart } from "./grid.ts";
import { intersect, type Spans } from "./interval.ts";
import { freeStarts, type Group, type Plan } from "./plan.ts";

/** The offers of new meetings that start within `allowed`, in order. */
export function newMeetings(plan: Plan, type: TypeRules, allowed: Spans): Offer[] {
  const groups = plan.groups.map((group) => ({
    ...group,
    starts: group.members.map((member) => freeStarts(member, type)),
  }));
  let candidates = allowed;
  for (const { members, needed, starts } of groups) {
    if (needed < members.length) continue;
    for (const spans of starts) candidates = intersect(candidates, spans);
  }
  const takersAt = takersOf(groups);
  const duration = type.durationMinutes * MINUTE_MS;
  const offers: Offer[] = [];
  forEachStep(plan.grid, type, candidates, (start) => {
    const hosts = takersAt(start);
    if (hosts) offers.push(offerOf(type, start, start + duration, hosts));
  });
  return offers;
}

/** Call `visit` with every start of the grid that lies in `candidates`, in order. */
export function forEachStep(
  grid: Plan["grid"],
  type: TypeRules,
  candidates: Spans,
  visit: (start: number) => void,
): void {
  const step = (type.slotIntervalMinutes ?? type.durationMinutes) * MINUTE_MS;
  let c = 0;
  for (let i = 0; i < grid.length && c < candidates.length; i += 3) {
    const end = grid[i + 1]!;
    while (c < candidates.length && candidates[c + 1]! <= grid[i]!) c += 2;
    if (c === candidates.length || candidates[c]! >= end) continue;
    let start = firstStart(type, grid[i]!);
    // A span may lie in several openings, so the walk over this one leaves `c` where it is.
    for (let k = c; k < candidates.length && candidates[k]! < end; k += 2) {
      // Jump over what cannot be, in whole steps: a busy block does not shift the grid.
      if (start < candidates[k]!) start += Math.ceil((candidates[k]! - start) / step) * step;
      const stop = Math.min(end, candidates[k + 1]!);
      for (; start < stop; start += step) visit(start);
    }
  }
}

/**
 * Who can take a meeting, asked with ever later starts: null when a group is too few. Neighbouring
 * offers mostly have the same hosts and then share one list.
 */
function takersOf(
  groups: readonly (Group & { starts: readonly Spans[] })[],
): (start: number) => readonly string[] | null {
  const ids = groups.flatMap(({ members }) => members.map(({ host }) => host.id));
  if (groups.every(({ members, needed }) => needed >= members.length)) return () => ids;
  const starts = groups.flatMap((group) => group.starts);
  const cursors = new Int32Array(ids.length);
  const isFree = new Uint8Array(ids.length);
  let takers: readonly string[] = [];
  let stale = true;
  return (start) => {
    let i = 0;
    for (const { members, needed } of groups) {
      let free = 0;
      for (const end = i + members.length; i < end; i++) {
        const spans = starts[i]!;
        let cursor = cursors[i]!;
        while (cursor < spans.length && spans[cursor + 1]! <= start) cursor += 2;
        cursors[i] = cursor;
        const now = cursor < spans.length && spans[cursor]! <= start ? 1 : 0;
        if (now !== isFree[i]) {
          isFree[i] = now;
          stale = true;
        }
        free += now;
      }
      if (free < needed) return null;
    }
    if (stale) takers = ids.filter((_, k) => isFree[k] === 1);
    stale = false;
    return takers;
  };
}

function offerOf(type: TypeRules, start: number, end: number, hosts: readonly string[]): Offer {
  return type.capacity > 1
    ? { start, end, hosts, seatsLeft: type.capacity }
    : { start, end, hosts };
}

// Where starts may lie: the open time of everybody who is needed, and the steps within it.

import { DAY_MS, MINUTE_MS } from "./calendar.ts";
import type { TypeRules } from "./facts.ts";
import { zoneTable } from "./tables.ts";
import type { Openings } from "./week.ts";
import { offsetAt } from "./zone.ts";

/**
 * How far back an opening can begin whose grid reaches an instant: its date lasts at most 50 h somewhere
 * on earth (UTC+14 to UTC−12), and hours that start on it end within 24 h more.
 */
export const REACH_BACK_MS = 4 * DAY_MS;

/**
 * How many of a group are open, as steps `[from, count, day, …]` that each last until the next. The day is
 * the earliest that any of them counts the time to, each by the calendar of its own zone.
 */
type Turnout = readonly number[];

/** When at least `needed` of the openings are open, with the date that the time belongs to. */
export function quorum(members: readonly Openings[], needed: number): Openings {
  if (members.length < needed || members.length === 0) return [];
  if (members.length === 1) return members[0]!;
  const turnout = add(members.map(turnoutOfOne));
  const out: number[] = [];
  for (let i = 0; i < turnout.length; i += 3) {
    if (turnout[i + 1]! >= needed) push(out, turnout[i]!, turnout[i + 3]!, turnout[i + 2]!);
  }
  return out;
}

/** When all of them are open: what every group's quorum has in common. */
export function everyQuorum(quorums: readonly Openings[]): Openings {
  return quorums.length === 0 ? [] : quorums.reduce(meet);
}

function meet(a: Openings, b: Openings): Openings {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i]!, b[j]!);
    const end = Math.min(a[i + 1]!, b[j + 1]!);
    if (start < end) push(out, start, end, Math.min(a[i + 2]!, b[j + 2]!));
    if (a[i + 1]! < b[j + 1]!) i += 3;
    else j += 3;
  }
  return out;
}

/** Add an opening behind the others, as a part of the last one where that has the same date and touches. */
function push(out: number[], start: number, end: number, day: number): void {
  const last = out.length - 3;
  if (last >= 0 && out[last + 1] === start && out[last + 2] === day) out[last + 1] = end;
  else out.push(start, end, day);
}

function turnoutOfOne(openings: Openings): Turnout {
  const steps: number[] = [];
  for (let i = 0; i < openings.length; i += 3) {
    const start = openings[i]!;
    // Where one opening touches the next, its end is that one's begin.
    if (steps.at(-3) === start) steps.length -= 3;
    steps.push(start, 1, openings[i + 2]!, openings[i + 1]!, 0, Number.POSITIVE_INFINITY);
  }
  return steps;
}

/** The sum of many, pairwise: hosts with the same hours fall together early, so that sums stay short. */
function add(turnouts: readonly Turnout[]): Turnout {
  if (turnouts.length === 1) return turnouts[0]!;
  const half = turnouts.length >>> 1;
  return addTwo(add(turnouts.slice(0, half)), add(turnouts.slice(half)));
}

function addTwo(a: Turnout, b: Turnout): Turnout {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  let countA = 0;
  let countB = 0;
  let dayA = Number.POSITIVE_INFINITY;
  let dayB = Number.POSITIVE_INFINITY;
  while (i < a.length || j < b.length) {
    const nextA = i < a.length ? a[i]! : Number.POSITIVE_INFINITY;
    const nextB = j < b.length ? b[j]! : Number.POSITIVE_INFINITY;
    if (nextA <= nextB) {
      countA = a[i + 1]!;
      dayA = a[i + 2]!;
      i += 3;
    }
    if (nextB <= nextA) {
      countB = b[j + 1]!;
      dayB = b[j + 2]!;
      j += 3;
    }
    out.push(Math.min(nextA, nextB), countA + countB, Math.min(dayA, dayB));
  }
  return out;
}

const ALIGNMENT_MINUTES = { hour: 60, half: 30, quarter: 15 };

/** The first start of an opening: its begin, or the next wall time of the type's zone that it aligns to. */
export function firstStart(type: TypeRules, begin: number): number {
  if (type.slotAlignment === "start") return begin;
  const table = zoneTable(type.timeZone);
  const unit = ALIGNMENT_MINUTES[type.slotAlignment] * MINUTE_MS;
  let start = begin;
  // A second round only where clocks change between the begin and what would have been the start.
  for (;;) {
    const wall = start + offsetAt(table, start);
    const past = wall - Math.floor(wall / unit) * unit;
    if (past === 0) return start;
    start += unit - past;
  }
}

import { MINUTE_MS } from "./calendar.ts";
import type { Facts, Reason, Window } from "./facts.ts";
import { isOffered } from "./offers.ts";
import { planFor } from "./plan.ts";
import { type Standing, standingOf } from "./reasons.ts";
import { forEachStep } from "./steps.ts";

export type { Standing } from "./reasons.ts";

/** Why a start is offered or not. It names spans and what kind of thing took them, never titles. */
export interface Explanation {
  start: number;
  end: number;
  /** Null for an offer. */
  reason: Reason | null;
  /** How each host of the type stands to it, in the order of the groups. */
  hosts: Standing[];
}

/** Why the start (epoch milliseconds) can or cannot be booked at `now`, host by host. */
export function explain(facts: Facts, start: number, now: number): Explanation {
  const answer = isOffered(facts, start, now);
  const { groups } = planFor(facts, start, start + 1);
  return {
    start,
    end: start + facts.type.durationMinutes * MINUTE_MS,
    reason: answer.offered ? null : answer.reason,
    hosts: groups.flatMap(({ members }) =>
      members.map((member) => standingOf(member, facts.type, start)),
    ),
  };
}

/** `explain` for every step of the grid in the window, whether or not limits and other meetings let it be. */
export function explainAll(facts: Facts, window: Window): Explanation[] {
  const { grid } = planFor(facts, window.from, window.until);
  const explanations: Explanation[] = [];
  forEachStep(grid, facts.type, [window.from, window.until], (start) => {
    explanations.push(explain(facts, start, window.now));
  });
  return explanations;
}

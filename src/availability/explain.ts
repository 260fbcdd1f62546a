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
  const present = standingsAt(withoutAbsences(facts), start);
  return {
    start,
    end: start + facts.type.durationMinutes * MINUTE_MS,
    reason: answer.offered ? null : answer.reason,
    hosts: standingsAt(facts, start).map((standing, i) =>
      standing.state === "closed" && present[i]!.state !== "closed"
        ? { id: standing.id, state: "away" }
        : standing,
    ),
  };
}

/** How each host of the type stands to a meeting at the start, whatever the grid and the type's limits say. */
export function standings(facts: Facts, start: number): ReadonlyMap<string, Standing["state"]> {
  const { groups } = planFor(facts, start, start + 1);
  const members = groups.flatMap((group) => group.members);
  return new Map(
    members.map((member) => [member.host.id, standingOf(member, facts.type, start).state]),
  );
}

/**
 * `explain` for every step of the grid in the window, whether or not limits and other meetings let it be,
 * and for every step that absences and overrides have taken away.
 */
export function explainAll(facts: Facts, window: Window): Explanation[] {
  const steps = new Set([...stepsOf(facts, window), ...stepsOf(inUsualWeeks(facts), window)]);
  return [...steps].sort((a, b) => a - b).map((start) => explain(facts, start, window.now));
}

function standingsAt(facts: Facts, start: number): Standing[] {
  return planFor(facts, start, start + 1).groups.flatMap(({ members }) =>
    members.map((member) => standingOf(member, facts.type, start)),
  );
}

function stepsOf(facts: Facts, { from, until }: Window): number[] {
  const steps: number[] = [];
  const { grid } = planFor(facts, from, until);
  forEachStep(grid, facts.type, [from, until], (start) => {
    steps.push(start);
  });
  return steps;
}

const withoutAbsences = (facts: Facts): Facts => ({
  ...facts,
  hosts: facts.hosts.map((host) => ({ ...host, away: [] })),
});

const inUsualWeeks = (facts: Facts): Facts => ({
  ...facts,
  hosts: withoutAbsences(facts).hosts.map(({ schedule, ...host }) => ({
    ...host,
    schedule: { ...schedule, overrides: [] },
  })),
});

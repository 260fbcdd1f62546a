import { MINUTE_MS } from "./calendar.ts";
import type { BusyKind, Facts, HostFacts, Reason, TypeRules } from "./facts.ts";
import { contains } from "./interval.ts";
import { cappedStarts, startLimits } from "./limits.ts";
import { hostCappedStarts, type Member, openStarts, type Plan, planFor } from "./plan.ts";
import { forEachStep } from "./steps.ts";

/**
 * How a host stands to one meeting; `by`, `from` and `until` tell what is in the way. Only `explain`
 * tells who is away from who is closed anyway.
 */
export interface Standing {
  id: string;
  state: "free" | "closed" | "away" | "cap" | "busy" | "buffer";
  by?: BusyKind;
  from?: number;
  until?: number;
}

/** Why a start that is no offer is none: the first of the reasons that hold, in the order below. */
export function reasonAgainst(facts: Facts, start: number, now: number): Reason {
  const { type } = facts;
  const { earliest, latest } = startLimits(type, now);
  if (start < now) return "start_in_past";
  if (start < earliest) return "too_soon";
  if (start >= latest) return "too_late";
  if (isFull(facts, start)) return "seats_full";
  const plan = planFor(facts, start, start + 1);
  const groups = plan.groups.map(({ members, needed }) => ({
    needed,
    standings: members.map((member) => standingOf(member, type, start)),
  }));
  const few = (states: readonly Standing["state"][]) =>
    groups.some((group) => {
      const able = group.standings.filter(({ state }) => !states.includes(state));
      return able.length < group.needed;
    });
  if (!isOnGrid(plan, type, start) || few(["closed"])) return "outside_hours";
  if (isCapped(facts, start) || few(["closed", "cap"])) return "cap_reached";
  return "slot_taken";
}

function isFull({ type, seated }: Facts, start: number): boolean {
  return (
    type.capacity > 1 &&
    seated.some((meeting) => meeting.start === start && meeting.seatsTaken >= type.capacity)
  );
}

function isOnGrid(plan: Plan, type: TypeRules, start: number): boolean {
  let found = false;
  forEachStep(plan.grid, type, [start, start + 1], () => {
    found = true;
  });
  return found;
}

function isCapped({ type, booked }: Facts, start: number): boolean {
  const { caps, durationMinutes, timeZone } = type;
  return contains(cappedStarts(caps, booked, durationMinutes, timeZone, start, start + 1), start);
}

/** How one host stands to a meeting of the type at `start`. */
export function standingOf(member: Member, type: TypeRules, start: number): Standing {
  const { host } = member;
  const { id } = host;
  if (!contains(openStarts(member, type), start)) return { id, state: "closed" };
  if (contains(hostCappedStarts(host, type, start, start + 1), start)) return { id, state: "cap" };
  const end = start + type.durationMinutes * MINUTE_MS;
  const within = firstBusy(host, start, end);
  if (within) return { id, state: "busy", ...within };
  const before = start - type.bufferBeforeMinutes * MINUTE_MS;
  const around = firstBusy(host, before, end + type.bufferAfterMinutes * MINUTE_MS);
  return around ? { id, state: "buffer", ...around } : { id, state: "free" };
}

/** The first busy span that overlaps `[start, end)`. */
function firstBusy({ busy, busyBy }: HostFacts, start: number, end: number) {
  for (let i = 0; i < busy.length && busy[i]! < end; i += 2) {
    if (busy[i + 1]! <= start || busy[i]! >= busy[i + 1]!) continue;
    const by = busyBy?.[i / 2];
    return { from: busy[i]!, until: busy[i + 1]!, ...(by ? { by } : {}) };
  }
  return null;
}

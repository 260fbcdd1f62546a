import { MINUTE_MS } from "./calendar.ts";
import type { Facts, Offer } from "./facts.ts";
import { contains } from "./interval.ts";
import { openStarts, type Plan } from "./plan.ts";

/**
 * The offers of seats in meetings that are there already, starting from `from` (included) until `until`
 * (excluded). Such a meeting need not be on the grid and uses up no cap, as it counts already; its hosts
 * must still be open then.
 */
export function seatsInMeetings(facts: Facts, plan: Plan, from: number, until: number): Offer[] {
  const { capacity, durationMinutes } = facts.type;
  if (capacity <= 1) return [];
  const offers: Offer[] = [];
  for (const { start, end, seatsTaken, hosts } of facts.seated) {
    const fits = end - start === durationMinutes * MINUTE_MS && from <= start && start < until;
    if (!fits || seatsTaken >= capacity || !areOpen(facts, plan, hosts, start)) continue;
    offers.push({ start, end, hosts, seatsLeft: capacity - seatsTaken });
  }
  return offers.sort((a, b) => a.start - b.start);
}

/** Both in order. A meeting of the type is there once per start: guests join it, or come too late. */
export function mergeOffers(
  { seated }: Facts,
  seats: readonly Offer[],
  fresh: readonly Offer[],
): Offer[] {
  const taken = new Set(seated.map(({ start }) => start));
  return [...seats, ...fresh.filter(({ start }) => !taken.has(start))].sort(
    (a, b) => a.start - b.start,
  );
}

function areOpen(facts: Facts, plan: Plan, hosts: readonly string[], start: number): boolean {
  const members = plan.groups.flatMap((group) => group.members);
  return hosts.every((id) => {
    const member = members.find(({ host }) => host.id === id);
    return member !== undefined && contains(openStarts(member, facts.type), start);
  });
}

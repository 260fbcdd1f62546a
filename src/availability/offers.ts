import type { Facts, Offer, Reason, Window } from "./facts.ts";
import { subtract } from "./interval.ts";
import { cappedStarts, startLimits } from "./limits.ts";
import { planFor } from "./plan.ts";
import { reasonAgainst } from "./reasons.ts";
import { mergeOffers, seatsInMeetings } from "./seats.ts";
import { newMeetings } from "./steps.ts";

export type {
  Cap,
  Facts,
  Horizon,
  HostFacts,
  Offer,
  Reason,
  Taken,
  TypeRules,
  Window,
} from "./facts.ts";

/**
 * What can be booked at `window.now` with a start from `window.from` (included) to `window.until`
 * (excluded), sorted by start, each start once. Splitting a window splits the answer, no more.
 *
 * @throws RangeError for a zone, date, time or rule that cannot be read
 */
export function offers(facts: Facts, window: Window): Offer[] {
  const { type, booked } = facts;
  const { earliest, latest } = startLimits(type, window.now);
  const from = Math.max(window.from, earliest);
  const until = Math.min(window.until, latest);
  if (from >= until) return [];
  const plan = planFor(facts, from, until);
  const { caps, durationMinutes, timeZone } = type;
  const capped = cappedStarts(caps, booked, durationMinutes, timeZone, from, until);
  const fresh = newMeetings(plan, type, subtract([from, until], capped));
  const seats = seatsInMeetings(facts, plan, from, until);
  return type.capacity === 1 || facts.seated.length === 0
    ? fresh
    : mergeOffers(facts, seats, fresh);
}

/**
 * Whether a start can be booked at `now`, and with whom (of each group, those who can), or why not. It is
 * `offers` on a window of one millisecond, so that what is listed can be booked; only the days around the
 * start are worked out, however much the facts hold.
 */
export function isOffered(
  facts: Facts,
  start: number,
  now: number,
): { offered: true; hosts: string[][] } | { offered: false; reason: Reason } {
  const [offer] = offers(facts, { from: start, until: start + 1, now });
  if (!offer) return { offered: false, reason: reasonAgainst(facts, start, now) };
  const able = new Set(offer.hosts);
  const hosts = facts.type.groups.map((group) => group.hosts.filter((id) => able.has(id)));
  return { offered: true, hosts };
}

/** The offers of the window that lie nearest to a refused start, at most `count`, in order of time. */
export function nearestOffers(facts: Facts, start: number, window: Window, count = 3): Offer[] {
  const all = offers(facts, window);
  const later = all.findIndex((offer) => offer.start >= start);
  let end = later < 0 ? all.length : later;
  let begin = end;
  while (end - begin < count && end - begin < all.length) {
    const back = begin > 0 ? start - all[begin - 1]!.start : Number.POSITIVE_INFINITY;
    const ahead = end < all.length ? all[end]!.start - start : Number.POSITIVE_INFINITY;
    if (back <= ahead) begin--;
    else end++;
  }
  return all.slice(begin, end);
}

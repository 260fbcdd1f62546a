import { expect, test } from "bun:test";
import fc from "fast-check";
import { explainAll } from "../../src/availability/explain.ts";
import { isOffered, nearestOffers, type Offer, offers } from "../../src/availability/offers.ts";
import { RULES, situation } from "./support/arbitrary.ts";
import { DAY, MINUTE } from "./support/make.ts";
import { askOracle } from "./support/oracle.ts";

const runs = { numRuns: 120 };
// Where the slow oracle is not asked, many more situations cost nothing.
const manyRuns = { numRuns: 600 };

test("offers() are what the oracle allows, minute by minute", () => {
  let seen = 0;
  fc.assert(
    fc.property(situation, ({ facts, window }) => {
      const oracle = askOracle(facts, window, RULES);
      const wanted: Offer[] = [];
      for (let start = window.from; start < window.until; start += 5 * MINUTE) {
        const verdict = oracle.verdict(start);
        if ("hosts" in verdict) {
          wanted.push({ start, end: start + facts.type.durationMinutes * MINUTE, ...verdict });
        }
      }
      seen += wanted.length;
      expect(offers(facts, window)).toEqual(wanted);
    }),
    runs,
  );
  expect(seen).toBeGreaterThan(100);
});

test("isOffered() gives the oracle's answer and reason for any start, on the grid or off it", () => {
  const reasons = new Map<string, number>();
  fc.assert(
    fc.property(situation, ({ facts, window }) => {
      const oracle = askOracle(facts, window, RULES);
      for (let start = window.from; start < window.until; start += 25 * MINUTE) {
        const verdict = oracle.verdict(start);
        const answer = isOffered(facts, start, window.now);
        reasons.set("reason" in answer ? answer.reason : "offered", start);
        if ("reason" in verdict) expect(answer).toEqual({ offered: false, reason: verdict.reason });
        else
          expect(answer.offered && answer.hosts.flat().sort()).toEqual([...verdict.hosts].sort());
      }
    }),
    runs,
  );
  expect(reasons.size).toBeGreaterThanOrEqual(7);
});

test("offers() are sorted, unique, of the right length, and lie in the window", () => {
  fc.assert(
    fc.property(situation, ({ facts, window }) => {
      let last = Number.NEGATIVE_INFINITY;
      for (const { start, end } of offers(facts, window)) {
        expect(start).toBeGreaterThan(last);
        expect(end - start).toBe(facts.type.durationMinutes * MINUTE);
        expect(start >= window.from && start < window.until && start >= window.now).toBe(true);
        last = start;
      }
    }),
    manyRuns,
  );
});

test("no offer of a new meeting touches what is taken from its hosts, buffers included", () => {
  fc.assert(
    fc.property(situation, ({ facts, window }) => {
      const { bufferBeforeMinutes, bufferAfterMinutes } = facts.type;
      for (const { start, end, hosts } of offers({ ...facts, seated: [] }, window)) {
        const from = start - bufferBeforeMinutes * MINUTE;
        const until = end + bufferAfterMinutes * MINUTE;
        for (const { id, busy } of facts.hosts) {
          if (!hosts.includes(id)) continue;
          for (let i = 0; i < busy.length; i += 2) {
            const isEmpty = busy[i]! === busy[i + 1]!;
            expect(isEmpty || busy[i + 1]! <= from || busy[i]! >= until).toBe(true);
          }
        }
      }
    }),
    manyRuns,
  );
});

test("more busy time never makes an offer, nor frees a host", () => {
  fc.assert(
    fc.property(situation, fc.nat(200), fc.nat(30), ({ facts, window }, offset, length) => {
      const start = window.from + offset * 10 * MINUTE;
      const grown = facts.hosts.map((host) => ({
        ...host,
        busy: withSpan(host.busy, start, start + length * 10 * MINUTE),
      }));
      const before = new Map(offers(facts, window).map((offer) => [offer.start, offer.hosts]));
      for (const offer of offers({ ...facts, hosts: grown }, window)) {
        expect(before.get(offer.start)).toEqual(expect.arrayContaining([...offer.hosts]));
      }
    }),
    manyRuns,
  );
});

test("the answer does not depend on how the window is split", () => {
  fc.assert(
    fc.property(situation, fc.array(fc.nat(3600), { maxLength: 4 }), ({ facts, window }, cuts) => {
      const edges = cuts
        .map((cut) => window.from + cut * MINUTE)
        .filter((cut) => cut < window.until);
      const bounds = [window.from, ...edges.sort((a, b) => a - b), window.until];
      const parts = bounds
        .slice(1)
        .flatMap((until, i) => offers(facts, { ...window, from: bounds[i]!, until }));
      expect(parts).toEqual(offers(facts, window));
    }),
    manyRuns,
  );
});

test("every listed start can be booked at that moment, with the hosts it was listed with", () => {
  fc.assert(
    fc.property(situation, ({ facts, window }) => {
      for (const { start, hosts } of offers(facts, window)) {
        const answer = isOffered(facts, start, window.now);
        expect(answer.offered && answer.hosts.flat().sort()).toEqual([...hosts].sort());
      }
    }),
    runs,
  );
});

test("caps hold when guests book everything that is offered", () => {
  fc.assert(
    fc.property(
      situation,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(60, 150),
      (given, bookings, minutes) => {
        const caps = [
          { per: "day" as const, bookings },
          { per: "day" as const, minutes },
        ];
        // In UTC the dates of the caps are plain to see.
        const type = { ...given.facts.type, caps, timeZone: "UTC" };
        let facts = {
          ...given.facts,
          type,
          booked: [] as { start: number; end: number }[],
          seated: [],
        };
        for (let offer = first(); offer; offer = first()) {
          const { start, end } = offer;
          const hosts = facts.hosts.map((host) => ({
            ...host,
            busy: withSpan(host.busy, start, end),
          }));
          facts = { ...facts, hosts, booked: [...facts.booked, { start, end }] };
        }
        const used = Map.groupBy(facts.booked, ({ start }) => Math.floor(start / DAY));
        for (const day of used.values()) {
          expect(day.length).toBeLessThanOrEqual(bookings);
          expect(day.length * type.durationMinutes).toBeLessThanOrEqual(minutes);
        }
        function first() {
          return offers(facts, given.window)[0];
        }
      },
    ),
    runs,
  );
});

test("nearestOffers() are the first of all offers sorted by distance", () => {
  fc.assert(
    fc.property(situation, fc.nat(300), fc.nat(5), ({ facts, window }, offset, count) => {
      const start = window.from + offset * 10 * MINUTE;
      const wanted = offers(facts, window)
        .sort((a, b) => Math.abs(a.start - start) - Math.abs(b.start - start) || a.start - b.start)
        .slice(0, count)
        .sort((a, b) => a.start - b.start);
      expect(nearestOffers(facts, start, window, count)).toEqual(wanted);
    }),
    manyRuns,
  );
});

test("explainAll() has no reason against what is offered and one against all else on the grid", () => {
  fc.assert(
    fc.property(situation, ({ facts, window }) => {
      const offered = new Set(offers(facts, window).map(({ start }) => start));
      for (const { start, reason, hosts } of explainAll(facts, window)) {
        expect(reason === null).toBe(offered.has(start));
        expect(hosts.length).toBe(facts.type.groups.flatMap((group) => group.hosts).length);
      }
    }),
    runs,
  );
});

function withSpan(busy: readonly number[], start: number, end: number): number[] {
  const pairs = [[start, end]];
  for (let i = 0; i < busy.length; i += 2) pairs.push([busy[i]!, busy[i + 1]!]);
  return pairs.sort((a, b) => a[0]! - b[0]!).flat();
}

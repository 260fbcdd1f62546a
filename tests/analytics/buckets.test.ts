import { expect, test } from "bun:test";
import fc from "fast-check";
import { buckets } from "../../src/analytics/buckets.ts";
import { wallAt, zoneNames } from "../../src/availability/zone.ts";

const ms = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const text = (instant: number) => Temporal.Instant.fromEpochMilliseconds(instant).toString();

test("days are those of the zone, also where one has 23 or 25 hours", () => {
  // Berlin's clocks went back on 25 October 2026.
  const cut = buckets("Europe/Berlin", ms("2026-10-26T10:00:00Z"), 3, "day");
  expect(cut.dates).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
  expect(cut.edges.map(text)).toEqual([
    "2026-10-23T22:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T23:00:00Z",
    "2026-10-26T10:00:00Z",
  ]);
  expect(cut.from).toBe(cut.edges[0]!);
});

test("weeks begin on Monday, the first one with the period", () => {
  // A Sunday.
  const cut = buckets("UTC", ms("2026-11-22T10:00:00Z"), 10, "week");
  expect(cut.dates).toEqual(["2026-11-09", "2026-11-16"]);
  expect(cut.edges.map(text)).toEqual([
    "2026-11-13T00:00:00Z",
    "2026-11-16T00:00:00Z",
    "2026-11-22T10:00:00Z",
  ]);
});

test("at midnight the day that is over is the last", () => {
  const cut = buckets("UTC", ms("2026-11-22T00:00:00Z"), 1, "day");
  expect(cut.dates).toEqual(["2026-11-21"]);
});

test("in every zone the days of a period follow one another, and each holds its own instants only", () => {
  const instant = fc.integer({ min: ms("2000-01-01T00:00:00Z"), max: ms("2037-01-01T00:00:00Z") });
  const per = fc.constantFrom("day" as const, "week" as const);
  fc.assert(
    fc.property(
      fc.constantFrom(...zoneNames()),
      instant,
      fc.integer({ min: 1, max: 365 }),
      per,
      (zone, until, days, by) => {
        const { dates, edges, from } = buckets(zone, until, days, by);
        expect(edges).toHaveLength(dates.length + 1);
        expect(edges[0]).toBe(from);
        expect(new Set(dates).size).toBe(dates.length);
        expect(edges).toEqual(edges.toSorted((a, b) => a - b));
        if (by === "day") expect(dates).toHaveLength(days);
        for (const [i, date] of dates.entries()) {
          if (edges[i] === edges[i + 1]) continue;
          // A day that a zone skipped is empty; the instants of any other show its date, or its week's.
          const first = wallAt(zone, edges[i]!).date;
          const last = wallAt(zone, edges[i + 1]! - 1).date;
          if (by === "day") expect([first, last]).toEqual([date, date]);
          else expect(first >= date && last >= first).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});

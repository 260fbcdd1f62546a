import { expect, test } from "bun:test";
import fc from "fast-check";
import { zoneNames } from "../../src/availability/zone.ts";
import { localStartOf } from "../../src/slots/local-start.ts";
import { localWriter, utcWriter } from "../../src/slots/write-times.ts";

// In any order, several of a day, also between the minutes; since 1972 clocks differ from UTC by whole minutes.
const someInstants = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(0, 1, 30_000, 1_800_000, 3_599_999, 43_200_000, 86_399_999),
  ),
  { maxLength: 30 },
);
const fromSeveralYears = fc
  .tuple(fc.integer({ min: 1975, max: 2060 }), someInstants)
  .map(([year, parts]) => parts.map(([day, ms]) => Date.UTC(year, 2, day) + ms));

test("instants are written as Temporal writes them", () => {
  fc.assert(
    fc.property(fromSeveralYears, (instants) => {
      expect(instants.map(utcWriter())).toEqual(
        instants.map((ms) => Temporal.Instant.fromEpochMilliseconds(ms).toString()),
      );
    }),
  );
});

test("wall times are those of the zone at each instant, whichever came before", () => {
  fc.assert(
    fc.property(fc.constantFrom(...zoneNames()), fromSeveralYears, (zone, instants) => {
      expect(instants.map(localWriter(zone))).toEqual(instants.map((ms) => localStartOf(ms, zone)));
    }),
  );
});

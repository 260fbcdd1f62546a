import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  contains,
  intersect,
  normalize,
  type Spans,
  subtract,
  union,
} from "../../src/availability/interval.ts";

// Small numbers, so that spans often touch, nest and coincide.
const pairs = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), {
    maxLength: 12,
  })
  .map((list) => list.flat());
const spans = pairs.map(normalize);

/** The whole numbers that lie in the pairs, one by one. */
function members(list: readonly number[]): Set<number> {
  const set = new Set<number>();
  for (let i = 0; i < list.length; i += 2) for (let x = list[i]!; x < list[i + 1]!; x++) set.add(x);
  return set;
}

function expectProper(list: Spans): void {
  expect(list.length % 2).toBe(0);
  for (let i = 0; i < list.length; i++) if (i > 0) expect(list[i]!).toBeGreaterThan(list[i - 1]!);
}

test("normalize() keeps every instant and gives sorted, separate spans", () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const result = normalize(list);
      expectProper(result);
      expect(members(result)).toEqual(members(list));
    }),
  );
});

test("union(), intersect() and subtract() do on spans what their names say on sets", () => {
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      for (const [result, wanted] of [
        [union(a, b), members(a).union(members(b))],
        [intersect(a, b), members(a).intersection(members(b))],
        [subtract(a, b), members(a).difference(members(b))],
      ] as const) {
        expectProper(result);
        expect(members(result)).toEqual(wanted);
      }
    }),
  );
});

test("contains() includes a span's start and excludes its end", () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: -1, max: 41 }), (a, x) => {
      expect(contains(a, x)).toBe(members(a).has(x));
    }),
  );
});

test("spans that touch become one", () => {
  expect(normalize([3, 5, 1, 3])).toEqual([1, 5]);
  expect(union([1, 3], [3, 5])).toEqual([1, 5]);
});

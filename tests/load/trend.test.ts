import { expect, test } from "bun:test";
import { random } from "../support/random.ts";
import { hasGrown, type Reading, trendOf } from "./trend.ts";

const MB = 2 ** 20;
const BOUND = { most: 20 * MB, share: 0.1, noise: 5 * MB };

/** Twenty minutes of a figure, read every five seconds. */
const readings = (of: (minute: number) => number): Reading[] =>
  Array.from({ length: 240 }, (_, i) => ({ at: 5_000 * i, value: of(i / 12) }));
const grows = (of: (minute: number) => number) => hasGrown(trendOf(readings(of)), BOUND);

test("what grows while all warms up and then holds does not grow", () => {
  expect(grows((minute) => 100 * MB + 60 * MB * Math.min(1, minute / 5))).toBe(false);
});

test("noise around a level, and a peak that passes, are no growth", () => {
  const next = random(7);
  expect(grows(() => 150 * MB + 60 * MB * (next() - 0.5))).toBe(false);
  expect(grows((minute) => (minute > 18.5 && minute < 19.5 ? 400 * MB : 150 * MB))).toBe(false);
});

test("two megabytes a minute more are growth, also below noise that is larger", () => {
  const next = random(7);
  const leak = (minute: number) => 150 * MB + 2 * MB * minute + 20 * MB * next();
  expect(grows(leak)).toBe(true);
  const { early, late, perMinute } = trendOf(readings(leak));
  expect(late - early).toBeGreaterThan(15 * MB);
  expect(perMinute / MB).toBeGreaterThan(1.5);
  expect(perMinute / MB).toBeLessThan(2.5);
});

test("what is small may double within the noise, what is large may not grow by more than so much", () => {
  expect(grows((minute) => (2 + minute / 10) * MB)).toBe(false);
  expect(grows((minute) => (1_000 + 3 * minute) * MB)).toBe(true);
  expect(grows((minute) => (30 + minute) * MB)).toBe(true);
});

test("too few readings tell no trend", () => {
  expect(() => trendOf([])).toThrow("Too few");
  expect(() => trendOf([{ at: 0, value: 1 }])).toThrow("Too few");
});

test("a saw has the level of its feet: teeth that come later are no growth, feet that rise are", () => {
  const saw = (minute: number) => 40 * MB + 60 * MB * ((minute / 3.1) % 1);
  const low = (of: (minute: number) => number) => hasGrown(trendOf(readings(of), 0.1), BOUND);
  expect(low(saw)).toBe(false);
  expect(low((minute) => saw(minute) + MB * minute)).toBe(true);
});

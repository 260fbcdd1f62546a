import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  addDays,
  addMonths,
  dateAfterKey,
  daysIntoWeek,
  lastDay,
  monthOf,
  sameDay,
  weekdayOf,
  weeksOf,
} from "../../src/widget/day.ts";

const dates = fc
  .integer({ min: 0, max: 60_000 })
  .map((days) => Temporal.PlainDate.from("1990-01-01").add({ days }).toString());
const weekdays = fc.integer({ min: 1, max: 7 });

test("dates are counted as calendars do", () => {
  fc.assert(
    fc.property(dates, fc.integer({ min: -800, max: 800 }), (date, n) => {
      const day = Temporal.PlainDate.from(date);
      expect(addDays(date, n)).toBe(day.add({ days: n }).toString());
      expect(weekdayOf(date)).toBe(day.dayOfWeek);
      expect(sameDay(date, n % 50)).toBe(day.add({ months: n % 50 }).toString());
      expect(addMonths(monthOf(date), n)).toBe(
        day.toPlainYearMonth().add({ months: n }).toString(),
      );
      expect(lastDay(monthOf(date))).toBe(day.with({ day: 31 }).toString());
    }),
  );
});

test("a month's grid holds each of its days once, in order, under its weekday", () => {
  fc.assert(
    fc.property(dates, weekdays, (date, firstDay) => {
      const weeks = weeksOf(monthOf(date), firstDay);
      expect(weeks.every((week) => week.length === 7)).toBe(true);
      const days = weeks.flat().filter((day) => day !== null);
      expect(days[0]).toBe(`${monthOf(date)}-01`);
      expect(days.at(-1)).toBe(lastDay(monthOf(date)));
      expect(days).toEqual(days.toSorted());
      for (const week of weeks)
        week.forEach((day, i) => {
          if (day) expect(daysIntoWeek(day, firstDay)).toBe(i);
        });
      expect(weeks[0]!.some(Boolean) && weeks.at(-1)!.some(Boolean)).toBe(true);
    }),
  );
});

test("keys lead where the APG's date grid says, and back", () => {
  fc.assert(
    fc.property(dates, weekdays, fc.boolean(), (date, firstDay, isRtl) => {
      const go = (key: string, from = date, isShift = false) =>
        dateAfterKey(key, from, { firstDay, isRtl, isShift })!;
      expect(go("ArrowRight")).toBe(addDays(date, isRtl ? -1 : 1));
      for (const [there, back] of [
        ["ArrowRight", "ArrowLeft"],
        ["ArrowDown", "ArrowUp"],
      ] as const)
        expect(go(back, go(there))).toBe(date);
      expect(weekdayOf(go("Home"))).toBe(firstDay);
      expect(go("End")).toBe(addDays(go("Home"), 6));
      expect(monthOf(go("PageDown"))).toBe(addMonths(monthOf(date), 1));
      expect(monthOf(go("PageUp", date, true))).toBe(addMonths(monthOf(date), -12));
    }),
  );
  expect(dateAfterKey("a", "2026-12-01", { firstDay: 1, isRtl: false, isShift: false })).toBeNull();
});

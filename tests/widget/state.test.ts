import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addDays, addMonths, lastDay, monthOf } from "../../src/widget/day.ts";
import {
  cursorMoved,
  dateSettled,
  durationsOf,
  findSlot,
  firstMonthOf,
  initialState,
  isWithin,
  lastMonthOf,
  monthShown,
  type State,
  slotsCame,
  timesVoid,
} from "../../src/widget/state.ts";
import { firstWindow } from "../../src/widget/times.ts";
import type { Slots } from "../../src/widget/wire.ts";

const TODAY = "2026-11-23";
const BEGIN = initialState({
  timeZone: "UTC",
  month: "2026-11",
  duration: null,
  date: null,
  isManaging: false,
});
const slotsOf = (...dates: string[]): Slots => ({
  timeZone: "UTC",
  today: TODAY,
  days: dates.map((date) => ({
    date,
    slots: [
      { start: `${date}T09:00:00Z`, end: `${date}T09:30:00Z`, localStart: `${date}T09:00+00:00` },
    ],
  })),
});

describe("free times that come", () => {
  test("take the place of what was known of their months, and of no other", () => {
    const first = slotsCame(BEGIN, slotsOf("2026-11-24", "2026-12-01"), ["2026-11", "2026-12"]);
    const second = slotsCame(first, slotsOf("2026-11-30"), ["2026-11"]);
    expect(Object.keys(second.days).sort()).toEqual(["2026-11-30", "2026-12-01"]);
    expect(Object.keys(second.months)).toEqual(["2026-11", "2026-12"]);
    expect(second.today).toBe(TODAY);
    expect(findSlot(second.days, "2026-12-01T09:00:00Z")).toBeDefined();
    expect(timesVoid(second).days).toEqual({});
  });

  test("show the first free date; the one that was chosen while it has times", () => {
    const known = slotsCame(BEGIN, slotsOf("2026-11-26", "2026-11-24"), ["2026-11"]);
    expect(dateSettled(known)).toMatchObject({ date: "2026-11-24", cursor: "2026-11-24" });
    expect(dateSettled({ ...known, date: "2026-11-26" }).date).toBe("2026-11-26");
    expect(dateSettled({ ...known, date: "2026-11-25" }).date).toBe("2026-11-24");
    expect(dateSettled({ ...known, cursor: "2026-11-29" }).cursor).toBe("2026-11-29");
    expect(monthShown(known, "2026-12")).toMatchObject({ date: null, cursor: "2026-12-01" });
  });
});

test("the keyboard never leaves the months that can be shown", () => {
  const state: State = { ...BEGIN, today: TODAY, lastMonth: "2027-02" };
  fc.assert(
    fc.property(fc.integer({ min: -400, max: 400 }), (days) => {
      const { cursor, month, focus } = cursorMoved(state, addDays(TODAY, days));
      expect(cursor! >= TODAY && cursor! <= lastDay("2027-02")).toBe(true);
      expect(month).toBe(monthOf(cursor!));
      expect(focus).toBe(`d${cursor}`);
      expect(isWithin(state, month)).toBe(true);
    }),
  );
  expect(isWithin(state, "2026-10")).toBe(false);
  expect(isWithin(state, "2027-03")).toBe(false);
});

test("months end where the horizon does", () => {
  expect(lastMonthOf({ kind: "rolling", days: 60 }, TODAY)).toBe("2027-01");
  expect(lastMonthOf({ kind: "range", from: "2027-03-01", until: "2027-05-02" }, TODAY)).toBe(
    "2027-05",
  );
  expect(firstMonthOf({ kind: "range", from: "2027-03-01", until: "2027-05-02" }, TODAY)).toBe(
    "2027-03",
  );
  expect(firstMonthOf({ kind: "rolling", days: 60 }, TODAY)).toBe("2026-11");
  expect(lastMonthOf({ kind: "unlimited" }, TODAY)).toBe("2028-11");
  // Ten working days from a Friday end on a Friday, two weeks later.
  expect(lastMonthOf({ kind: "businessDays", days: 10 }, "2026-11-20")).toBe("2026-12");
});

test("the first question covers a week at least, and whole months", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1500 }), (n) => {
      const today = addDays("2026-01-01", n);
      const { months, until } = firstWindow(today);
      expect(until).toBe(lastDay(months.at(-1)!));
      expect(until >= addDays(today, 7)).toBe(true);
      expect(until <= addDays(today, 62)).toBe(true);
      expect(months[0]).toBe(monthOf(today));
      if (months.length > 1) expect(months[1]).toBe(addMonths(months[0]!, 1));
    }),
  );
});

test("durations are there once each, the shortest first", () => {
  const type = { durationMinutes: 30, durationOptions: [60, 15, 30] };
  expect(durationsOf(type as Parameters<typeof durationsOf>[0])).toEqual([15, 30, 60]);
});

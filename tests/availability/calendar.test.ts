import { expect, test } from "bun:test";
import {
  dateOf,
  dayOf,
  firstOfMonth,
  minutesOf,
  mondayOf,
  timeOf,
  WEEKDAYS,
  weekdayOf,
} from "../../src/availability/calendar.ts";

test("dayOf() and dateOf() agree with Temporal on every day of 1900–2100", () => {
  let date = Temporal.PlainDate.from("1900-01-01");
  const epoch = Temporal.PlainDate.from("1970-01-01");
  let day = date.since(epoch).days;
  expect(day).toBe(-25_567);
  const wrong: string[] = [];
  for (; date.year <= 2100; date = date.add({ days: 1 }), day++) {
    const text = date.toString();
    if (dayOf(text) !== day || dateOf(day) !== text) wrong.push(text);
    if (weekdayOf(day) !== date.dayOfWeek - 1) wrong.push(`weekday of ${text}`);
  }
  expect(wrong).toEqual([]);
});

test.each([
  "2026-02-29",
  "2026-13-01",
  "2026-00-10",
  "2026-1-1",
  "26-01-01",
  "",
  "2026-01-01T00:00",
])("dayOf() refuses %p", (date) => {
  expect(() => dayOf(date)).toThrow(RangeError);
});

test("minutesOf() reads 00:00 to 24:00, and timeOf() writes it", () => {
  expect(["00:00", "09:05", "23:59", "24:00"].map(minutesOf)).toEqual([0, 545, 1439, 1440]);
  expect([0, 545, 1439, 1440].map(timeOf)).toEqual(["00:00", "09:05", "23:59", "24:00"]);
});

test.each(["24:01", "25:00", "9:00", "09:60", "0900", "", "-1:00"])(
  "minutesOf() refuses %p",
  (time) => {
    expect(() => minutesOf(time)).toThrow(RangeError);
  },
);

test("mondayOf() gives the Monday of the week, also across a year", () => {
  expect(dateOf(mondayOf(dayOf("2027-01-03")))).toBe("2026-12-28");
  expect(dateOf(mondayOf(dayOf("2026-12-28")))).toBe("2026-12-28");
  expect(WEEKDAYS[weekdayOf(dayOf("2026-12-28"))]).toBe("monday");
});

test("firstOfMonth() goes on into the next year and back", () => {
  expect(dateOf(firstOfMonth(dayOf("2026-12-31")))).toBe("2026-12-01");
  expect(dateOf(firstOfMonth(dayOf("2026-12-31"), 1))).toBe("2027-01-01");
  expect(dateOf(firstOfMonth(dayOf("2026-01-31"), -1))).toBe("2025-12-01");
});

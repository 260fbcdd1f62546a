import { describe, expect, test } from "bun:test";
import { format, minutesOf, partsOf, repeated } from "../../src/widget/format.ts";
import { firstDayOf, isRtl, localeFor } from "../../src/widget/locale.ts";
import type { Slot } from "../../src/widget/wire.ts";

const slot = (localStart: string): Slot => {
  const start = Temporal.Instant.from(localStart);
  return { start: `${start}`, end: `${start.add({ minutes: 30 })}`, localStart };
};

describe("wall times", () => {
  test("are written as the locale has them, and shifted by nothing", () => {
    const at = "2026-12-01T15:05-08:00";
    expect(format("en-US").time(at)).toBe("3:05 PM");
    expect(format("en-GB").time(at)).toBe("15:05");
    expect(format("de").time(at)).toBe("15:05");
    expect(format("de").day("2026-12-01")).toBe("Dienstag, 1. Dezember 2026");
    expect(format("en-GB").month("2026-12")).toBe("December 2026");
  });

  test.each([
    ["2026-12-01T10:00+01:00", "UTC+1"],
    ["2026-12-01T10:00-03:30", "UTC−3:30"],
    ["2026-12-01T10:00+05:45", "UTC+5:45"],
    ["2026-12-01T10:00+00:00", "UTC"],
  ])("%s is of %s", (at, offset) => {
    expect(format("en").offset(at)).toBe(offset);
  });

  test("that come twice when clocks go back are known, others are not", () => {
    const day = ["01:30+02:00", "02:00+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00"].map(
      (time) => slot(`2026-10-25T${time}`),
    );
    expect([...repeated(day)]).toEqual(["2026-10-25T02:00", "2026-10-25T02:30"]);
    expect(repeated(day.slice(0, 3)).size).toBe(0);
  });

  test("are grouped by the parts of the day; empty parts are left out", () => {
    const slots = ["09:00", "16:30", "11:59", "12:00"].map((time) =>
      slot(`2026-12-01T${time}+01:00`),
    );
    expect(partsOf(slots).map(([part, some]) => [part, some.length])).toEqual([
      ["morning", 2],
      ["afternoon", 2],
    ]);
    expect(minutesOf(slots[0]!)).toBe(30);
  });
});

test("durations are told in hours and minutes", () => {
  const { duration } = format("en");
  expect([15, 60, 90, 120].map(duration)).toEqual([
    "15 minutes",
    "1 hour",
    "1 hour 30 minutes",
    "2 hours",
  ]);
});

test("weeks begin as the locale has it", () => {
  expect(["de-DE", "en-US", "ar-EG", "en-GB", "pt-BR"].map(firstDayOf)).toEqual([1, 7, 6, 1, 7]);
  expect(format("en").weekdays(7)[0]).toEqual({ short: "Sun", long: "Sunday" });
  expect(format("en").weekdays(6)[2]).toEqual({ short: "Mon", long: "Monday" });
});

test("a page's language keeps the reader's own variety of it", () => {
  expect(localeFor("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
  expect(localeFor("de-AT", ["de-DE"])).toBe("de-AT");
  expect(localeFor("ar", ["en-US"])).toBe("ar");
  expect(localeFor("en_x!", [])).toBe("en");
  expect(["ar", "he-IL", "fa", "de"].map(isRtl)).toEqual([true, true, true, false]);
});

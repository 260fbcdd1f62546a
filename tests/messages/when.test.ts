import { describe, expect, test } from "bun:test";
import { monthInWords, when } from "../../src/messages/when.ts";

const told = (start: string, end: string, zone: string) =>
  when(Temporal.Instant.from(start), Temporal.Instant.from(end), zone, "en-GB");

describe("when()", () => {
  test("tells a span by the reader's clock, also where the runtime's zone data are stale", () => {
    // British Columbia kept its clocks in 2026; Bun's own data say 08:00 here.
    expect(told("2026-12-01T16:00:00Z", "2026-12-01T16:30:00Z", "America/Vancouver").full).toBe(
      "Tuesday, 1 December 2026, 09:00 – 09:30 (Pacific Time, UTC−07:00)",
    );
  });

  test("names UTC once", () => {
    expect(told("2026-12-01T16:00:00Z", "2026-12-01T16:30:00Z", "UTC").full).toBe(
      "Tuesday, 1 December 2026, 16:00 – 16:30 (UTC)",
    );
  });

  test("names both days when midnight is in between", () => {
    expect(told("2026-12-31T22:30:00Z", "2026-12-31T23:15:00Z", "Europe/Berlin").full).toBe(
      "Thursday, 31 December 2026, 23:30 – Friday, 1 January 2027, 00:15 (Central European Time, UTC+01:00)",
    );
  });

  test("names both offsets when the clocks change in between", () => {
    const night = told("2026-10-25T00:30:00Z", "2026-10-25T01:15:00Z", "Europe/Berlin");
    expect(night.full).toBe(
      "Sunday, 25 October 2026, 02:30 UTC+02:00 – 02:15 UTC+01:00 (Central European Time)",
    );
  });

  test("shows midnight as 00:00 and half-hour offsets whole", () => {
    const midnight = told("2026-12-01T18:30:00Z", "2026-12-01T19:00:00Z", "Asia/Kolkata");
    expect(midnight.full).toBe(
      "Wednesday, 2 December 2026, 00:00 – 00:30 (India Standard Time, UTC+05:30)",
    );
    expect(midnight.short).toBe("Wed, 2 Dec 2026, 00:00");
  });

  test("falls back to UTC, and says so, for a zone that nobody knows", () => {
    expect(told("2026-12-01T16:00:00Z", "2026-12-01T16:30:00Z", "Mars/Olympus").zone).toBe("UTC");
  });
});

describe("monthInWords()", () => {
  test("names a month", () => {
    expect(monthInWords("2026-12", "en-GB")).toBe("December 2026");
  });
});

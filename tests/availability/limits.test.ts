import { expect, test } from "bun:test";
import fc from "fast-check";
import { dateOf, dayOf } from "../../src/availability/calendar.ts";
import { cappedStarts, startLimits } from "../../src/availability/limits.ts";
import { startOfDay } from "../../src/availability/zone.ts";
import { at, DAY, HOUR, iso, makeType } from "./support/make.ts";

const FRIDAY_NOON = at("2026-03-06T12:00Z");

test("startLimits() counts the notice in elapsed time, also through a night of 23 hours", () => {
  const type = makeType({ minimumNoticeMinutes: 24 * 60, timeZone: "America/New_York" });
  const { earliest, latest } = startLimits(type, at("2026-03-07T17:00Z"));
  expect(iso(earliest)).toBe("2026-03-08T17:00Z");
  expect(latest).toBe(Number.POSITIVE_INFINITY);
});

test("a rolling horizon ends with a date of the type's zone, not of UTC", () => {
  const horizon = { kind: "rolling", days: 2 } as const;
  // Noon in UTC on Friday is already Saturday on Kiritimati.
  const ends = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"].map((timeZone) =>
    iso(startLimits(makeType({ horizon, timeZone }), FRIDAY_NOON).latest),
  );
  expect(ends).toEqual(["2026-03-09T00:00Z", "2026-03-09T10:00Z", "2026-03-09T11:00Z"]);
});

test("a horizon of no days is today", () => {
  for (const kind of ["rolling", "businessDays"] as const) {
    const saturday = FRIDAY_NOON + DAY;
    const { earliest, latest } = startLimits(makeType({ horizon: { kind, days: 0 } }), saturday);
    expect([iso(earliest), iso(latest)]).toEqual(["2026-03-07T12:00Z", "2026-03-08T00:00Z"]);
  }
});

test("a horizon of business days ends with the nth Monday–Friday after today", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 1, max: 40 }),
      (offset, days) => {
        const now = FRIDAY_NOON + offset * DAY;
        let date = Temporal.Instant.fromEpochMilliseconds(now)
          .toZonedDateTimeISO("UTC")
          .toPlainDate();
        for (let left = days; left > 0; ) {
          date = date.add({ days: 1 });
          if (date.dayOfWeek <= 5) left--;
        }
        const { latest } = startLimits(makeType({ horizon: { kind: "businessDays", days } }), now);
        expect(latest).toBe(startOfDay("UTC", date.add({ days: 1 }).toString()));
      },
    ),
  );
});

test("a range of dates is that of the type's zone, whatever its clocks do in between", () => {
  // Seen in winter, a range behind the change of clocks must not be an hour off.
  const horizon = { kind: "range", from: "2026-03-10", until: "2026-03-12" } as const;
  const type = makeType({ horizon, timeZone: "America/New_York" });
  const { earliest, latest } = startLimits(type, at("2026-02-01T00:00Z"));
  expect([iso(earliest), iso(latest)]).toEqual(["2026-03-10T04:00Z", "2026-03-13T04:00Z"]);
});

test("the notice counts inside a range that has begun", () => {
  const horizon = { kind: "range", from: "2026-03-01", until: "2026-03-12" } as const;
  const { earliest } = startLimits(makeType({ horizon, minimumNoticeMinutes: 60 }), FRIDAY_NOON);
  expect(earliest).toBe(FRIDAY_NOON + HOUR);
});

const meeting = (start: string, minutes = 60) => ({
  start: at(start),
  end: at(start) + minutes * 60_000,
});
const WINDOW = [at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z")] as const;

test("a cap closes the day, week or month that it fills, in the zone's calendar", () => {
  // In Auckland this is Monday the 1st of June, in UTC still Sunday and May.
  const booked = [meeting("2026-05-31T20:00Z")];
  const closed = (["day", "week", "month"] as const).map((per) =>
    cappedStarts([{ per, bookings: 1 }], booked, 60, "Pacific/Auckland", ...WINDOW).map(iso),
  );
  expect(closed).toEqual([
    ["2026-05-31T12:00Z", "2026-06-01T12:00Z"],
    ["2026-05-31T12:00Z", "2026-06-07T12:00Z"],
    ["2026-05-31T12:00Z", "2026-06-30T12:00Z"],
  ]);
});

test("a cap in minutes closes once a meeting of the duration no longer fits", () => {
  const booked = [meeting("2026-03-02T09:00Z", 60), meeting("2026-03-02T11:00Z", 45)];
  const closed = (minutes: number) =>
    cappedStarts([{ per: "day", minutes }], booked, 30, "UTC", ...WINDOW).length > 0;
  expect([closed(134), closed(135)]).toEqual([true, false]);
});

test("a cap below a single meeting closes everything", () => {
  expect(cappedStarts([{ per: "day", minutes: 59 }], [], 60, "UTC", ...WINDOW)).toEqual(WINDOW);
  expect(cappedStarts([{ per: "month", bookings: 0 }], [], 60, "UTC", ...WINDOW)).toEqual(WINDOW);
});

test("several caps close together, and a cap without numbers closes nothing", () => {
  const booked = [
    meeting("2026-03-02T09:00Z"),
    meeting("2026-03-04T09:00Z"),
    meeting("2026-03-04T12:00Z"),
  ];
  const closed = cappedStarts(
    [
      { per: "day", bookings: 2 },
      { per: "week", bookings: 4 },
      { per: "month" },
      { per: "day", bookings: null, minutes: null },
    ],
    booked,
    60,
    "UTC",
    ...WINDOW,
  );
  expect(closed.map(iso)).toEqual(["2026-03-04T00:00Z", "2026-03-05T00:00Z"]);
});

test("a booking counts whole in the period it starts in", () => {
  const booked = [meeting("2026-03-02T23:30Z", 60)];
  const [start = 0, end = 0] = cappedStarts(
    [{ per: "day", minutes: 90 }],
    booked,
    60,
    "UTC",
    ...WINDOW,
  );
  expect([start, end].map((instant) => dateOf(instant / DAY))).toEqual([
    "2026-03-02",
    "2026-03-03",
  ]);
  expect(dayOf("2026-03-02") * DAY).toBe(start);
});

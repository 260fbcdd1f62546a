// Random facts, crowded into a few days around a change of clocks so that everything meets everything.

import fc from "fast-check";
import type { Cap, Facts, Horizon, HostFacts, Window } from "../../../src/availability/offers.ts";
import type { Schedule } from "../../../src/availability/week.ts";
import { at, DAY, MINUTE } from "./make.ts";

const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

/** Recurrence rules of which it is plain on which days (since 1970) they fall. */
export const RULES = new Map<string, (day: number) => boolean>([
  ["FREQ=WEEKLY;BYDAY=SU,MO", (day) => [2, 3].includes((((day - 1) % 7) + 7) % 7)],
  [
    "DTSTART:20260101\nRRULE:FREQ=DAILY;INTERVAL=3",
    (day) => day >= 20_454 && (day - 20_454) % 3 === 0,
  ],
  [
    "FREQ=MONTHLY;BYMONTHDAY=1,8,29",
    (day) => [1, 8, 29].includes(new Date(day * DAY).getUTCDate()),
  ],
]);

// Instants at which clocks change, and the places whose clocks those are.
const CHANGES: [zone: string, instant: string][] = [
  ["UTC", "2026-03-28T12:00Z"],
  ["Europe/Berlin", "2026-03-29T01:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00Z"],
  ["America/New_York", "2026-03-08T07:00Z"],
  ["America/New_York", "2026-11-01T06:00Z"],
  ["Asia/Beirut", "2026-03-28T22:00Z"],
  ["Africa/Cairo", "2026-10-29T21:00Z"],
  ["America/Havana", "2026-03-08T05:00Z"],
  ["America/Santiago", "2026-09-06T04:00Z"],
  ["Atlantic/Azores", "2026-10-25T01:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
  ["Antarctica/Troll", "2026-03-29T01:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
];
const ZONES = [
  ...new Set(CHANGES.map(([zone]) => zone)),
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];

const upTo = (max: number, min = 0) => fc.integer({ min, max });

const clock = upTo(96).map((quarters) => {
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${pad(Math.floor(quarters / 4))}:${pad((quarters % 4) * 15)}`;
});
const hours = fc.record({ from: clock.filter((time) => time !== "24:00"), until: clock });

function dateNear(instant: number): fc.Arbitrary<string> {
  return upTo(4, -3).map((days) => new Date(instant + days * DAY).toISOString().slice(0, 10));
}

function spanNear(instant: number, longestMinutes: number) {
  return fc.tuple(upTo(720, -480), upTo(longestMinutes / 5)).map(([offset, length]) => {
    const start = instant + offset * 5 * MINUTE;
    return { start, end: start + length * 5 * MINUTE };
  });
}

function scheduleNear(instant: number, zone: string): fc.Arbitrary<Schedule> {
  const everyDay = hours.map((entry) => WEEKDAYS.map((weekday) => ({ weekday, ...entry })));
  const oneDay = fc
    .tuple(fc.constantFrom(...WEEKDAYS), hours)
    .map(([weekday, entry]) => [{ weekday, ...entry }]);
  const ruled = fc
    .tuple(fc.constantFrom(...RULES.keys()), hours)
    .map(([rrule, entry]) => [{ rrule, ...entry }]);
  const allDay = fc.constant(
    WEEKDAYS.map((weekday) => ({ weekday, from: "00:00", until: "24:00" })),
  );
  return fc.record({
    timeZone: fc.oneof({ weight: 3, arbitrary: fc.constant(zone) }, fc.constantFrom(...ZONES)),
    hours: fc
      .array(fc.oneof({ weight: 3, arbitrary: everyDay }, oneDay, ruled, allDay), {
        minLength: 1,
        maxLength: 3,
      })
      .map((list) => list.flat()),
    overrides: fc.array(
      fc.record({ date: dateNear(instant), hours: fc.array(hours, { maxLength: 2 }) }),
      { maxLength: 2 },
    ),
  });
}

const caps = fc.array(
  fc.record<Cap>({
    per: fc.constantFrom<Cap["per"]>("day", "week", "month"),
    bookings: fc.option(upTo(3)),
    minutes: fc.option(upTo(20).map((n) => n * 15)),
  }),
  { maxLength: 2 },
);

function hostNear(instant: number, zone: string, id: string): fc.Arbitrary<HostFacts> {
  const away = fc
    .tuple(dateNear(instant), dateNear(instant))
    .map(([a, b]) => (a < b ? { from: a, until: b } : { from: b, until: a }));
  return fc.record({
    id: fc.constant(id),
    schedule: scheduleNear(instant, zone),
    moreSchedules: fc.array(scheduleNear(instant, zone), { maxLength: 1 }),
    away: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.tuple(away)),
    busy: fc
      .array(spanNear(instant, 240), { maxLength: 12 })
      .map((list) =>
        list.sort((a, b) => a.start - b.start).flatMap(({ start, end }) => [start, end]),
      ),
    counted: fc.array(spanNear(instant, 120), { maxLength: 4 }),
    caps: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, caps),
  });
}

function horizonNear(instant: number): fc.Arbitrary<Horizon> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: "unlimited" } as const) },
    fc.record({ kind: fc.constant("rolling" as const), days: upTo(4) }),
    fc.record({ kind: fc.constant("businessDays" as const), days: upTo(6) }),
    fc.record({
      kind: fc.constant("range" as const),
      from: dateNear(instant),
      until: dateNear(instant),
    }),
  );
}

function factsNear(instant: number, zone: string): fc.Arbitrary<Facts> {
  const ids = ["ada", "bob", "cy"];
  const required = fc.oneof(fc.constant("all" as const), upTo(2, 1));
  const groups = fc.oneof(
    { weight: 4, arbitrary: fc.constant([{ hosts: ["ada"], required: "all" as const }]) },
    { weight: 4, arbitrary: required.map((needed) => [{ hosts: ids, required: needed }]) },
    required.map((needed) => [
      { hosts: ["cy"], required: 1 },
      { hosts: ["bob", "ada"], required: needed },
    ]),
    // Nobody, somebody unknown, and no group at all.
    fc.constantFrom(
      [{ hosts: [], required: "all" as const }],
      [{ hosts: ["ada", "zoe"], required: "all" as const }],
      [{ hosts: ["zoe", "bob"], required: 1 }],
      [],
    ),
  );
  const type = fc.record({
    durationMinutes: fc.constantFrom(5, 15, 30, 45, 60, 90, 1500),
    bufferBeforeMinutes: fc.constantFrom(0, 0, 10, 30),
    bufferAfterMinutes: fc.constantFrom(0, 0, 5, 60),
    slotIntervalMinutes: fc.constantFrom(null, null, 5, 20, 60),
    slotAlignment: fc.constantFrom("start", "start", "hour", "half", "quarter"),
    minimumNoticeMinutes: fc.constantFrom(0, 0, 90, 1440),
    horizon: horizonNear(instant),
    caps: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, caps),
    capacity: fc.constantFrom(1, 1, 3),
    timeZone: fc.oneof({ weight: 3, arbitrary: fc.constant(zone) }, fc.constantFrom(...ZONES)),
    groups,
  });
  return type.chain((rules) =>
    fc.record({
      type: fc.constant(rules),
      hosts: fc.tuple(
        hostNear(instant, zone, "ada"),
        hostNear(instant, zone, "bob"),
        hostNear(instant, zone, "cy"),
      ),
      booked: fc.array(spanNear(instant, 120), { maxLength: 4 }),
      seated: fc
        .array(
          fc
            .record({
              start: upTo(48, -24).map((halves) => instant + halves * 30 * MINUTE),
              seatsTaken: upTo(4, 1),
              hosts: fc.subarray(["ada", "bob"], { minLength: 1 }),
            })
            .map((meeting) => ({
              ...meeting,
              end: meeting.start + rules.durationMinutes * MINUTE,
            })),
          { maxLength: rules.capacity > 1 ? 6 : 1 },
        )
        .map((list) => [...new Map(list.map((meeting) => [meeting.start, meeting])).values()]),
    }),
  );
}

/** Facts, and a window of one to two and a half days to ask about. */
export const situation: fc.Arbitrary<{ facts: Facts; window: Window }> = fc
  .constantFrom(...CHANGES)
  .chain(([zone, change]) => {
    const instant = at(change);
    return fc.record({
      facts: factsNear(instant, zone),
      window: fc
        .tuple(upTo(144, -144), upTo(180, 60), upTo(120, -400))
        .map(([start, length, asked]) => {
          const from = instant + start * 10 * MINUTE;
          return { from, until: from + length * 20 * MINUTE, now: from + asked * 10 * MINUTE };
        }),
    });
  });

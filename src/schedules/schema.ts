import { type Static, Type } from "@sinclair/typebox";
import { WEEKDAYS } from "../availability/calendar.ts";
import { Body, Caps, Day, Id, Instant, Line, OneOf, Prose, Zone } from "../schema.ts";
import { ExpectedVersion } from "../version.ts";
import type { ScheduleRow } from "./queries.ts";

const From = Type.String({
  pattern: "^([01]\\d|2[0-3]):[0-5]\\d$",
  description: "Wall time HH:MM",
  examples: ["09:00"],
});
const Until = Type.String({
  pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
  description: "Wall time HH:MM; 24:00 is the day's end, before `from` means the next day",
  examples: ["17:00"],
});

const Opening = Body({ from: From, until: Until });
const WeeklyOpening = Body(
  {
    weekday: Type.Optional(OneOf(...WEEKDAYS)),
    rrule: Type.Optional({
      ...Prose(1000, "FREQ=MONTHLY;BYDAY=1SA"),
      minLength: 1,
      description:
        "iCalendar recurrence instead of a weekday: an RRULE, with lines DTSTART and EXDATE where wanted",
    }),
    from: From,
    until: Until,
  },
  { description: "Hours of a weekday, or of the days that a recurrence rule gives" },
);
const Override = Body(
  { date: Day, hours: Type.Array(Opening, { maxItems: 24 }) },
  { description: "Other hours for a date; none means closed" },
);

export const Hours = Type.Array(WeeklyOpening, { maxItems: 100 });
export type Hours = Static<typeof Hours>;
export const Overrides = Type.Array(Override, { maxItems: 400 });
export type Overrides = Static<typeof Overrides>;

/** Overrides by their dates, as they are stored. */
export const inOrder = (overrides: Overrides): Overrides =>
  overrides.toSorted((a, b) => (a.date < b.date ? -1 : 1));

export const Schedule = Type.Object({
  id: Id,
  name: Type.String({ examples: ["Working hours"] }),
  timeZone: Type.String({ examples: ["Europe/Berlin"] }),
  hours: Hours,
  overrides: Overrides,
  caps: Caps,
  isDefault: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Schedule = Static<typeof Schedule>;

/** A schedule as the wire shows it. */
export const scheduleOf = (row: ScheduleRow): Schedule => ({
  id: row.id,
  name: row.name,
  timeZone: row.timeZone,
  hours: row.hours,
  overrides: row.overrides,
  caps: row.caps,
  isDefault: row.isDefault,
  version: row.version,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

const HostCaps = {
  ...Caps,
  description: "How much you take on, whatever the meeting type",
  examples: [[{ per: "day", bookings: 6 }]],
};

const Name = Line(100, "Working hours");

export const NewSchedule = Body({
  name: Name,
  timeZone: Type.Optional({ ...Zone, description: "IANA time zone name; yours when left out" }),
  hours: Type.Optional({
    ...Hours,
    default: [],
    examples: [[{ weekday: "monday", from: "09:00", until: "17:00" }]],
  }),
  overrides: Type.Optional({
    ...Overrides,
    default: [],
    examples: [[{ date: "2026-12-24", hours: [] }]],
  }),
  caps: Type.Optional({ ...HostCaps, default: [] }),
  isDefault: Type.Optional(
    Type.Boolean({ default: false, description: "Takes the place of the present default" }),
  ),
});
export type NewSchedule = Static<typeof NewSchedule>;

export const SchedulePatch = Body({
  name: Type.Optional(Name),
  timeZone: Type.Optional(Zone),
  hours: Type.Optional(Hours),
  overrides: Type.Optional(Overrides),
  caps: Type.Optional(HostCaps),
  isDefault: Type.Optional(
    Type.Boolean({ description: "True only: make another one the default" }),
  ),
  version: ExpectedVersion,
});
export type SchedulePatch = Omit<Static<typeof SchedulePatch>, "version">;

export const Preview = Type.Object({
  timeZone: Type.String({ examples: ["Europe/Berlin"] }),
  from: Day,
  until: Day,
  intervals: Type.Array(
    Type.Object({
      date: { ...Day, description: "The date whose hours these are" },
      start: Instant,
      end: Instant,
      localStart: Type.String({ examples: ["2026-12-01T09:00+01:00"] }),
      localEnd: Type.String({ examples: ["2026-12-01T17:00+01:00"] }),
    }),
  ),
});
export type Preview = Static<typeof Preview>;

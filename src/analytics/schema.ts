import { type Static, Type } from "@sinclair/typebox";
import { nameOf } from "../accounts/schema.ts";
import { Body, Id, Instant, Nullable, Zone } from "../schema.ts";
import type { EventRow } from "./queries.ts";

const EventType = Type.String({
  pattern: "^[A-Z][A-Z0-9_]{1,63}$",
  examples: ["WIDGET_OPENED"],
});

export const NewEvent = Body({
  eventType: EventType,
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      additionalProperties: false,
      maxProperties: 50,
      description: "An object of at most 4 kB as JSON, nested at most 5 deep",
      examples: [{ page: "/pricing" }],
    }),
  ),
});
export type NewEvent = Static<typeof NewEvent>;

const Count = Type.Integer({ examples: [12] });

export const Dashboard = Type.Object({
  period: Type.Object({ days: Type.Integer({ examples: [30] }), from: Instant, until: Instant }),
  overview: Type.Object({ totalEvents: Count, uniqueUsers: Count, eventTypes: Count }),
  breakdown: Type.Array(Type.Object({ eventType: EventType, count: Count, uniqueUsers: Count }), {
    description: "The most frequent first, at most 100",
  }),
});
export type Dashboard = Static<typeof Dashboard>;

export const LoggedEvent = Type.Object({
  id: Id,
  eventType: EventType,
  metadata: Type.Record(Type.String(), Type.Unknown()),
  user: Nullable(Type.Object({ id: Id, email: Type.String(), name: Type.String() })),
  createdAt: Instant,
});
export type LoggedEvent = Static<typeof LoggedEvent>;

/** An event as the wire shows it. */
export const loggedEventOf = ({ user, createdAt, ...row }: EventRow): LoggedEvent => ({
  ...row,
  user: user && { id: user.id, email: user.email, name: nameOf(user) },
  createdAt: createdAt.toString(),
});

export const GROUPINGS = ["day", "week", "meetingType", "host"] as const;
export type GroupBy = (typeof GROUPINGS)[number];
/** The grouping that a word means, in whatever case; null for none. */
export const groupingOf = (word: string): GroupBy | null =>
  GROUPINGS.find((each) => each.toLowerCase() === word.toLowerCase()) ?? null;

const Hours = Type.Number({ examples: [49.5] });
const counts = {
  booked: Type.Integer({ description: "Made in the period, whatever became of them" }),
  cancelled: Type.Integer({ description: "Of those, cancelled by now" }),
  rescheduled: Type.Integer({ description: "Of those, moved at least once" }),
  noShow: Type.Integer({ description: "Of those, where no guest came" }),
  medianLeadTimeHours: Nullable(Hours),
  conversion: Nullable(
    Type.Object(
      {
        opened: Type.Integer({ description: "WIDGET_OPENED events that name the meeting type" }),
        booked: Type.Integer({ description: "BOOKING_CREATED events, however it was booked" }),
        rate: Type.Number({ examples: [0.25] }),
      },
      { description: "Of the caller's own meeting types; null where no widget was opened" },
    ),
  ),
};

export const BookingGroup = Type.Object({
  key: Nullable(
    Type.String({
      description:
        "The date, the Monday, or the id of the meeting type (null: personal bookings) or host",
    }),
  ),
  name: Nullable(Type.String({ description: "The meeting type's title, the host's name" })),
  ...counts,
});
export type BookingGroup = Static<typeof BookingGroup>;

export const BookingReport = Type.Object({
  period: Type.Object({
    days: Type.Integer({ examples: [30] }),
    from: Instant,
    until: Instant,
    timeZone: Zone,
  }),
  overview: Type.Object(counts),
  groupBy: Type.String({ enum: [...GROUPINGS] }),
  groups: Type.Array(BookingGroup, {
    description:
      "Days and weeks in their order, each of them; others by what was booked, at most 100",
  }),
});
export type BookingReport = Omit<Static<typeof BookingReport>, "groupBy"> & { groupBy: GroupBy };

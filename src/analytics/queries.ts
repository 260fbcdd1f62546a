import { type Static, Type } from "@sinclair/typebox";
import countBookingsText from "#sql/analytics/count_bookings.sql" with { type: "text" };
import countConversionsText from "#sql/analytics/count_conversions.sql" with { type: "text" };
import countEventUsersText from "#sql/analytics/count_event_users.sql" with { type: "text" };
import countEventsText from "#sql/analytics/count_events.sql" with { type: "text" };
import keepPartitionsText from "#sql/analytics/keep_partitions.sql" with { type: "text" };
import listEventsText from "#sql/analytics/list_events.sql" with { type: "text" };
import noteEventsText from "#sql/analytics/note_events.sql" with { type: "text" };
import { many, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Nullable } from "../schema.ts";

const MetadataT = JsonT(Type.Record(Type.String(), Type.Unknown()));

export const noteEvents = many(
  noteEventsText,
  {
    events: JsonT(
      Type.Array(
        Type.Object({
          id: Type.String(),
          userId: Nullable(Type.String()),
          eventType: Type.String(),
          metadata: Type.Record(Type.String(), Type.Unknown()),
          createdAt: Type.String(),
        }),
      ),
    ),
  },
  {},
);

export const countEvents = many(
  countEventsText,
  { from: InstantT, until: InstantT, limit: IntT },
  { eventType: TextT, count: IntT, uniqueUsers: IntT, totalEvents: IntT, eventTypes: IntT },
);

export const countEventUsers = one(
  countEventUsersText,
  { from: InstantT, until: InstantT },
  { uniqueUsers: IntT },
);

export const keepPartitions = one(
  keepPartitionsText,
  { now: InstantT, retentionDays: IntT },
  { isChanged: BoolT },
);

const Grouping = OneOfT("day", "week", "meetingType", "host");
const EdgesT = JsonT(Type.Array(Type.String()));

export const countBookings = many(
  countBookingsText,
  {
    userId: IdT,
    meetingTypeId: MaybeT(IdT),
    from: InstantT,
    until: InstantT,
    groupBy: Grouping,
    edges: EdgesT,
    limit: IntT,
    organizationId: MaybeT(IdT),
  },
  {
    isTotal: BoolT,
    key: MaybeT(TextT),
    booked: IntT,
    cancelled: IntT,
    rescheduled: IntT,
    noShow: IntT,
    medianLeadMinutes: MaybeT(IntT),
    name: MaybeT(TextT),
  },
);

export const countConversions = many(
  countConversionsText,
  {
    userId: IdT,
    meetingTypeId: MaybeT(IdT),
    from: InstantT,
    until: InstantT,
    groupBy: Grouping,
    edges: EdgesT,
    organizationId: MaybeT(IdT),
  },
  { isTotal: BoolT, key: MaybeT(TextT), name: MaybeT(TextT), opened: IntT, booked: IntT },
);

const Event = {
  id: IdT,
  eventType: TextT,
  metadata: MetadataT,
  createdAt: InstantT,
  user: JsonT(
    Nullable(
      Type.Object({
        id: Type.String(),
        email: Type.String(),
        firstName: Type.String(),
        lastName: Nullable(Type.String()),
      }),
    ),
  ),
};
const EventRowSchema = Type.Object(Event);
export type EventRow = Static<typeof EventRowSchema>;

export const listEvents = many(
  listEventsText,
  {
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    eventType: MaybeT(TextT),
    userId: MaybeT(IdT),
    from: MaybeT(InstantT),
    until: MaybeT(InstantT),
    limit: IntT,
  },
  Event,
);

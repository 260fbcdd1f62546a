import { type Static, Type } from "@sinclair/typebox";
import countEventsText from "#sql/analytics/count_events.sql" with { type: "text" };
import keepPartitionsText from "#sql/analytics/keep_partitions.sql" with { type: "text" };
import listEventsText from "#sql/analytics/list_events.sql" with { type: "text" };
import noteEventText from "#sql/analytics/note_event.sql" with { type: "text" };
import { many, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, TextT } from "../db/type.ts";
import { Nullable } from "../schema.ts";

const MetadataT = JsonT(Type.Record(Type.String(), Type.Unknown()));

export const noteEvent = many(
  noteEventText,
  { id: IdT, userId: MaybeT(IdT), eventType: TextT, metadata: MetadataT, now: InstantT },
  {},
);

export const countEvents = many(
  countEventsText,
  { from: InstantT, limit: IntT },
  { eventType: MaybeT(TextT), count: IntT, uniqueUsers: IntT, eventTypes: IntT },
);

export const keepPartitions = one(
  keepPartitionsText,
  { now: InstantT, retentionDays: IntT },
  { isChanged: BoolT },
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
  { at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Event,
);

import { type Static, Type } from "@sinclair/typebox";
import { nameOf } from "../accounts/schema.ts";
import { Body, Id, Instant, Nullable } from "../schema.ts";
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

import { type Static, Type } from "@sinclair/typebox";
import { Body, Id, Instant, Line, Nullable, OneOf } from "../schema.ts";
import { EVENTS } from "./events.ts";
import type { DeliveryRow, EndpointRow } from "./queries.ts";

const Url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description:
    "Where events are posted to: https, on the public internet, on port 443, 80, 8443 or 8080. Redirects are not followed",
  examples: ["https://203.0.114.7/kalends"],
});
const Events = Type.Array(OneOf(...EVENTS), {
  minItems: 1,
  maxItems: EVENTS.length,
  uniqueItems: true,
  examples: [["booking.created", "booking.rescheduled", "booking.cancelled"]],
});
const Description = Line(200, "Our CRM");

export const NewEndpoint = Body(
  {
    url: Url,
    events: Events,
    description: Type.Optional(Nullable(Description)),
    organizationId: Type.Optional({
      ...Id,
      description: "For an organization, by its admins: it hears of bookings of its meeting types",
    }),
  },
  { examples: [{ url: "https://203.0.114.7/kalends", events: ["booking.created"] }] },
);
export type NewEndpoint = Static<typeof NewEndpoint>;

export const EndpointPatch = Body({
  url: Type.Optional(Url),
  events: Type.Optional(Events),
  description: Type.Optional(Nullable(Description)),
  isActive: Type.Optional(
    Type.Boolean({ description: "`true` starts one again that was stopped, as if it were new" }),
  ),
});
export type EndpointPatch = Static<typeof EndpointPatch>;

export const Endpoint = Type.Object({
  id: Id,
  organizationId: Nullable({ ...Id, description: "Null: it is mine" }),
  url: Type.String(),
  description: Nullable(Type.String()),
  events: Events,
  isActive: Type.Boolean(),
  status: {
    ...OneOf("active", "failing", "paused", "disabled"),
    description:
      "`failing`: nothing but failures since `failingSince`; `paused`: by you; `disabled`: by us",
  },
  failingSince: Nullable(Instant),
  disabledAt: Nullable(Instant),
  disabledReason: Nullable({
    ...OneOf("gone", "failing"),
    description: "`gone`: it answered 410; `failing`: five days of nothing but failures",
  }),
  previousSecretUntil: Nullable({
    ...Instant,
    description: "Until when the secret before the present one signs too",
  }),
  createdAt: Instant,
  updatedAt: Instant,
});
type Endpoint = Static<typeof Endpoint>;

export const EndpointWithSecret = Type.Object({
  ...Endpoint.properties,
  secret: Type.String({
    description: "Verify signatures by it. It is shown this once",
    examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
  }),
});

export const Delivery = Type.Object({
  id: Id,
  messageId: { ...Id, description: "The header webhook-id: the same for every attempt and replay" },
  event: Type.String({ examples: ["booking.created"] }),
  bookingId: Nullable(Id),
  subjectId: Nullable({ ...Id, description: "The meeting type or connection it is about" }),
  version: Nullable(Type.Integer({ description: "The order of events of one booking" })),
  replayOf: Nullable(Id),
  status: {
    ...OneOf("pending", "delivered", "failed", "superseded"),
    description:
      "`superseded`: it was not sent, since the endpoint was stopped or what it was about is gone",
  },
  nextAttemptAt: Nullable(Instant),
  createdAt: { ...Instant, description: "When the event was" },
  attempts: Type.Array(
    Type.Object({
      attempt: Type.Integer({ description: "Of 12" }),
      startedAt: Instant,
      durationMs: Nullable({
        ...Type.Integer(),
        description: "Null: we were cut off, and do not know whether it arrived",
      }),
      status: Nullable(Type.Integer({ description: "Of your answer", examples: [204] })),
      error: Nullable(Type.String({ description: "Why it does not count as delivered" })),
      request: Type.String({ description: "What was sent, by its ids; kept for 30 days" }),
      response: Nullable(Type.String({ description: "How your answer began" })),
    }),
  ),
});
type Delivery = Static<typeof Delivery>;

export const Promised = Type.Object({
  message: Type.String({ examples: ["Delivery promised"] }),
  deliveryId: Id,
});

const text = (instant: Temporal.Instant | null) => instant?.toString() ?? null;

/** An endpoint as its owner sees it; never its secrets. */
export const endpointOf = (row: EndpointRow, now: Temporal.Instant): Endpoint => ({
  id: row.id,
  organizationId: row.organizationId,
  url: row.url,
  description: row.description,
  events: row.events,
  isActive: row.isActive,
  status: statusOf(row),
  failingSince: text(row.failingSince),
  disabledAt: text(row.disabledAt),
  disabledReason: row.disabledReason,
  previousSecretUntil:
    row.previousSecretUntil && Temporal.Instant.compare(now, row.previousSecretUntil) < 0
      ? text(row.previousSecretUntil)
      : null,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

function statusOf({ isActive, disabledAt, failingSince }: EndpointRow): Endpoint["status"] {
  if (disabledAt) return "disabled";
  if (!isActive) return "paused";
  return failingSince ? "failing" : "active";
}

const STATUS = {
  done: "delivered",
  failed: "failed",
  superseded: "superseded",
  unwanted: "superseded",
} as const;

/** A promise to an endpoint with what came of it. */
export const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  messageId: row.replayOf ?? row.id,
  event: row.kind,
  bookingId: row.bookingId,
  subjectId: row.subjectId,
  version: row.version,
  replayOf: row.replayOf,
  status: row.outcome === null ? "pending" : STATUS[row.outcome],
  nextAttemptAt: text(row.nextAttemptAt),
  createdAt: row.createdAt.toString(),
  attempts: row.attempts.map((each) => ({
    ...each,
    startedAt: Temporal.Instant.from(each.startedAt).toString(),
  })),
});

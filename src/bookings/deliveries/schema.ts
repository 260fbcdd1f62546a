import { type Static, Type } from "@sinclair/typebox";
import { Id, Instant, Nullable, OneOf, Page } from "../../schema.ts";
import type { DeliveryRow } from "../delivery-queries.ts";

export const STATES = [
  "pending",
  "sending",
  "retrying",
  "sent",
  "deferred",
  "delivered",
  "bounced",
  "complained",
  "failed",
  "superseded",
  "unwanted",
] as const;

export const Delivery = Type.Object({
  id: Id,
  channel: OneOf("email", "sms", "webhook", "calendar"),
  kind: Type.String({ examples: ["BOOKING_CONFIRMATION"] }),
  state: {
    ...OneOf(...STATES),
    description:
      "pending until it is due; sending; retrying after a failure that may pass; sent: the provider has it; deferred: it still tries; delivered; bounced; complained: called spam; failed for good; superseded by a later change; unwanted by its reader",
  },
  recipient: Nullable(
    Type.Object({
      role: OneOf("guest", "host"),
      id: Id,
      name: Type.String(),
      email: Type.String(),
    }),
  ),
  attempts: Type.Integer({ description: "Dispatches so far" }),
  provider: Nullable(Type.String({ description: "Who has it, or may have it" })),
  error: Nullable(Type.String({ description: "Why it failed last, in the provider's words" })),
  dueAt: Nullable({ ...Instant, description: "When it is tried next; null when nothing is" }),
  createdAt: Instant,
  updatedAt: Instant,
  retryOf: Nullable({
    ...Id,
    description: "The delivery that failed and is tried anew by this one",
  }),
  retriedBy: Nullable(Id),
});
export type Delivery = Static<typeof Delivery>;

export const Deliveries = Page(Delivery);

/** A promise as its booking's host sees it. */
export const deliveryOf = (row: DeliveryRow): Delivery => ({
  ...row,
  dueAt: row.dueAt?.toString() ?? null,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

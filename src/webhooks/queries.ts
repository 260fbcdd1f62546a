import { type Static, Type } from "@sinclair/typebox";
import createEndpointText from "#sql/webhooks/create_endpoint.sql" with { type: "text" };
import deleteEndpointText from "#sql/webhooks/delete_endpoint.sql" with { type: "text" };
import findEndpointText from "#sql/webhooks/find_endpoint.sql" with { type: "text" };
import listDeliveriesText from "#sql/webhooks/list_deliveries.sql" with { type: "text" };
import listEndpointsText from "#sql/webhooks/list_endpoints.sql" with { type: "text" };
import promisePingText from "#sql/webhooks/promise_ping.sql" with { type: "text" };
import replayDeliveryText from "#sql/webhooks/replay_delivery.sql" with { type: "text" };
import rotateSecretText from "#sql/webhooks/rotate_secret.sql" with { type: "text" };
import updateEndpointText from "#sql/webhooks/update_endpoint.sql" with { type: "text" };
import { LimitByPlanT } from "../accounts/plans.ts";
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";
import { Nullable, OneOf } from "../schema.ts";
import { EVENTS } from "./events.ts";

const EventsT = JsonT(Type.Array(OneOf(...EVENTS)));

const Endpoint = {
  id: IdT,
  /** Null: its owner is the user. */
  organizationId: MaybeT(IdT),
  url: TextT,
  description: MaybeT(TextT),
  events: EventsT,
  isActive: BoolT,
  failingSince: MaybeT(InstantT),
  disabledAt: MaybeT(InstantT),
  disabledReason: MaybeT(OneOfT("gone", "failing")),
  previousSecretUntil: MaybeT(InstantT),
  createdAt: InstantT,
  updatedAt: InstantT,
};
const EndpointRowSchema = Type.Object(Endpoint);
export type EndpointRow = Static<typeof EndpointRowSchema>;

const Own = { userId: IdT, id: IdT };

export const createEndpoint = maybe(
  createEndpointText,
  {
    id: IdT,
    userId: IdT,
    url: TextT,
    description: MaybeT(TextT),
    events: EventsT,
    secret: TextT,
    limits: LimitByPlanT,
    now: InstantT,
    organizationId: MaybeT(IdT),
  },
  Endpoint,
);

export const listEndpoints = many(
  listEndpointsText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Endpoint,
);

export const findEndpoint = maybe(findEndpointText, Own, Endpoint);

export const updateEndpoint = maybe(
  updateEndpointText,
  {
    ...Own,
    url: MaybeT(TextT),
    hasDescription: BoolT,
    description: MaybeT(TextT),
    events: MaybeT(EventsT),
    isActive: MaybeT(BoolT),
    now: InstantT,
  },
  Endpoint,
);

export const deleteEndpoint = maybe(deleteEndpointText, { ...Own, now: InstantT }, { id: IdT });

export const rotateSecret = maybe(
  rotateSecretText,
  { ...Own, secret: TextT, previousUntil: InstantT, now: InstantT },
  Endpoint,
);

export const promisePing = maybe(
  promisePingText,
  { id: IdT, ...Claim, userId: IdT, endpointId: IdT, now: InstantT },
  { id: MaybeT(IdT) },
);

export const replayDelivery = maybe(
  replayDeliveryText,
  { id: IdT, ...Claim, userId: IdT, endpointId: IdT, deliveryId: IdT, now: InstantT },
  { id: MaybeT(IdT) },
);

const Attempt = Type.Object({
  attempt: Type.Integer(),
  startedAt: Type.String(),
  durationMs: Nullable(Type.Integer()),
  status: Nullable(Type.Integer()),
  error: Nullable(Type.String()),
  request: Type.String(),
  response: Nullable(Type.String()),
});

const Delivery = {
  id: IdT,
  kind: TextT,
  bookingId: MaybeT(IdT),
  subjectId: MaybeT(IdT),
  version: MaybeT(IntT),
  replayOf: MaybeT(IdT),
  // The last is of mails alone, but the column knows it.
  outcome: MaybeT(OneOfT("done", "superseded", "failed", "unwanted")),
  createdAt: InstantT,
  doneAt: MaybeT(InstantT),
  nextAttemptAt: MaybeT(InstantT),
  attempts: JsonT(Type.Array(Attempt)),
};
const DeliveryRowSchema = Type.Object(Delivery);
export type DeliveryRow = Static<typeof DeliveryRowSchema>;

export const listDeliveries = many(
  listDeliveriesText,
  { userId: IdT, endpointId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Delivery,
);

import { type Static, Type } from "@sinclair/typebox";
import listDeliveriesText from "#sql/bookings/list_deliveries.sql" with { type: "text" };
import retryDeliveryText from "#sql/bookings/retry_delivery.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { OneOf } from "../schema.ts";
import { STATES } from "./deliveries/schema.ts";

const Row = {
  id: IdT,
  channel: OneOfT("email", "sms", "webhook", "calendar"),
  kind: TextT,
  attempts: IntT,
  retryOf: MaybeT(IdT),
  retriedBy: MaybeT(IdT),
  state: OneOfT(...STATES),
  recipient: MaybeT(
    JsonT(
      Type.Object({
        role: OneOf("guest", "host"),
        id: Type.String(),
        name: Type.String(),
        email: Type.String(),
      }),
    ),
  ),
  provider: MaybeT(TextT),
  error: MaybeT(TextT),
  dueAt: MaybeT(InstantT),
  createdAt: InstantT,
  updatedAt: InstantT,
};
const RowSchema = Type.Object(Row);
export type DeliveryRow = Static<typeof RowSchema>;

export const listDeliveries = many(
  listDeliveriesText,
  {
    bookingId: IdT,
    deliveryId: MaybeT(IdT),
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    limit: IntT,
    userId: IdT,
  },
  Row,
);

export const retryDelivery = maybe(
  retryDeliveryText,
  { bookingId: IdT, deliveryId: IdT, newId: IdT, now: InstantT, userId: IdT },
  { id: IdT },
);

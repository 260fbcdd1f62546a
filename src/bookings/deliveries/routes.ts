import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf } from "../../cursor.ts";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Id } from "../../schema.ts";
import type { World } from "../../world.ts";
import { ById, bearer } from "../request.ts";
import { listDeliveries } from "./list.ts";
import { retry } from "./retry.ts";
import { Deliveries, Delivery } from "./schema.ts";

export const deliveries = (world: World) =>
  new Elysia({ name: "deliveries", normalize: false })
    .use(auth(world))
    .get(
      "/bookings/:id/deliveries",
      ({ params, caller, query }) =>
        listDeliveries(world, {
          user: caller.user,
          bookingId: params.id,
          limit: limitOf(query),
          cursor: query.cursor,
        }),
      {
        signedIn: true,
        params: ById,
        query: Query(Paging),
        response: answers({ 200: Deliveries }, "unauthorized", "forbidden", "not_found"),
        detail: {
          ...bearer,
          summary: "What everybody concerned was to be told, and what became of it",
        },
      },
    )
    .post(
      "/bookings/:id/deliveries/:deliveryId/retry",
      async ({ params, caller, status }) => {
        const { delivery, isNew } = await retry(world, {
          user: caller.user,
          bookingId: params.id,
          deliveryId: params.deliveryId,
        });
        return isNew ? status(201, delivery) : status(200, delivery);
      },
      {
        signedIn: true,
        params: Type.Object({ id: Id, deliveryId: Id }),
        response: answers(
          { 200: Delivery, 201: Delivery },
          "unauthorized",
          "forbidden",
          "not_found",
          "delivery_stands",
        ),
        detail: {
          ...bearer,
          summary: "Send again what failed or bounced",
          description:
            "Makes a delivery of its own, which says what is true when it is sent. Again: 200, the same one; no key is needed.",
        },
      },
    );

import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { IdempotencyKey } from "../http/idempotency.ts";
import { Paging, Query } from "../http/paging.ts";
import { Problem } from "../problem.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { createEndpoint } from "./create.ts";
import { pageOfDeliveries } from "./deliveries.ts";
import { replay, testEndpoint } from "./promise-again.ts";
import { deleteEndpoint, findEndpoint, listEndpoints } from "./queries.ts";
import { rotateSecret } from "./rotate-secret.ts";
import {
  Delivery,
  Endpoint,
  EndpointPatch,
  EndpointWithSecret,
  endpointOf,
  NewEndpoint,
  Promised,
} from "./schema.ts";
import { updateEndpoint } from "./update.ts";

const Mine = { tags: ["Webhooks"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });
const OfDelivery = Type.Object({ id: Id, deliveryId: Id });

export const webhooks = (world: World) =>
  new Elysia({ name: "webhooks", normalize: false })
    .use(auth(world))
    .get(
      "/webhooks",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listEndpoints(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, (row) => endpointOf(row, world.now()), newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Endpoint) }, "unauthorized"),
        detail: {
          ...Mine,
          summary: "My webhooks and those of organizations that I am an admin of, newest first",
        },
      },
    )
    .post(
      "/webhooks",
      async ({ caller, body, set, status }) => {
        const { row, secret } = await createEndpoint(world, caller.user.id, body);
        set.headers["cache-control"] = "no-store";
        return status(201, { ...endpointOf(row, world.now()), secret });
      },
      {
        signedIn: true,
        body: NewEndpoint,
        response: answers(
          { 201: EndpointWithSecret },
          "unauthorized",
          "forbidden",
          "plan_limit",
          "not_found",
          "encryption_key_missing",
        ),
        detail: {
          ...Mine,
          summary: "Make a webhook",
          description:
            "Events of my bookings, as host or as owner of the meeting type, and of my meeting types are posted to it by Standard Webhooks. The secret is shown this once: a request that is repeated makes another webhook.",
        },
      },
    )
    .get(
      "/webhooks/:id",
      async ({ caller, params }) => {
        const row = await findEndpoint(world.db, { userId: caller.user.id, id: params.id });
        if (!row) throw new Problem("not_found");
        return endpointOf(row, world.now());
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Endpoint }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "One of my webhooks" },
      },
    )
    .patch(
      "/webhooks/:id",
      async ({ caller, params, body }) => {
        const at = { userId: caller.user.id, id: params.id };
        return endpointOf(await updateEndpoint(world, at, body), world.now());
      },
      {
        signedIn: true,
        params: ById,
        body: EndpointPatch,
        response: answers({ 200: Endpoint }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "Change a webhook, stop it, or start it again",
          description:
            "What is absent stays. What happens while it is stopped is not told later; what was promised before and is still due is.",
        },
      },
    )
    .delete(
      "/webhooks/:id",
      async ({ caller, params }) => {
        const at = { userId: caller.user.id, id: params.id, now: world.now() };
        if (!(await deleteEndpoint(world.db, at))) throw new Problem("not_found");
        return { message: "Webhook deleted" };
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "Delete a webhook",
          description: "With everything that is still promised to it, and its log.",
        },
      },
    )
    .post(
      "/webhooks/:id/rotate-secret",
      async ({ caller, params, set }) => {
        const at = { userId: caller.user.id, id: params.id };
        const { row, secret } = await rotateSecret(world, at);
        set.headers["cache-control"] = "no-store";
        return { ...endpointOf(row, world.now()), secret };
      },
      {
        signedIn: true,
        params: ById,
        response: answers(
          { 200: EndpointWithSecret },
          "unauthorized",
          "not_found",
          "encryption_key_missing",
        ),
        detail: {
          ...Mine,
          summary: "Give a webhook a new secret",
          description:
            "It is shown this once. For 24 hours both secrets sign, so that receivers can change in peace; a second rotation within them ends the oldest at once.",
        },
      },
    )
    .post(
      "/webhooks/:id/test",
      async ({ caller, params, headers, set, status }) => {
        const of = { userId: caller.user.id, endpointId: params.id };
        const { deliveryId, isReplay } = await testEndpoint(world, of, headers["idempotency-key"]);
        if (isReplay) set.headers["idempotency-replayed"] = "true";
        return status(202, { message: "Test promised", deliveryId });
      },
      {
        signedIn: true,
        params: ById,
        headers: IdempotencyKey,
        response: answers({ 202: Promised }, "unauthorized", "not_found", "idempotency_mismatch"),
        detail: {
          ...Mine,
          summary: "Send a webhook.ping",
          description: "What came of it is among the deliveries. It reaches a stopped webhook too.",
        },
      },
    )
    .get(
      "/webhooks/:id/deliveries",
      ({ caller, params, query }) =>
        pageOfDeliveries(world, { userId: caller.user.id, id: params.id }, query),
      {
        signedIn: true,
        params: ById,
        query: Query(Paging),
        response: answers({ 200: Page(Delivery) }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "What was sent to a webhook and what is due, newest first",
          description: "With every attempt of the last 30 days.",
        },
      },
    )
    .post(
      "/webhooks/:id/deliveries/:deliveryId/replay",
      async ({ caller, params, headers, set, status }) => {
        const of = {
          userId: caller.user.id,
          endpointId: params.id,
          deliveryId: params.deliveryId,
        };
        const { deliveryId, isReplay } = await replay(world, of, headers["idempotency-key"]);
        if (isReplay) set.headers["idempotency-replayed"] = "true";
        return status(202, { message: "Delivery promised", deliveryId });
      },
      {
        signedIn: true,
        params: OfDelivery,
        headers: IdempotencyKey,
        response: answers({ 202: Promised }, "unauthorized", "not_found", "idempotency_mismatch"),
        detail: {
          ...Mine,
          summary: "Send a delivery once more",
          description:
            "Whatever came of it, under the same webhook-id, with what is true now. It has 12 attempts of its own.",
        },
      },
    );

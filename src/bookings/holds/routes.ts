import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { Id } from "../../schema.ts";
import type { World } from "../../world.ts";
import { hold } from "../hold.ts";
import { releaseHold } from "../hold-queries.ts";
import { Held, NewHold } from "../hold-schema.ts";
import { Refusals, tags } from "../request.ts";

const ById = Type.Object({ id: Id });

export const holds = (world: World) =>
  new Elysia({ name: "holds", normalize: false })
    .post(
      "/meeting-types/:id/holds",
      async ({ params, body, status }) => status(201, await hold(world, params.id, body)),
      {
        params: ById,
        body: NewHold,
        response: answers(
          { 201: Held },
          "cap_reached",
          "link_used_up",
          "holds_exhausted",
          "not_holdable",
          ...Refusals,
        ),
        detail: {
          tags,
          summary: "Hold a start for 5 minutes",
          description:
            "Nobody else gets the time meanwhile; `POST /bookings` with the `holdId` books it. Nothing depends on holding first. A hold keeps a time, not a place within a cap. It ends by itself. Meeting types with seats are `not_holdable`. There is no `Idempotency-Key`: a `holdId` is a secret.",
        },
      },
    )
    .delete(
      "/holds/:id",
      async ({ params }) => {
        await releaseHold(world.db, { holdId: params.id });
        return new Response(null, { status: 204 });
      },
      {
        params: ById,
        response: answers({ 204: Type.Void() }),
        detail: {
          tags,
          summary: "Give a held time back",
          description: "The same answer whether there was such a hold or not.",
        },
      },
    );

import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { Query } from "../http/paging.ts";
import { Id, Zone } from "../schema.ts";
import type { World } from "../world.ts";
import { findSlots } from "./find-slots.ts";
import { Slots } from "./schema.ts";

const Edge = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 40, description, examples: [example] });

export const slots = (world: World) =>
  new Elysia({ name: "slots", normalize: false }).get(
    "/meeting-types/:id/slots",
    async ({ params, query, set }) => {
      const { durationMinutes, ...rest } = query;
      const found = await findSlots(world, {
        meetingTypeId: params.id,
        ...rest,
        durationMinutes: durationMinutes === undefined ? undefined : Number(durationMinutes),
      });
      // A CDN may carry a widget's load; a taken time is refused when it is booked. Refusals are not kept.
      set.headers["cache-control"] = "public, max-age=5";
      return found;
    },
    {
      params: Type.Object({ id: Id }),
      query: Query({
        from: Edge("A day in timeZone, or an instant", "2026-12-01"),
        until: Edge(
          "A day in timeZone (included), or an instant (excluded); at most 62 days",
          "2026-12-31",
        ),
        timeZone: Type.Optional(Zone),
        rescheduleOf: Type.Optional(Id),
        durationMinutes: Type.Optional(
          Type.String({ pattern: "^[1-9]\\d{0,3}$", examples: ["30"] }),
        ),
      }),
      response: answers({ 200: Slots }, "not_found"),
      detail: {
        tags: ["Slots"],
        summary: "The free times of a meeting type",
        description:
          "By the guest's local date. Every time carries its wall time in the guest's zone, worked out by the server.",
      },
    },
  );

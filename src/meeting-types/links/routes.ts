import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { optionalBody } from "../../http/body.ts";
import { IdempotencyKey } from "../../http/idempotency.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Id, Message, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { Link, NewLink } from "../link-schema.ts";
import { getLink, makeLink, pageOfLinks, removeLink } from "../links.ts";

const Mine = { tags: ["Meeting types"], security: [{ bearer: [] }] };
const OfType = Type.Object({ id: Id });
const OfLink = Type.Object({ id: Id, linkId: Id });

export const links = (world: World) =>
  new Elysia({ name: "links", normalize: false })
    .use(auth(world))
    .get(
      "/meeting-types/:id/links",
      ({ caller, params, query }) =>
        pageOfLinks(world, { userId: caller.user.id, meetingTypeId: params.id }, query),
      {
        signedIn: true,
        params: OfType,
        query: Query(Paging),
        response: answers({ 200: Page(Link) }, "unauthorized", "forbidden", "not_found"),
        detail: { ...Mine, summary: "The booking links of a meeting type, newest first" },
      },
    )
    .post(
      "/meeting-types/:id/links",
      async ({ caller, params, body, headers, set, status }) => {
        const type = { userId: caller.user.id, meetingTypeId: params.id };
        const made = await makeLink(world, type, body, headers["idempotency-key"]);
        if (made.isReplay) set.headers["idempotency-replayed"] = "true";
        return status(201, made.link);
      },
      {
        signedIn: true,
        params: OfType,
        headers: IdempotencyKey,
        ...optionalBody(NewLink),
        response: answers(
          { 201: Link },
          "unauthorized",
          "forbidden",
          "plan_limit",
          "not_found",
          "idempotency_mismatch",
        ),
        detail: {
          ...Mine,
          summary: "Make a link that books a meeting type so many times",
          description:
            "Once, unless you say. Send its `url` to whom it is for; a `secret` meeting type needs no other way in. Who only holds a time or moves a booking does not use it up.",
        },
      },
    )
    .get(
      "/meeting-types/:id/links/:linkId",
      ({ caller, params }) =>
        getLink(world, { userId: caller.user.id, meetingTypeId: params.id, id: params.linkId }),
      {
        signedIn: true,
        params: OfLink,
        response: answers({ 200: Link }, "unauthorized", "forbidden", "not_found"),
        detail: { ...Mine, summary: "One booking link, and how often it was used" },
      },
    )
    .delete(
      "/meeting-types/:id/links/:linkId",
      async ({ caller, params }) => {
        const at = { userId: caller.user.id, meetingTypeId: params.id, id: params.linkId };
        await removeLink(world, at);
        return { message: "Link deleted" };
      },
      {
        signedIn: true,
        params: OfLink,
        response: answers({ 200: Message }, "unauthorized", "forbidden", "not_found"),
        detail: {
          ...Mine,
          summary: "Delete a booking link",
          description: "It books nothing any more. What was booked by it stays.",
        },
      },
    );

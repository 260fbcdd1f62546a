// What a host puts into a page of his own to show a meeting type.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Query } from "../../http/paging.ts";
import { Id, Nullable, OneOf, Origin, Origins } from "../../schema.ts";
import type { World } from "../../world.ts";
import { showCode } from "../show-code.ts";
import { MODES } from "../snippets.ts";

const Code = Type.Object({
  meetingTypeId: Id,
  pageUrl: Type.String({ description: "The booking page" }),
  frameUrl: Type.String({ description: "The same for a frame" }),
  script: Type.Object({
    url: Type.String({ description: "The widget's module of this version; it never changes" }),
    integrity: Type.String({ description: "Its hash (W3C Subresource Integrity)" }),
    latestUrl: Type.String({ description: "The module of whichever version is present" }),
  }),
  allowedOrigins: Nullable({
    ...Origins,
    description: "Whose pages may show it, by the type, the profile or the defaults; null is any",
  }),
  snippets: Type.Array(
    Type.Object({
      mode: OneOf(...MODES),
      pinned: Type.String({ description: "HTML, by `script.url` and its hash" }),
      latest: Type.String({ description: "HTML, by `script.latestUrl`" }),
    }),
  ),
});

export const embedCode = (world: World) =>
  new Elysia({ name: "embed code", normalize: false })
    .use(auth(world))
    .get(
      "/meeting-types/:id/embed",
      ({ caller, params, query }) =>
        showCode(world, { userId: caller.user.id, id: params.id }, query.origin),
      {
        signedIn: true,
        params: Type.Object({ id: Id }),
        query: Query({
          origin: Type.Optional({
            ...Origin,
            description:
              "Of the page that a frame is for; the first of `allowedOrigins` without it",
          }),
        }),
        response: answers({ 200: Code }, "unauthorized", "not_found", "unavailable"),
        detail: {
          tags: ["Meeting types"],
          security: [{ bearer: [] }],
          summary: "The HTML that shows a meeting type on a page of mine",
          description: "See docs/widget.md for attributes, events and colours.",
        },
      },
    );

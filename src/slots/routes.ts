import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { findPublicType } from "../accounts/public-card.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Events, eventStreams } from "../http/event-stream.ts";
import { Query } from "../http/paging.ts";
import { Problem } from "../problem.ts";
import { Id, Zone } from "../schema.ts";
import type { World } from "../world.ts";
import { answerSlots } from "./answer-slots.ts";
import { explainSlots } from "./explain-slots.ts";
import type { SlotsQuery } from "./find-slots.ts";
import { findSubjects } from "./queries.ts";
import { fromReads } from "./reads.ts";
import { Slots } from "./schema.ts";

const tags = ["Slots"];
// A CDN may carry a widget's load; a taken time is refused when it is booked.
const SHORTLY = "public, max-age=5";

const IfNoneMatch = Type.Object({
  "if-none-match": Type.Optional(
    Type.String({ description: "The `ETag` of a copy; 304 while that is still right" }),
  ),
});

const ById = Type.Object({ id: Id });
const Edge = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 40, description, examples: [example] });

const Window = {
  from: Type.Optional(Edge("A day in timeZone, or an instant; today without it", "2026-12-01")),
  until: Type.Optional(
    Edge(
      "A day in timeZone (included), or an instant (excluded); at most 62 days, two weeks without it",
      "2026-12-31",
    ),
  ),
  timeZone: Type.Optional(Zone),
  link: Type.Optional({ ...Id, description: "The `link` of a booking link" }),
  durationMinutes: Type.Optional(Type.String({ pattern: "^[1-9]\\d{0,3}$", examples: ["30"] })),
};
const AskedByName = Query(Window);
const Asked = Query({
  ...Window,
  holdId: Type.Optional({ ...Id, description: "A hold of yours: its time is offered to you" }),
  rescheduleOf: Type.Optional({ ...Id, description: "A booking to move: its own time is offered" }),
  seat: Type.Optional(
    Type.String({
      pattern: "^(true|false)$",
      description:
        "With `rescheduleOf` of a shared meeting: one of its guests moves, alone, and may join another",
    }),
  ),
  explain: Type.Optional(
    Type.String({ pattern: "^(true|false)$", description: "For the owner: why times are missing" }),
  ),
});

export const slots = (world: World) => {
  const hintsOf = eventStreams(world);

  /** The free times, or 304 for who has them already. Refusals are not kept by anybody: they have no such headers. */
  async function free(query: SlotsQuery, copies: string | undefined): Promise<Response> {
    const { etag, text } = await answerSlots(world, query, copies);
    const headers = { "cache-control": SHORTLY, etag };
    return text === null
      ? new Response(null, { status: 304, headers })
      : new Response(text, { headers: { ...headers, "content-type": "application/json" } });
  }

  return new Elysia({ name: "slots", normalize: false })
    .use(auth(world))
    .get(
      "/meeting-types/:id/slots",
      async ({ params, query: { durationMinutes, explain, seat, ...rest }, headers, caller }) => {
        const query = {
          ...rest,
          meetingTypeId: params.id,
          ...(durationMinutes !== undefined && { durationMinutes: Number(durationMinutes) }),
          ...(seat === "true" && { seat: true }),
        };
        if (explain === "true") {
          if (!caller) throw new Problem("unauthorized", "Sign in as the owner to ask why.");
          return explainSlots(world, caller.user, query);
        }
        return free(query, headers["if-none-match"]);
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: Asked,
        headers: IfNoneMatch,
        response: answers(
          { 200: Slots, 304: Type.Void({ description: "The copy is still right" }) },
          "not_found",
          "link_used_up",
          "unauthorized",
          "forbidden",
          "origin_not_allowed",
        ),
        detail: {
          tags,
          security: [{}, { bearer: [] }],
          summary: "The free times of a meeting type",
          description:
            "By the guest's local date. Every time carries its wall time in the guest's zone, worked out by the server. With the `ETag` of an earlier answer in `If-None-Match`: 304 while it is still right.",
        },
      },
    )
    .get(
      "/users/:user/:slug/slots",
      async ({ params: { user, slug }, query: { durationMinutes, ...rest }, headers, request }) => {
        const at = { username: user, slug };
        const { id } = await fromReads(world, rest, (from) =>
          findPublicType(world, at, from),
        ).catch((error) => {
          throw asMovedSlots(error, new URL(request.url).search);
        });
        const query = {
          ...rest,
          meetingTypeId: id,
          ...(durationMinutes !== undefined && { durationMinutes: Number(durationMinutes) }),
        };
        return free(query, headers["if-none-match"]);
      },
      {
        params: Type.Object({
          user: Type.String({ maxLength: 32, description: "The username" }),
          slug: Type.String({ maxLength: 64 }),
        }),
        query: AskedByName,
        headers: IfNoneMatch,
        response: answers(
          { 200: Slots, 304: Type.Void({ description: "The copy is still right" }) },
          "not_found",
          "moved",
          "link_used_up",
          "origin_not_allowed",
        ),
        detail: {
          tags,
          summary: "The free times of a meeting type, by the names of its page",
          description:
            "The same as by its id. A page that knows only the names asks for these beside the type itself, not after it.",
        },
      },
    )
    .get(
      "/meeting-types/:id/slots/events",
      async ({ params, request }) => {
        const found = await findSubjects(world.db, { meetingTypeId: params.id });
        if (!found) throw new Problem("not_found", "There is no such meeting type.");
        const { meetingTypeId, hostIds } = found;
        return hintsOf(request, {
          channel: "availability",
          subjects: [meetingTypeId, ...hostIds],
          root: meetingTypeId,
        });
      },
      {
        params: ById,
        response: answers(
          {
            200: Events,
          },
          "not_found",
          "origin_not_allowed",
        ),
        detail: {
          tags,
          summary: "Hear that free times may have changed",
          description:
            "Server-sent events: read the slots again when the stream opens and on every `changed`, which carries no data. The stream ends when the type itself was changed; `EventSource` opens it again.",
        },
      },
    );
};

/** Under the present names, and with the same question. */
function asMovedSlots(error: unknown, search: string): unknown {
  if (!(error instanceof Problem) || error.problem !== "moved") return error;
  const { location } = error.extra["headers"] as { location: string };
  const headers = { location: `${location}/slots${search}` };
  return new Problem("moved", error.message, { ...error.extra, headers });
}

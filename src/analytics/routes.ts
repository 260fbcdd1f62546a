import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Paging, Query, WholeNumber } from "../http/paging.ts";
import { Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { dashboard } from "./dashboard.ts";
import { noteEvent } from "./note-event.ts";
import { listEvents } from "./queries.ts";
import { Dashboard, LoggedEvent, loggedEventOf, NewEvent } from "./schema.ts";

const Analytics = { tags: ["Analytics"] };
const bearer = { security: [{ bearer: [] }] };

const DEFAULT_DAYS = 30;

export const analytics = (world: World) =>
  new Elysia({ name: "analytics", normalize: false })
    .use(auth(world))
    .post(
      "/analytics/event",
      async ({ caller, body, status }) => {
        await noteEvent(world, caller?.user.id ?? null, body);
        return status(202, { message: "Event noted" });
      },
      {
        maybeSignedIn: true,
        body: NewEvent,
        response: answers({ 202: Message }, "unauthorized"),
        detail: {
          ...Analytics,
          security: [{}, { bearer: [] }],
          summary: "Say that something happened",
          description:
            "Also without a token. What the server writes itself (LOGIN, BOOKING_CREATED, …) is refused.",
        },
      },
    )
    .get("/analytics/dashboard", ({ query }) => dashboard(world, query.days ?? DEFAULT_DAYS), {
      signedIn: true,
      query: Query({
        days: Type.Optional(
          WholeNumber("days", 1, 365, {
            description: `Of 24 hours until now; ${DEFAULT_DAYS} unless you say`,
            examples: [DEFAULT_DAYS],
          }),
        ),
      }),
      response: answers({ 200: Dashboard }, "unauthorized"),
      detail: {
        ...Analytics,
        ...bearer,
        summary: "How often what happened here",
        description: "Of everybody together; counts only, nobody is named.",
      },
    })
    .get(
      "/analytics/events",
      async ({ query }) => {
        const limit = limitOf(query);
        const rows = await listEvents(world.db, {
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, loggedEventOf, newestCursor);
      },
      {
        asAdmin: true,
        query: Query(Paging),
        response: answers({ 200: Page(LoggedEvent) }, "unauthorized", "forbidden"),
        detail: {
          ...Analytics,
          security: [{ bearer: ["admin"] }],
          summary: "All that happened, newest first",
          description: "For administrators.",
        },
      },
    );

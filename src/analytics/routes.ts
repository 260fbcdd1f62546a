import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Paging, Query, WholeNumber } from "../http/paging.ts";
import { invalid } from "../problem.ts";
import { Id, Instant, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { bookingReport } from "./booking-report.ts";
import { dashboard } from "./dashboard.ts";
import { listLog } from "./list-log.ts";
import { noteEvent } from "./note-event.ts";
import {
  BookingReport,
  Dashboard,
  GROUPINGS,
  groupingOf,
  LoggedEvent,
  NewEvent,
} from "./schema.ts";

const Analytics = { tags: ["Analytics"] };
const bearer = { security: [{ bearer: [] }] };

const DEFAULT_DAYS = 30;
const days = (description: string) =>
  Type.Optional(
    WholeNumber("days", 1, 365, {
      description: `${description}; ${DEFAULT_DAYS} unless you say`,
      examples: [DEFAULT_DAYS],
    }),
  );

export const analytics = (world: World) =>
  new Elysia({ name: "analytics", normalize: false })
    .use(auth(world))
    .post(
      "/analytics/event",
      ({ caller, body, status }) => {
        noteEvent(world, caller?.user.id ?? null, body);
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
            "Also without a token. What the server writes itself (LOGIN, BOOKING_CREATED, …) is refused. 202 means that it is noted in memory: it is written within a second, and also when the process is stopped in order. A process that is killed loses at most that second; while the database is away events wait, until there are too many (503). Whoever reads at once from another process may not see it yet. With a `meetingTypeId` in its metadata WIDGET_OPENED counts in GET /analytics/bookings.",
        },
      },
    )
    .get("/analytics/dashboard", ({ query }) => dashboard(world, query.days ?? DEFAULT_DAYS), {
      signedIn: true,
      query: Query({ days: days("Of 24 hours until now") }),
      response: answers({ 200: Dashboard }, "unauthorized"),
      detail: {
        ...Analytics,
        ...bearer,
        summary: "How often what happened here",
        description:
          "Of everybody on this installation together, for everybody who is signed in: counts only, nobody is named.",
      },
    })
    .get(
      "/analytics/bookings",
      ({ caller, query }) =>
        bookingReport(world, caller.user, {
          days: query.days ?? DEFAULT_DAYS,
          groupBy: wantedGrouping(query.groupBy),
          ...(query.meetingTypeId !== undefined && { meetingTypeId: query.meetingTypeId }),
          ...(query.organizationId !== undefined && { organizationId: query.organizationId }),
        }),
      {
        signedIn: true,
        query: Query({
          days: days("Of my calendar, today included"),
          groupBy: Type.Optional(
            Type.String({
              pattern: "^[A-Za-z]{1,20}$",
              description: `${GROUPINGS.join(", ")}; day unless you say`,
              examples: ["week"],
            }),
          ),
          meetingTypeId: Type.Optional(Id),
          organizationId: Type.Optional({
            ...Id,
            description: "Of its meeting types instead: for its admins",
          }),
        }),
        response: answers({ 200: BookingReport }, "unauthorized", "forbidden", "not_found"),
        detail: {
          ...Analytics,
          ...bearer,
          summary: "What became of the bookings that were made",
          description:
            "Of my meeting types, whoever takes them, and those that I organise. Every number speaks of the bookings made in the period or group, as they stand now.",
        },
      },
    )
    .get("/analytics/events", ({ query }) => listLog(world, { ...query, limit: limitOf(query) }), {
      asAdmin: true,
      query: Query({
        ...Paging,
        eventType: Type.Optional(
          Type.String({ pattern: "^[A-Za-z0-9_]{1,64}$", examples: ["LOGIN"] }),
        ),
        userId: Type.Optional(Id),
        from: Type.Optional(Instant),
        until: Type.Optional(Instant),
      }),
      response: answers({ 200: Page(LoggedEvent) }, "unauthorized", "forbidden"),
      detail: {
        ...Analytics,
        security: [{ bearer: ["admin"] }],
        summary: "All that happened, newest first",
        description: "For administrators. From `from` until before `until`.",
      },
    });

function wantedGrouping(word = "day") {
  const grouping = groupingOf(word);
  if (!grouping) throw invalid("groupBy", `must be one of ${GROUPINGS.join(", ")}`);
  return grouping;
}

// Calendars of other providers: which there are, and which of them count.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Paging, Query } from "../http/paging.ts";
import { Problem } from "../problem.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { listCalendars } from "./calendar-queries.ts";
import { assertConnection, choose } from "./choose.ts";
import { chooseForType, findTypeCalendars } from "./choose-for-type.ts";
import { endConnection, listConnections } from "./connection-queries.ts";
import {
  Calendar,
  CalendarChoices,
  calendarOf,
  Integration,
  integrationOf,
  SyncPromised,
  TypeCalendarChoices,
  TypeCalendars,
  typeCalendarsOf,
} from "./schema.ts";
import { syncNow } from "./sync-now.ts";

const Mine = { tags: ["Calendars"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });

export const calendars = (world: World) =>
  new Elysia({ name: "calendars", normalize: false })
    .use(auth(world))
    .get(
      "/calendar/integrations",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listConnections(world.db, {
          userId: caller.user.id,
          only: null,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, integrationOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Integration) }, "unauthorized"),
        detail: { ...Mine, summary: "The calendar accounts I have connected, and their health" },
      },
    )
    .delete(
      "/calendar/integrations/:id",
      async ({ caller, params }) => {
        const at = { userId: caller.user.id, id: params.id, now: world.now() };
        if (!(await endConnection(world.db, at))) throw new Problem("not_found");
        return { message: "Calendar disconnected" };
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "Disconnect a calendar account",
          description:
            "Its tokens and busy times are gone at once. The provider is told to forget us as soon as it answers. Events that we wrote stay in the calendar.",
        },
      },
    )
    .get(
      "/calendar/integrations/:id/calendars",
      async ({ caller, params, query }) => {
        const of = { userId: caller.user.id, connectionId: params.id };
        await assertConnection(world, of);
        const limit = limitOf(query);
        const page = { ...newestAfter(query.cursor), limit: limit + 1 };
        const rows = await listCalendars(world.db, { ...of, ...page });
        return pageOf(rows, limit, calendarOf, newestCursor);
      },
      {
        signedIn: true,
        params: ById,
        query: Query(Paging),
        response: answers({ 200: Page(Calendar) }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "The calendars of an account, and what I have chosen" },
      },
    )
    .patch(
      "/calendar/integrations/:id/calendars",
      async ({ caller, params, body }) => {
        const of = { userId: caller.user.id, connectionId: params.id };
        const rows = await choose(world, of, body);
        return { data: rows.map(calendarOf), nextCursor: null };
      },
      {
        signedIn: true,
        params: ById,
        body: CalendarChoices,
        response: answers({ 200: Page(Calendar) }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "Choose which calendars are checked and which one receives bookings",
          description:
            "What is absent stays. One calendar receives bookings: choosing another one, of whichever account, ends that of the one before. Answers with every calendar of the account.",
        },
      },
    )
    .post(
      "/calendar/integrations/:id/sync",
      async ({ caller, params, status }) => {
        const of = { userId: caller.user.id, connectionId: params.id };
        const calendars = await syncNow(world, of);
        return status(202, { message: "Sync promised", calendars });
      },
      {
        signedIn: true,
        params: ById,
        response: answers(
          { 202: SyncPromised },
          "unauthorized",
          "not_found",
          "calendar_needs_reauth",
        ),
        detail: {
          ...Mine,
          summary: "Read the calendars of an account now",
          description: "Asked again it makes no more work.",
        },
      },
    )
    .get(
      "/meeting-types/:id/calendars",
      async ({ caller, params }) => {
        const of = { userId: caller.user.id, meetingTypeId: params.id };
        return typeCalendarsOf(await findTypeCalendars(world, of));
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: TypeCalendars }, "unauthorized", "forbidden", "not_found"),
        detail: { ...Mine, summary: "Which of my calendars count for a meeting type that I host" },
      },
    )
    .patch(
      "/meeting-types/:id/calendars",
      async ({ caller, params, body }) => {
        const of = { userId: caller.user.id, meetingTypeId: params.id };
        return typeCalendarsOf(await chooseForType(world, of, body));
      },
      {
        signedIn: true,
        params: ById,
        body: TypeCalendarChoices,
        response: answers({ 200: TypeCalendars }, "unauthorized", "forbidden", "not_found"),
        detail: {
          ...Mine,
          summary: "Choose which of my calendars count for a meeting type that I host",
          description:
            "Instead of those chosen for all; of other hosts each chooses his own. An empty list takes it back.",
        },
      },
    );

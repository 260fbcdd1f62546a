// Calendars of other providers: connecting them, and choosing among them.
import { type TSchema, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { cookieIn, setCookie } from "../accounts/oauth/browser-cookie.ts";
import type { ProviderName as ByOAuth } from "../accounts/oauth/provider.ts";
import { providersOf } from "../accounts/oauth/providers.ts";
import { AuthorizationUrl, CallbackQuery } from "../accounts/oauth/schema.ts";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Paging, Query } from "../http/paging.ts";
import { pageResponse } from "../pages/page.ts";
import { Problem, type ProblemCode } from "../problem.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { beginConnecting } from "./begin-connecting.ts";
import { listCalendars } from "./calendar-queries.ts";
import { comeBack } from "./callback.ts";
import { assertConnection, choose } from "./choose.ts";
import { chooseForType, findTypeCalendars } from "./choose-for-type.ts";
import { completeConnecting } from "./complete-connecting.ts";
import { connectCalDav, connectIcs } from "./connect-server.ts";
import { endConnection, listConnections } from "./connection-queries.ts";
import { codePage, connectedPage, notConnectedPage } from "./landing-page.ts";
import {
  CalDavAccount,
  Calendar,
  CalendarChoices,
  CalendarCode,
  Completing,
  Connected,
  Connecting,
  calendarOf,
  IcsFeed,
  Integration,
  integrationOf,
  SyncPromised,
  TypeCalendarChoices,
  TypeCalendars,
  typeCalendarsOf,
} from "./schema.ts";
import { syncNow } from "./sync-now.ts";

const Mine = { tags: ["Calendars"], security: [{ bearer: [] }] };
// Only a person can agree at a provider.
const InSession = { tags: ["Calendars"], security: [{ bearer: ["session"] }] };
const ById = Type.Object({ id: Id });
const CONNECTING = [
  "account_inactive",
  "calendar_limit",
  "calendar_refused",
  "calendar_unreachable",
  "encryption_key_missing",
] as const satisfies ProblemCode[];
const ANSWERED = [
  "calendar_denied",
  "calendar_scope_missing",
  "sign_in_refused",
  "provider_failed",
  "provider_not_configured",
] as const satisfies ProblemCode[];

export const calendars = (world: World) => {
  const own = async (userId: string, id: string) => {
    const [row] = await listConnections(world.db, {
      userId,
      only: id,
      at: null,
      id: null,
      limit: 1,
    });
    if (!row) throw new Problem("not_found");
    return integrationOf(row);
  };
  return new Elysia({ name: "calendars", normalize: false })
    .use(auth(world))
    .use(connectBy(world, "google", "Google"))
    .use(connectBy(world, "microsoft", "Microsoft"))
    .post(
      "/calendar/connect/complete",
      async ({ caller, body, status }) => {
        const userId = caller.user.id;
        const { id } = await completeConnecting(world, providersOf(world), userId, body.code);
        return status(201, await own(userId, id));
      },
      {
        inSession: true,
        body: Completing,
        response: answers(
          { 201: Integration },
          "unauthorized",
          "invalid_code",
          ...ANSWERED,
          ...CONNECTING,
        ),
        detail: {
          ...InSession,
          summary: "Connect the account that I have just been at the provider with",
          description:
            "Needed where the browser came back with `calendarCode`. Only for the user who began, once, within ten minutes of it.",
        },
      },
    )
    .post(
      "/calendar/connect/caldav",
      async ({ caller, body, status }) => {
        const { id } = await connectCalDav(world, caller.user.id, body);
        return status(201, await own(caller.user.id, id));
      },
      {
        signedIn: true,
        body: CalDavAccount,
        response: answers({ 201: Integration }, "unauthorized", ...CONNECTING),
        detail: {
          ...Mine,
          summary: "Connect an account on a CalDAV server: iCloud, Fastmail, Nextcloud, Radicale …",
          description:
            "The server is asked at once, and nothing is kept where it does not let us in. The same account once more renews its password.",
        },
      },
    )
    .post(
      "/calendar/connect/ics",
      async ({ caller, body, status }) => {
        const { id } = await connectIcs(world, caller.user.id, body);
        return status(201, await own(caller.user.id, id));
      },
      {
        signedIn: true,
        body: IcsFeed,
        response: answers({ 201: Integration }, "unauthorized", ...CONNECTING),
        detail: {
          ...Mine,
          summary: "Check a published calendar by its address",
          description: "It is read at once. Bookings cannot be written to it.",
        },
      },
    )
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
};

const connectBy = <const Name extends ByOAuth>(world: World, provider: Name, title: string) =>
  new Elysia({ name: `connect-by-${provider}`, normalize: false })
    .use(auth(world))
    .post(
      `/calendar/connect/${provider}`,
      async ({ caller, body, set }) => {
        const wish = { userId: caller.user.id, provider, returnTo: body.returnTo };
        const begun = await beginConnecting(world, providersOf(world), wish);
        set.headers["set-cookie"] = setCookie(world, begun.browserSecret, "calendar");
        return { authorizationUrl: begun.authorizationUrl };
      },
      {
        inSession: true,
        body: Connecting,
        response: answers(
          { 200: AuthorizationUrl },
          "unauthorized",
          "provider_not_configured",
          "provider_failed",
        ),
        detail: {
          ...InSession,
          summary: `Start to connect a calendar of ${title}`,
          description:
            "Send the browser to `authorizationUrl`. It comes back to the frontend (or `returnTo`) with `integrationId` in its address where it is connected, with `calendarCode`, for `POST /calendar/connect/complete`, where the frontend is on another origin than this API, or with `error`, the code of a problem. Connecting an account once more renews it.",
        },
      },
    )
    .get(
      `/calendar/callback/${provider}`,
      async ({ request, headers }) => {
        const forget = setCookie(world, null, "calendar");
        const isPage = /\btext\/html\b/.test(headers["accept"] ?? "");
        try {
          const landing = await comeBack(world, providersOf(world), {
            provider,
            parameters: new URL(request.url).searchParams,
            browserSecret: cookieIn(world, headers["cookie"], "calendar"),
          });
          if ("redirectTo" in landing)
            return withCookie(
              new Response(null, {
                status: 302,
                headers: { location: landing.redirectTo, "cache-control": "no-store" },
              }),
              forget,
            );
          if (!isPage) return withCookie(Response.json(landing), forget);
          return withCookie(
            pageResponse(
              "integrationId" in landing ? connectedPage : codePage(landing.calendarCode),
            ),
            forget,
          );
        } catch (error) {
          if (!isPage || !(error instanceof Problem)) throw error;
          return withCookie(pageResponse(notConnectedPage(error), error.httpStatus), forget);
        }
      },
      {
        query: CallbackQuery,
        response: answers(
          { 200: Type.Union([Connected, CalendarCode]) as TSchema, 302: Redirect },
          "invalid_state",
          ...ANSWERED,
          ...CONNECTING,
        ),
        detail: {
          tags: Mine.tags,
          summary: `Where ${title} sends the browser back to`,
          description:
            "Answers with a redirect to the frontend; where there is none, with a page, or as JSON to who asks for no page.",
        },
      },
    );

const Redirect = Type.Null({ description: "On to the address in `Location`" });

function withCookie(response: Response, cookie: string): Response {
  response.headers.set("set-cookie", cookie);
  return response;
}

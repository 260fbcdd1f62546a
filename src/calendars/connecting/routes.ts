// Connecting accounts of other providers of calendars.
import { type TSchema, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { cookieIn, setCookie } from "../../accounts/oauth/browser-cookie.ts";
import type { ProviderName as ByOAuth } from "../../accounts/oauth/provider.ts";
import { providersOf } from "../../accounts/oauth/providers.ts";
import { AuthorizationUrl, CallbackQuery } from "../../accounts/oauth/schema.ts";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { pageResponse } from "../../pages/page.ts";
import { Problem, type ProblemCode } from "../../problem.ts";
import type { World } from "../../world.ts";
import { beginConnecting } from "../begin-connecting.ts";
import { comeBack } from "../callback.ts";
import { completeConnecting } from "../complete-connecting.ts";
import { connectCalDav, connectIcs } from "../connect-server.ts";
import { listConnections } from "../connection-queries.ts";
import { codePage, connectedPage, notConnectedPage } from "../landing-page.ts";
import {
  CalDavAccount,
  CalendarCode,
  Completing,
  Connected,
  Connecting,
  IcsFeed,
  Integration,
  integrationOf,
} from "../schema.ts";

const Mine = { tags: ["Calendars"], security: [{ bearer: [] }] };
// Only a person can agree at a provider.
const InSession = { tags: ["Calendars"], security: [{ bearer: ["session"] }] };
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

export const calendarConnecting = (world: World) => {
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
  return new Elysia({ name: "calendar-connecting", normalize: false })
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

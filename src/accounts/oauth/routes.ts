// Signing in by Google or Microsoft, and the ways in that somebody has linked.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { answers } from "../../http/answers.ts";
import { auth, tokens } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Message, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { listIdentities } from "../identity-queries.ts";
import type { OpenedSession } from "../register.ts";
import { SignedIn, userOf } from "../schema.ts";
import { begin } from "./begin.ts";
import { cookieIn, setCookie } from "./browser-cookie.ts";
import { complete } from "./complete.ts";
import { exchange } from "./exchange.ts";
import { link } from "./link.ts";
import type { ProviderName } from "./provider.ts";
import { makeProviders, type Providers } from "./providers.ts";
import {
  AuthorizationUrl,
  ById,
  ByProvider,
  CallbackQuery,
  Exchange,
  Identity,
  identityOf,
  LinkCode,
  LinkCodeAnswer,
  Linking,
  SignInQuery,
} from "./schema.ts";
import { unlink } from "./unlink.ts";

const tags = ["Auth"];
const Mine = { tags: ["Users"], security: [{ bearer: [] }] };
// A key that leaks must not open another way in.
const InSession = { tags: ["Users"], security: [{ bearer: ["session"] }] };
const Redirect = Type.Null({ description: "On to the address in `Location`" });

export const providerSignIn = (world: World) => {
  const providers = makeProviders(world);
  return new Elysia({ name: "provider-sign-in", normalize: false })
    .use(auth(world))
    .use(signInBy(world, providers, "google", "Google"))
    .use(signInBy(world, providers, "microsoft", "Microsoft"))
    .post(
      "/auth/exchange",
      async ({ body, headers }) =>
        signedInBy(world)(await exchange(world, body, headers["user-agent"] ?? null)),
      {
        body: Exchange,
        response: answers({ 200: SignedIn }, "invalid_code", "account_inactive"),
        detail: {
          tags,
          summary: "Exchange the code of a sign-in by a provider for a token",
          description: "Once, within 60 seconds of the browser's return.",
        },
      },
    )
    .get(
      "/users/me/identities",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listIdentities(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, identityOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Identity) }, "unauthorized"),
        detail: { ...Mine, summary: "The providers I sign in by, newest first" },
      },
    )
    .post(
      "/users/me/identities/:provider",
      async ({ caller, params, body }) => {
        const wish = { ...body, ...params, linkFor: caller.user.id };
        const { authorizationUrl } = await begin(world, providers, wish);
        return { authorizationUrl };
      },
      {
        inSession: true,
        params: ByProvider,
        body: Linking,
        response: answers(
          { 200: AuthorizationUrl },
          "unauthorized",
          "provider_not_configured",
          "provider_failed",
        ),
        detail: {
          ...InSession,
          summary: "Start to link a provider",
          description:
            "Send the browser to `authorizationUrl`. It comes back with `linkCode` in its address (or `error`); nothing is linked until that is sent to `POST /users/me/identities`.",
        },
      },
    )
    .post(
      "/users/me/identities",
      async ({ caller, body, status }) => status(201, await link(world, caller.user.id, body.code)),
      {
        inSession: true,
        body: LinkCode,
        response: answers({ 201: Identity }, "unauthorized", "invalid_code", "identity_taken"),
        detail: {
          ...InSession,
          summary: "Link the provider that I have just signed in to",
          description: "Only for the user who began it, once, within 60 seconds.",
        },
      },
    )
    .delete(
      "/users/me/identities/:id",
      async ({ caller, params }) => {
        await unlink(world, caller.user.id, params.id);
        return { message: "Unlinked" };
      },
      {
        inSession: true,
        params: ById,
        response: answers({ 200: Message }, "unauthorized", "not_found", "last_way_in"),
        detail: { ...InSession, summary: "Sign in by this provider no more" },
      },
    );
};

const signInBy = <const Name extends ProviderName>(
  world: World,
  providers: Providers,
  provider: Name,
  title: string,
) =>
  new Elysia({ name: `sign-in-by-${provider}`, normalize: false })
    .get(
      `/auth/${provider}`,
      async ({ query }) => {
        const { authorizationUrl, browserSecret } = await begin(world, providers, {
          returnTo: query.returnTo,
          codeChallenge: query.codeChallenge,
          timeZone: query.timeZone,
          provider,
        });
        return redirect(authorizationUrl, setCookie(world, browserSecret));
      },
      {
        query: SignInQuery,
        response: answers({ 302: Redirect }, "provider_not_configured", "provider_failed"),
        detail: {
          tags,
          summary: `Sign in by ${title}`,
          description:
            "For a browser to go to. It comes back to the frontend (or `returnTo`) with `code` in its address, for `POST /auth/exchange`, or with `error`, the code of a problem. An account of the same address is linked only if both sides have confirmed the address.",
        },
      },
    )
    .get(
      `/auth/${provider}/callback`,
      async ({ request, headers, set }) => {
        const outcome = await complete(world, providers, {
          provider,
          parameters: new URL(request.url).searchParams,
          browserSecret: cookieIn(world, headers["cookie"]),
          userAgent: headers["user-agent"] ?? null,
        });
        const forget = setCookie(world, null);
        if ("redirectTo" in outcome) return redirect(outcome.redirectTo, forget);
        set.headers["set-cookie"] = forget;
        return "session" in outcome ? signedInBy(world)(outcome.session) : outcome;
      },
      {
        query: CallbackQuery,
        response: answers(
          { 200: Type.Union([SignedIn, LinkCodeAnswer]), 302: Redirect },
          "invalid_state",
          "sign_in_denied",
          "sign_in_refused",
          "provider_failed",
          "provider_not_configured",
          "identity_not_linked",
          "email_missing",
          "account_inactive",
        ),
        detail: {
          tags,
          summary: `Where ${title} sends the browser back to`,
          description: "Answers with a redirect to the frontend, or as JSON where there is none.",
        },
      },
    );

const signedInBy =
  (world: World) =>
  async ({ user, sessionId, expiresAt }: OpenedSession) => ({
    token: await tokens(world).sign(user, sessionId, expiresAt),
    user: userOf(user),
  });

const redirect = (location: string, cookie: string): Response =>
  new Response(null, {
    status: 302,
    headers: { location, "set-cookie": cookie, "cache-control": "no-store" },
  });

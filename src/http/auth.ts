import { createHash } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Elysia } from "elysia";
import { findSession, type UserRow } from "../accounts/queries.ts";
import { listOf } from "../config.ts";
import { Problem } from "../problem.ts";
import { Id } from "../schema.ts";
import type { World } from "../world.ts";
import { type ApiKey, bearerOf, findKeyOwner, looksLikeKey } from "./api-key.ts";
import { noteKey } from "./context.ts";
import { demandAdmin, demandScope, needsSession } from "./scope.ts";

const ISSUER = "kalends";
const AUDIENCE = "kalends-api";

/** Who asks: by the token of a session, or by an API key. */
export type Caller = SessionCaller | KeyCaller;
export interface SessionCaller {
  readonly user: UserRow;
  readonly sessionId: string;
  readonly expiresAt: Temporal.Instant;
  readonly key: null;
}
interface KeyCaller {
  readonly user: UserRow;
  readonly sessionId: null;
  readonly expiresAt: Temporal.Instant | null;
  readonly key: ApiKey;
}

const Claims = Type.Object({
  sid: Id,
  gen: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
  exp: Type.Integer(),
});
type Claims = Static<typeof Claims>;

/**
 * The JWTs of signed-in users: HS256 and nothing else. The first secret of JWT_SECRET signs, all of them verify;
 * a token names its secret by `kid` (RFC 7515, section 4.1.4). One of before there were kids may be by any of them.
 */
export const tokens = (world: World) => {
  const codecs = listOf(world.config.JWT_SECRET).map((secret) => {
    const kid = kidOf(secret);
    return { kid, codec: jwt({ name: "jwt", secret, alg: "HS256", kid }).decorator.jwt };
  });
  return {
    /** A token that is worth something as long as its session is. */
    sign: (
      user: UserRow,
      sessionId: string,
      expiresAt: Temporal.Instant,
      generation = 1,
    ): Promise<string> =>
      codecs[0]!.codec.sign({
        id: user.id,
        email: user.email,
        role: user.role,
        sid: sessionId,
        gen: generation,
        iss: ISSUER,
        aud: AUDIENCE,
        exp: seconds(expiresAt),
      }),
    /** What a token claims, if we made it and it has not expired. */
    async verify(token: string): Promise<Claims | null> {
      const named = kidIn(token);
      for (const { kid, codec } of codecs) {
        if (named !== undefined && named !== kid) continue;
        const claims = await codec.verify(token, {
          algorithms: ["HS256"],
          issuer: ISSUER,
          audience: AUDIENCE,
          currentDate: new Date(world.now().epochMilliseconds),
          requiredClaims: ["sid", "gen", "exp", "iat"],
        });
        if (Value.Check(Claims, claims)) return claims;
      }
      return null;
    },
  };
};

/** What a secret is called in tokens: the same in every process, and nothing that helps to guess it. */
const kidOf = (secret: string): string =>
  createHash("sha256").update(`kalends jwt ${secret}`).digest("base64url").slice(0, 8);

/** Which secret a token says that it is by; undefined where it says nothing, or is no token. Not yet believed. */
function kidIn(token: string): unknown {
  try {
    const [header = ""] = token.split(".");
    return JSON.parse(Buffer.from(header, "base64url").toString()).kid;
  } catch {
    return undefined;
  }
}

const seconds = (instant: Temporal.Instant): number => Math.floor(instant.epochMilliseconds / 1000);

/**
 * `signedIn: true` on a route gives its handler the `caller`, and anybody else a 401. It runs
 * before the body is looked at, so that strangers learn nothing of what a body should be.
 * `inSession: true` takes no API key, `asAdmin: true` administrators only.
 * `maybeSignedIn: true` takes strangers too, as a null caller, but no wrong token.
 * Wherever an API key is taken, its scope must include the method.
 */
export const auth = (world: World) => {
  const jwts = tokens(world);
  const callers = new WeakMap<Request, Caller>();

  async function identify(request: Request, inSession = false): Promise<Caller | null> {
    if (!request.headers.has("authorization")) return null;
    const token = bearerOf(request);
    const caller = token === null ? null : await callerOf(request, token);
    if (caller?.user.status !== "ACTIVE") throw sessionOver();
    if (caller.key && inSession) throw needsSession();
    demandScope(caller.key, request.method);
    callers.set(request, caller);
    return caller;
  }

  async function callerOf(request: Request, token: string): Promise<Caller | null> {
    if (!looksLikeKey(token)) return sessionOf(token);
    const owner = await findKeyOwner(world, token);
    noteKey(request, owner?.user.status === "ACTIVE" ? owner.key.id : null);
    return owner && { ...owner, sessionId: null };
  }

  async function sessionOf(token: string): Promise<SessionCaller | null> {
    const claims = await jwts.verify(token);
    const session = claims && { sessionId: claims.sid, generation: claims.gen, now: world.now() };
    const user = session && (await findSession(world.db, session));
    return (
      user && {
        user,
        sessionId: claims.sid,
        expiresAt: Temporal.Instant.fromEpochMilliseconds(claims.exp * 1000),
        key: null,
      }
    );
  }

  async function demand(request: Request, inSession = false): Promise<Caller> {
    const caller = await identify(request, inSession);
    if (caller) return caller;
    throw new Problem("unauthorized", "Send your token: Authorization: Bearer <token>.", BEARER);
  }

  return new Elysia({ name: "auth" }).macro({
    signedIn: {
      async transform({ request }: { request: Request }) {
        await demand(request);
      },
      resolve: ({ request }: { request: Request }) => ({
        caller: callers.get(request)!,
        /** Whether the token is still worth something: for answers that take long. */
        isStillSignedIn: () => identify(request).then((caller) => caller !== null),
      }),
    },
    inSession: {
      async transform({ request }: { request: Request }) {
        await demand(request, true);
      },
      resolve: ({ request }: { request: Request }) => ({
        caller: callers.get(request) as SessionCaller,
      }),
    },
    asAdmin: {
      async transform({ request }: { request: Request }) {
        demandAdmin(await demand(request));
      },
      resolve: ({ request }: { request: Request }) => ({ caller: callers.get(request)! }),
    },
    maybeSignedIn: {
      async transform({ request }: { request: Request }) {
        await identify(request);
      },
      resolve: ({ request }: { request: Request }) => ({ caller: callers.get(request) ?? null }),
    },
  });
};

/** The refusal of a token that is none, or no more; it never says which. */
export const sessionOver = (): Problem =>
  new Problem(
    "unauthorized",
    "This token is not valid, or its session has ended. Sign in again.",
    BEARER,
  );

const BEARER = { headers: { "www-authenticate": "Bearer" } };

import { jwt } from "@elysiajs/jwt";
import { Value } from "@sinclair/typebox/value";
import { Elysia } from "elysia";
import { findSession, type UserRow } from "../accounts/queries.ts";
import { Problem } from "../problem.ts";
import { Id } from "../schema.ts";
import type { World } from "../world.ts";

const ISSUER = "kalends";
const AUDIENCE = "kalends-api";

export interface Caller {
  readonly user: UserRow;
  readonly sessionId: string;
  readonly expiresAt: Temporal.Instant;
}

/** The JWTs of signed-in users: HS256 and nothing else. */
export const tokens = (world: World) => {
  const codec = jwt({ name: "jwt", secret: world.config.JWT_SECRET, alg: "HS256" }).decorator.jwt;
  return {
    /** A token that is worth something as long as its session is. */
    sign: (user: UserRow, sessionId: string, expiresAt: Temporal.Instant): Promise<string> =>
      codec.sign({
        id: user.id,
        email: user.email,
        role: user.role,
        sid: sessionId,
        iss: ISSUER,
        aud: AUDIENCE,
        exp: seconds(expiresAt),
      }),
    /** What a token claims, if we made it and it has not expired. */
    async verify(token: string): Promise<{ sid: string; exp: number } | null> {
      const claims = await codec.verify(token, {
        algorithms: ["HS256"],
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: new Date(world.now().epochMilliseconds),
        requiredClaims: ["sid", "exp", "iat"],
      });
      if (!claims || !Value.Check(Id, claims["sid"]) || !claims.exp) return null;
      return { sid: claims["sid"], exp: claims.exp };
    },
  };
};

const seconds = (instant: Temporal.Instant): number => Math.floor(instant.epochMilliseconds / 1000);

/**
 * `signedIn: true` on a route gives its handler the `caller`, and anybody else a 401. It runs
 * before the body is looked at, so that strangers learn nothing of what a body should be.
 * `maybeSignedIn: true` takes strangers too, as a null caller, but no wrong token.
 */
export const auth = (world: World) => {
  const jwts = tokens(world);
  const callers = new WeakMap<Request, Caller>();

  async function identify(request: Request): Promise<Caller | null> {
    const header = request.headers.get("authorization");
    if (header === null) return null;
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    const claims = token === undefined ? null : await jwts.verify(token);
    const user =
      claims && (await findSession(world.db, { sessionId: claims.sid, now: world.now() }));
    if (!claims || !user || user.status !== "ACTIVE")
      throw new Problem(
        "unauthorized",
        "This token is not valid, or its session has ended. Sign in again.",
        BEARER,
      );
    const caller = {
      user,
      sessionId: claims.sid,
      expiresAt: Temporal.Instant.fromEpochMilliseconds(claims.exp * 1000),
    };
    callers.set(request, caller);
    return caller;
  }

  return new Elysia({ name: "auth" }).macro({
    signedIn: {
      async transform({ request }: { request: Request }) {
        if (!(await identify(request)))
          throw new Problem(
            "unauthorized",
            "Send your token: Authorization: Bearer <token>.",
            BEARER,
          );
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

const BEARER = { headers: { "www-authenticate": "Bearer" } };

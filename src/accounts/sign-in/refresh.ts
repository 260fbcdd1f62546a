import { looksLikeKey } from "../../http/api-key.ts";
import { sessionOver, tokens } from "../../http/auth.ts";
import { needsSession } from "../../http/scope.ts";
import type { World } from "../../world.ts";
import type { OpenedSession } from "../register.ts";
import { idleEnd, maxAgeSeconds } from "../session.ts";
import { refreshSession } from "../session-queries.ts";

/**
 * Goes on with a session under a new token. The old one is good for a minute more, and refreshed
 * again in it gives the present one; after that it is a copy, by whomever it is used, and the session
 * ends for everybody (RFC 9700, section 4.14.2). Problems: unauthorized, insufficient_scope.
 */
export async function refresh(world: World, token: string | null): Promise<OpenedSession> {
  if (token !== null && looksLikeKey(token)) throw needsSession();
  const claims = token === null ? null : await tokens(world).verify(token);
  const found =
    claims &&
    (await refreshSession(world.db, {
      sessionId: claims.sid,
      generation: claims.gen,
      expiresAt: idleEnd(world),
      maxAgeSeconds: maxAgeSeconds(world),
      now: world.now(),
    }));
  if (!found) throw sessionOver();
  const { generation, expiresAt, revokedAt, ...user } = found;
  if (revokedAt !== null) {
    world.log.warn(
      { userId: user.id, sessionId: claims.sid },
      "A token that was replaced came back",
    );
    throw sessionOver();
  }
  return { user, sessionId: claims.sid, expiresAt, generation };
}

import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { isPassword } from "./password.ts";
import { findCredentials, noteFailedLogin, openSession } from "./queries.ts";
import type { OpenedSession } from "./register.ts";
import { sessionEnd } from "./session.ts";

/**
 * Signs in by address and password. An unknown address and a wrong password get the same answer
 * after the same work. Problems: invalid_credentials, account_inactive.
 */
export async function login(
  world: World,
  input: { email: string; password: string },
  userAgent: string | null = null,
): Promise<OpenedSession> {
  const found = await findCredentials(world.db, { email: input.email });
  const isRight = await isPassword(input.password, found?.passwordHash ?? null);
  if (!found || !isRight) {
    await noteFailedLogin(world.db, {
      eventId: newId(),
      userId: found?.id ?? null,
      now: world.now(),
    });
    throw new Problem("invalid_credentials");
  }
  const sessionId = newId();
  const expiresAt = sessionEnd(world);
  const user = await openSession(world.db, {
    sessionId,
    userId: found.id,
    userAgent: userAgent?.slice(0, 300) ?? null,
    expiresAt,
    eventId: newId(),
    now: world.now(),
  });
  if (!user) throw new Problem("account_inactive");
  return { user, sessionId, expiresAt };
}

import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { openSession } from "./queries.ts";
import type { OpenedSession } from "./register.ts";
import { type Client, sessionEnd } from "./session.ts";

/** Opens a session of a user who has been identified. Problems: account_inactive. */
export async function openSessionOf(
  world: World,
  userId: string,
  client: Client,
): Promise<OpenedSession> {
  const sessionId = newId();
  const expiresAt = sessionEnd(world);
  const user = await openSession(world.db, {
    sessionId,
    userId,
    ...client,
    expiresAt,
    eventId: newId(),
    now: world.now(),
  });
  if (!user) throw new Problem("account_inactive");
  return { user, sessionId, expiresAt };
}

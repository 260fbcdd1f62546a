// The sessions of a user, as he sees and ends them.
import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { endSession as end, listSessions as list } from "../session-queries.ts";

/** One page of the sessions that are still good, newest first. Problems: invalid. */
export async function listSessions(
  world: World,
  caller: { userId: string; sessionId: string },
  query: { limit?: number; cursor?: string },
) {
  const limit = limitOf(query);
  const rows = await list(world.db, {
    userId: caller.userId,
    ...newestAfter(query.cursor),
    limit: limit + 1,
    now: world.now(),
  });
  const shown = (row: (typeof rows)[number]) => ({
    id: row.id,
    userAgent: row.userAgent,
    isCurrent: row.id === caller.sessionId,
    createdAt: row.createdAt.toString(),
    lastUsedAt: row.lastUsedAt.toString(),
    expiresAt: row.expiresAt.toString(),
  });
  return pageOf(rows, limit, shown, newestCursor);
}

/** Ends one of the user's own sessions. Problems: not_found, also when it has ended before. */
export async function endSession(
  world: World,
  input: { userId: string; sessionId: string },
): Promise<void> {
  if (!(await end(world.db, { ...input, now: world.now() }))) throw new Problem("not_found");
}

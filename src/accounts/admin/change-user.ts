import { refused } from "../../db/conflict.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { changeUser as change } from "../admin-queries.ts";
import type { UserRow } from "../queries.ts";
import type { UserChange } from "./schema.ts";

/**
 * Changes a user's role, plan or status. Another status ends his sessions and API keys at once; what he made stays,
 * out of sight until he is ACTIVE again.
 * @param actorId the administrator who does it; null for the machine's own keeper
 * Problems: not_found, last_admin; forbidden where the actor is no administrator any more.
 */
export async function changeUser(
  world: World,
  actorId: string | null,
  userId: string,
  input: UserChange,
): Promise<UserRow> {
  try {
    const user = await change(world.db, {
      userId,
      actorId,
      change: { ...input },
      now: world.now(),
    });
    if (user) return user;
  } catch (error) {
    const why = refused(error);
    if (why === "forbidden" || why === "last_admin") throw new Problem(why);
    throw error;
  }
  throw new Problem("not_found");
}

import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { unlinkIdentity } from "../identity-queries.ts";

/** Takes a way in away, if another one is left. Problems: not_found, last_way_in. */
export async function unlink(world: World, userId: string, identityId: string): Promise<void> {
  const { now } = world;
  const auditId = newId();
  const found = await unlinkIdentity(world.db, { userId, identityId, auditId, now: now() });
  if (!found) throw new Problem("not_found");
  if (!found.isUnlinked) throw new Problem("last_way_in");
}

import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { removeMember as remove } from "./member-queries.ts";
import { adminsOnly, noSuchOrganization } from "./standing.ts";
import { type MemberAt, ownerStays } from "./update-member.ts";

/**
 * A member leaves, or an admin removes him: at once he sees nothing of the organization and is no host
 * of it; his coming meetings of its types go to others. Problems: not_found, forbidden, owner_stays.
 */
export async function removeMember(
  world: World,
  { organizationId, ...at }: MemberAt,
  actorId: string,
): Promise<{ hasLeft: boolean }> {
  const userId = at.userId.toLowerCase();
  const done = await remove(world.db, { organizationId, actorId, userId, now: world.now() });
  if (!done) throw noSuchOrganization();
  if (done.isDone) return { hasLeft: userId === actorId };
  if (done.role !== "admin" && userId !== actorId) throw adminsOnly();
  if (done.ownerId === userId) throw ownerStays("cannot leave");
  throw new Problem("not_found", "There is no such member.");
}

import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { OrganizationAt } from "./find.ts";
import { deleteOrganization } from "./queries.ts";
import { noSuchOrganization, ownerOnly } from "./standing.ts";

/**
 * Deletes an organization: from now on nobody sees it, its types are archived and its hosts free. Coming
 * meetings of its types stand in the way; forced, workers cancel them, and everybody concerned is told.
 * Problems: not_found, forbidden, organization_in_use.
 */
export async function removeOrganization(
  world: World,
  { id, userId }: OrganizationAt,
  force: boolean,
): Promise<void> {
  const done = await deleteOrganization(world.db, {
    id,
    actorId: userId,
    force,
    now: world.now(),
  });
  if (!done) throw noSuchOrganization();
  if (!done.isOwner) throw ownerOnly();
  if (!done.isDone)
    throw new Problem(
      "organization_in_use",
      "Meetings of its types lie ahead. Hand them over or cancel them first, or say force=true: then they are cancelled.",
    );
}

import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { getOrganization, type OrganizationAt } from "./find.ts";
import { renameOrganization as rename } from "./queries.ts";
import type { OrganizationWithMembers } from "./schema.ts";
import { noSuchOrganization, ownerOnly } from "./standing.ts";

/**
 * Gives an organization another name; nothing without one. Only its owner may.
 * Problems: not_found, forbidden, precondition_failed, version_conflict.
 */
export function renameOrganization(
  world: World,
  { id, userId }: OrganizationAt,
  name: string | undefined,
  expected: Expectation,
): Promise<OrganizationWithMembers> {
  return changeGuarded(
    expected,
    () => ownOrganization(world, { id, userId }),
    (present) => present,
    async (present) => {
      const wanted = name?.trim() ?? present.name;
      if (wanted === present.name) return present;
      const { version } = present;
      const now = world.now();
      const done = await rename(world.db, { id, actorId: userId, version, name: wanted, now });
      if (!done) throw noSuchOrganization();
      if (!done.isOwner) throw ownerOnly();
      return done.isDone ? getOrganization(world, { id, userId }) : null;
    },
  );
}

/** An organization for its owner. Problems: not_found, forbidden. */
export async function ownOrganization(world: World, at: OrganizationAt) {
  const present = await getOrganization(world, at);
  if (present.ownerId !== at.userId) throw ownerOnly();
  return present;
}

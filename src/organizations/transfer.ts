import { notices } from "../bookings/promises.ts";
import { shouldRetry } from "../db/conflict.ts";
import { invalid } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { getOrganization, type OrganizationAt } from "./find.ts";
import { transferOrganization } from "./queries.ts";
import { ownOrganization } from "./rename.ts";
import type { OrganizationWithMembers } from "./schema.ts";
import { noSuchOrganization, ownerOnly } from "./standing.ts";

/**
 * Hands an organization over to a member, who becomes an admin if he is none; the owner until now
 * stays an admin. Problems: not_found, forbidden, invalid, precondition_failed, version_conflict.
 */
export function transfer(
  world: World,
  { id, userId: actorId }: OrganizationAt,
  given: string,
  expected: Expectation,
): Promise<OrganizationWithMembers> {
  const userId = given.toLowerCase();
  return changeGuarded(
    expected,
    () => ownOrganization(world, { id, userId: actorId }),
    (present) => present,
    async ({ version, name }) => {
      const done = await transferOrganization(world.db, {
        id,
        actorId,
        version,
        userId,
        notices: notices([userId], "ORG_OWNER", { organizationId: id, organization: name }),
        now: world.now(),
      }).catch(nullIfLost);
      if (done === "lost") return null;
      if (!done) throw noSuchOrganization();
      if (!done.isOwner) throw ownerOnly();
      if (!done.hasTarget) throw invalid("userId", "must be another member who is active");
      return done.isDone ? getOrganization(world, { id, userId: actorId }) : null;
    },
  );
}

/** A statement that was chosen to end a deadlock has changed nothing. */
function nullIfLost(error: unknown): "lost" {
  if (shouldRetry(error)) return "lost";
  throw error;
}

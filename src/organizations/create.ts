import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import { refused } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { claimOf, madeBefore } from "../http/idempotency.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { getOrganization } from "./find.ts";
import { createOrganization as create } from "./queries.ts";
import type { OrganizationWithMembers } from "./schema.ts";

/**
 * Makes an organization, of which its maker is owner, admin and a possible host. With a key the same
 * request makes it once. Problems: plan_limit, idempotency_mismatch, account_inactive; not_found when what the key made is gone.
 */
export async function createOrganization(
  world: World,
  userId: string,
  input: { name: string },
  key?: string,
): Promise<{ organization: OrganizationWithMembers; isReplay: boolean }> {
  const claim = claimOf(`user ${userId} organizations`, key, input);
  const made = await create(world.db, {
    ...claim,
    id: newId(),
    ownerId: userId,
    name: input.name.trim(),
    memberId: newId(),
    now: world.now(),
    limits: limitByPlan(world, "organizations"),
  }).catch((error: unknown) => {
    // Another request of his is erasing him.
    if (refused(error) === "account_inactive") throw new Problem("account_inactive");
    throw planRefusal(world, error, "organizations") ?? error;
  });
  const id = made?.id ?? (await madeBefore(world, claim));
  return { organization: await getOrganization(world, { id, userId }), isReplay: !made };
}

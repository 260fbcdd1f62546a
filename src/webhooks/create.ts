import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import { newId } from "../db/id.ts";
import { adminsOnly, assertAdmin } from "../organizations/standing.ts";
import { checkUrl } from "../outbound/check-url.ts";
import type { World } from "../world.ts";
import { createEndpoint as create, type EndpointRow } from "./queries.ts";
import type { NewEndpoint } from "./schema.ts";
import { newSecret, sealSecret } from "./secret.ts";

/**
 * Makes an endpoint of a user, or of an organization that he is an admin of; its secret is in the answer and nowhere else.
 * Problems: invalid, plan_limit, encryption_key_missing; not_found and forbidden of the organization.
 */
export async function createEndpoint(
  world: World,
  userId: string,
  { url, events, description = null, organizationId }: NewEndpoint,
): Promise<{ row: EndpointRow; secret: string }> {
  if (organizationId !== undefined) await assertAdmin(world, organizationId, userId);
  const id = newId();
  const secret = newSecret();
  const sealed = sealSecret(world, id, secret);
  const row = await create(world.db, {
    id,
    userId,
    url: await checkUrl(world, url),
    description: description?.trim() ?? null,
    events,
    secret: sealed,
    limits: limitByPlan(world, "webhooks"),
    now: world.now(),
    organizationId: organizationId ?? null,
  }).catch((error: unknown) => {
    throw planRefusal(world, error, "webhooks") ?? error;
  });
  if (!row) throw adminsOnly();
  return { row, secret };
}

import type { World } from "../world.ts";
import { findOrganization } from "./queries.ts";
import {
  MEMBERS_SHOWN,
  type OrganizationWithMembers,
  organizationWithMembersOf,
} from "./schema.ts";
import { noSuchOrganization } from "./standing.ts";

/** Which organization is meant, and who asks. */
export interface OrganizationAt {
  readonly id: string;
  readonly userId: string;
}

/** An organization that the asker belongs to. Problems: not_found. */
export async function getOrganization(
  world: World,
  at: OrganizationAt,
): Promise<OrganizationWithMembers> {
  const found = await findOrganization(world.db, { ...at, membersLimit: MEMBERS_SHOWN });
  if (!found) throw noSuchOrganization();
  return organizationWithMembersOf(found);
}

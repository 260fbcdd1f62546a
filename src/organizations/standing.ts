import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findStanding } from "./queries.ts";

/** As what a user belongs to an organization. Problems: not_found, for a stranger. */
export async function standingOf(
  world: World,
  organizationId: string,
  userId: string,
): Promise<"admin" | "member"> {
  const found = await findStanding(world.db, { organizationId, userId });
  if (!found) throw noSuchOrganization();
  return found.role;
}

/** The same where only an admin will do. Problems: not_found, forbidden. */
export async function assertAdmin(
  world: World,
  organizationId: string,
  userId: string,
): Promise<void> {
  if ((await standingOf(world, organizationId, userId)) !== "admin") throw adminsOnly();
}

export const noSuchOrganization = () =>
  new Problem("not_found", "There is no such organization, or you do not belong to it.");

export const adminsOnly = () =>
  new Problem("forbidden", "Only the owner and admins of the organization may do this.");

export const ownerOnly = () =>
  new Problem("forbidden", "Only the owner of the organization may do this.");

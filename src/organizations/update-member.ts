import type { UserRow } from "../accounts/queries.ts";
import { Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { findMember, type MemberRow, updateMember as update } from "./member-queries.ts";
import { type Member, type MemberPatch, memberOf } from "./schema.ts";
import { adminsOnly, noSuchOrganization, standingOf } from "./standing.ts";

/** A member of an organization, as somebody who belongs to it names him. */
export interface MemberAt {
  readonly organizationId: string;
  readonly userId: string;
}

/**
 * Changes a member: an admin his role, he himself whether he can be named as a host. Who no longer can
 * is offered no more at once, and his coming meetings of the organization go to others.
 * Problems: not_found, forbidden, owner_stays, precondition_failed, version_conflict.
 */
export function updateMember(
  world: World,
  { organizationId, ...at }: MemberAt,
  actor: UserRow,
  { role, canHost }: MemberPatch,
  expected: Expectation,
): Promise<Member> {
  const userId = at.userId.toLowerCase();
  if (canHost && !actor.emailVerifiedAt)
    throw new Problem("forbidden", "Confirm your mail address first: guests' data go to it.");
  return changeGuarded(
    expected,
    () => memberFor(world, { organizationId, userId }, actor.id),
    memberOf,
    async (present) => {
      if (canHost !== undefined && userId !== actor.id)
        throw new Problem("forbidden", "Whether he can be named as a host each says for himself.");
      const change = {
        role: role === present.role ? null : (role ?? null),
        canHost: canHost === present.canHost ? null : (canHost ?? null),
      };
      const { version } = present;
      const who = { organizationId, actorId: actor.id, userId };
      const done = await update(world.db, { ...who, version, ...change, now: world.now() });
      if (!done) throw noSuchOrganization();
      if (role !== undefined && done.role !== "admin") throw adminsOnly();
      if (change.role !== null && done.ownerId === userId) throw ownerStays("is always an admin");
      return done.isDone
        ? memberOf(await memberFor(world, { organizationId, userId }, actor.id))
        : null;
    },
  );
}

/** Problems: not_found, also for who does not belong to the organization. */
async function memberFor(world: World, at: MemberAt, actorId: string): Promise<MemberRow> {
  await standingOf(world, at.organizationId, actorId);
  const found = await findMember(world.db, { ...at, memberId: null });
  if (!found) throw new Problem("not_found", "There is no such member.");
  return found;
}

/** The refusal of what would leave an organization without its owner. */
export const ownerStays = (why: string) =>
  new Problem("owner_stays", `The owner ${why}. Hand the organization over first.`);

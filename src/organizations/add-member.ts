import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import type { UserRow } from "../accounts/queries.ts";
import { nameOf } from "../accounts/schema.ts";
import { newId } from "../db/id.ts";
import { type Claim, claimedBefore, claimOf } from "../http/idempotency.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findInvitation } from "./invitation-queries.ts";
import { addMember as add, findMember } from "./member-queries.ts";
import { type Invitation, invitationOf, type Member, memberOf, type NewMember } from "./schema.ts";
import { adminsOnly, noSuchOrganization } from "./standing.ts";

/** How long the link of an invitation is good. */
const INVITATION_DAYS = 14;
export const invitationEnd = (world: World): Temporal.Instant =>
  world.now().add({ hours: INVITATION_DAYS * 24 });

/** So many people are asked to join one organization, or by one person, in 24 hours; each gets a mail. */
export const INVITED_PER_DAY = 100;

export const tooManyInvited = () =>
  new Problem(
    "rate_limited",
    `At most ${INVITED_PER_DAY} people are asked to join in 24 hours. Ask more of them tomorrow.`,
    { headers: { "retry-after": "3600" } },
  );

type Outcome = { readonly isReplay: boolean } & (
  | { readonly member: Member }
  | { readonly invitation: Invitation }
);

/**
 * Adds whoever has this address to an organization, or invites the address if it is nobody's; asked
 * again, the invitation is renewed and mailed anew. With a key the same request does it once.
 * Problems: not_found, forbidden, plan_limit, already_member, rate_limited, idempotency_mismatch.
 */
export async function addMember(
  world: World,
  organizationId: string,
  actor: UserRow,
  { email, role = "member" }: NewMember,
  key?: string,
): Promise<Outcome> {
  const scope = `user ${actor.id} members ${organizationId}`;
  const claim = claimOf(scope, key, { email, role });
  const done = await add(world.db, {
    ...claim,
    organizationId,
    actorId: actor.id,
    email,
    role,
    id: newId(),
    expiresAt: invitationEnd(world),
    dailyLimit: INVITED_PER_DAY,
    outboxId: newId(),
    noticeId: newId(),
    by: nameOf(actor),
    eventId: newId(),
    now: world.now(),
    limits: limitByPlan(world, "organizationMembers"),
  }).catch((error: unknown) => {
    throw planRefusal(world, error, "organizationMembers") ?? error;
  });
  if (!done) throw noSuchOrganization();
  if (done.role !== "admin") throw adminsOnly();
  const id = done.memberId ?? done.invitationId ?? (await madeOnce(world, claim, done.isTooMany));
  const isReplay = done.memberId === null && done.invitationId === null;
  return { isReplay, ...(await madeOf(world, organizationId, id)) };
}

/** What the key made before; else why nothing was made. */
async function madeOnce(world: World, claim: Claim, isTooMany: boolean | null): Promise<string> {
  const id = await claimedBefore(world, claim);
  if (id !== null) return id;
  throw isTooMany ? tooManyInvited() : new Problem("already_member");
}

async function madeOf(world: World, organizationId: string, id: string) {
  const member = await findMember(world.db, { organizationId, userId: null, memberId: id });
  if (member) return { member: memberOf(member) };
  const invitation = await findInvitation(world.db, { id });
  if (!invitation) throw new Problem("not_found", "What this key made is gone.");
  return { invitation: invitationOf(invitation) };
}

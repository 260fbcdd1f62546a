import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { INVITED_PER_DAY, invitationEnd, tooManyInvited } from "./add-member.ts";
import {
  findInvitation,
  resendInvitation as resend,
  revokeInvitation as revoke,
} from "./invitation-queries.ts";
import { type Invitation, invitationOf } from "./schema.ts";
import { adminsOnly, noSuchOrganization } from "./standing.ts";

interface InvitationAt {
  readonly organizationId: string;
  readonly id: string;
}

/** Mails an invitation again, with a new link. Problems: not_found, forbidden, rate_limited. */
export async function resendInvitation(
  world: World,
  at: InvitationAt,
  actorId: string,
): Promise<Invitation> {
  const done = await resend(world.db, {
    ...at,
    actorId,
    expiresAt: invitationEnd(world),
    dailyLimit: INVITED_PER_DAY,
    outboxId: newId(),
    now: world.now(),
  });
  if (!done) throw noSuchOrganization();
  if (done.role !== "admin") throw adminsOnly();
  const found = done.isDone ? await findInvitation(world.db, { id: at.id }) : null;
  if (found) return invitationOf(found);
  throw done.isTooMany ? tooManyInvited() : noSuchInvitation();
}

/** Takes an invitation back: its link is worth nothing. Problems: not_found, forbidden. */
export async function revokeInvitation(
  world: World,
  at: InvitationAt,
  actorId: string,
): Promise<void> {
  const done = await revoke(world.db, { ...at, actorId, now: world.now() });
  if (!done) throw noSuchOrganization();
  if (done.role !== "admin") throw adminsOnly();
  if (!done.isDone) throw noSuchInvitation();
}

const noSuchInvitation = () => new Problem("not_found", "There is no such open invitation.");

// The link by which an address joins an organization. Who holds it has read the mail sent there.
import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import type { UserRow } from "../accounts/queries.ts";
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";
import { acceptInvitation, type FoundInvitation, findInvitation } from "./invitation-queries.ts";
import { findMember } from "./member-queries.ts";
import { type Member, memberOf } from "./schema.ts";

const versionOf = ({ version, email }: FoundInvitation) => `${version} ${email.toLowerCase()}`;

/** The page where an invitation is read and accepted. */
export const invitationUrl = (world: World, invitation: FoundInvitation): string => {
  const { id, expiresAt } = invitation;
  const token = makeToken(world, "invitation", id, versionOf(invitation), expiresAt);
  return `${world.config.PUBLIC_URL}/invitation?token=${token}`;
};

/** The invitation of a link. Problems: not_found for one that is wrong, old, renewed or revoked. */
export async function readInvitation(world: World, token: string): Promise<FoundInvitation> {
  const claim = readToken(token);
  const found = claim && (await findInvitation(world.db, { id: claim.id }));
  if (!claim || !found || !isGenuine(world, "invitation", claim, versionOf(found)))
    throw new Problem("not_found", "This invitation is not valid any more. Ask for a new one.");
  return found;
}

/**
 * Joins the organization that an address was invited to, and agrees to be a host of it. Again, it
 * changes nothing. Problems: not_found, plan_limit; forbidden for another address, or one that is not confirmed.
 */
export async function accept(
  world: World,
  token: string,
  user: Pick<UserRow, "id">,
): Promise<{ organizationId: string; member: Member }> {
  const invitation = await readInvitation(world, token);
  const { id, version, organizationId } = invitation;
  if (invitation.acceptedBy === null) {
    assertHis(invitation, user.id);
    const joined = await acceptInvitation(world.db, {
      id,
      version,
      userId: user.id,
      memberId: newId(),
      eventId: newId(),
      now: world.now(),
      limits: limitByPlan(world, "organizationMembers"),
    }).catch((error: unknown) => {
      throw planRefusal(world, error, "organizationMembers") ?? error;
    });
    // A twin of this request was faster, or the invitation has changed: the look below says.
    if (!joined && (await readInvitation(world, token)).acceptedBy !== user.id) throw notHis();
  } else if (invitation.acceptedBy !== user.id) throw notHis();
  const member = await findMember(world.db, { organizationId, userId: user.id, memberId: null });
  if (!member) throw new Problem("not_found", "You have left this organization since.");
  return { organizationId, member: memberOf(member) };
}

function assertHis({ userId, emailVerifiedAt }: FoundInvitation, asker: string): void {
  if (userId !== asker) throw notHis();
  if (!emailVerifiedAt)
    throw new Problem("forbidden", "Confirm your mail address first, by the link of your mail.");
}

const notHis = () =>
  new Problem("forbidden", "This invitation is for another mail address than yours.");

// The link by which a member who was added agrees to be a host, in one click.
import { Problem } from "../problem.ts";
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";
import { agreeToHost, findMembership, type MembershipRow } from "./member-queries.ts";

/** Bound to the address, which its reader so proves; taking the yes back kills it. */
const versionOf = ({ consentVersion, email }: MembershipRow) =>
  `${consentVersion} ${email.toLowerCase()}`;

const VALID_DAYS = 14;

/** The page where a member says that he can be named as a host. */
export const consentUrl = (world: World, membership: MembershipRow): string => {
  const end = world.now().add({ hours: VALID_DAYS * 24 });
  const token = makeToken(world, "host-consent", membership.id, versionOf(membership), end);
  return `${world.config.PUBLIC_URL}/hosting?token=${token}`;
};

/** The membership of a link. Problems: not_found for one that is wrong, old or taken back. */
export async function readConsent(world: World, token: string): Promise<MembershipRow> {
  const claim = readToken(token);
  const found = claim && (await findMembership(world.db, { memberId: claim.id }));
  if (!claim || !found || !isGenuine(world, "host-consent", claim, versionOf(found)))
    throw new Problem("not_found", "This link is not valid any more.");
  return found;
}

/** Agrees to be named as a host; again, it changes nothing. Problems: not_found. */
export async function agree(world: World, token: string): Promise<MembershipRow> {
  const { id: memberId, consentVersion, ...membership } = await readConsent(world, token);
  await agreeToHost(world.db, { memberId, consentVersion, now: world.now() });
  return { ...membership, id: memberId, consentVersion };
}

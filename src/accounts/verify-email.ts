import { Problem } from "../problem.ts";
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";
import { findEmailToVerify, verifyEmail as verify } from "./email-queries.ts";

const VALID_HOURS = 48;

/** The link that proves an address: good for 48 hours and for this address only. */
export const verificationUrl = (world: World, user: { id: string; email: string }): string => {
  const end = world.now().add({ hours: VALID_HOURS });
  const token = makeToken(world, "verify-email", user.id, user.email.toLowerCase(), end);
  return `${world.config.PUBLIC_URL}/verify?token=${token}`;
};

/** Confirms the address that a link was mailed to; doing it again changes nothing. Problems: not_found. */
export async function verifyEmail(world: World, token: string): Promise<void> {
  const claim = readToken(token);
  const user = claim && (await findEmailToVerify(world.db, { userId: claim.id }));
  if (!claim || !user || !isGenuine(world, "verify-email", claim, user.email.toLowerCase()))
    throw new Problem("not_found", "This link is not valid any more. Ask for a new one.");
  await verify(world.db, { userId: claim.id, email: user.email, now: world.now() });
}

import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import { isGenuine, makeToken, readToken } from "../../token.ts";
import type { World } from "../../world.ts";
import { hashPassword } from "../password.ts";
import { findPasswordState, resetPassword as reset } from "../password-queries.ts";
import { type Client, NOBODY } from "../session.ts";

const VALID_MINUTES = 30;

interface State {
  readonly id: string;
  readonly email: string;
  readonly passwordVersion: number;
}

/** The link that sets a new password: good for 30 minutes, for one use, and while the address is the same. */
export const resetUrl = (world: World, user: State): string => {
  const end = world.now().add({ minutes: VALID_MINUTES });
  const token = makeToken(world, "reset-password", user.id, versionOf(user), end);
  return `${world.config.PUBLIC_URL}/reset?token=${token}`;
};

/**
 * Sets a new password by the mailed token. Every session ends, the address is proven, and the user is
 * told by mail. Problems: not_found, invalid, unavailable.
 */
export async function resetPassword(
  world: World,
  input: { token: string; password: string },
  client: Client = NOBODY,
): Promise<void> {
  const claim = readToken(input.token);
  const user = claim && (await findPasswordState(world.db, { userId: claim.id }));
  if (!claim || !user || !isGenuine(world, "reset-password", claim, versionOf(user)))
    throw linkOver();
  const newHash = await hashPassword(world, input.password);
  const done = await reset(world.db, {
    userId: user.id,
    version: user.passwordVersion,
    email: user.email,
    newHash,
    addressMac: client.addressMac,
    outboxId: newId(),
    now: world.now(),
  });
  if (!done) throw linkOver();
}

/** Every new password raises the version, so a link works once; it dies with the address it went to, too. */
const versionOf = ({ passwordVersion, email }: State): string =>
  `${passwordVersion}|${email.toLowerCase()}`;

const linkOver = (): Problem =>
  new Problem("not_found", "This link is not valid any more. Ask for a new one.");

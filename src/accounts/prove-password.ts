import { invalid } from "../problem.ts";
import type { World } from "../world.ts";
import { guessed } from "./attempts.ts";
import { isPassword } from "./password.ts";
import { findPasswordHash } from "./password-queries.ts";

/** How long ago somebody without a password may have signed in for what needs one. */
export const FRESH_MINUTES = 10;

/**
 * The password's hash, once a user has proved that he knows the password; null where he has none, and then
 * must have signed in lately instead, which the statement looks at. Problems: invalid, rate_limited, unavailable.
 */
export async function provePassword(
  world: World,
  userId: string,
  currentPassword: string | undefined,
): Promise<string | null> {
  const { passwordHash } = await findPasswordHash(world.db, { userId });
  if (passwordHash !== null) {
    if (currentPassword === undefined) throw invalid("currentPassword", "is missing");
    const check = () => isPassword(currentPassword, passwordHash);
    if (!(await guessed(world, `user ${userId}`, check)))
      throw invalid("currentPassword", "is not your password");
  } else if (currentPassword !== undefined)
    throw invalid("currentPassword", "is not known here: you have no password yet");
  return passwordHash;
}

import { newId } from "../db/id.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { guessed } from "./attempts.ts";
import { hashPassword, isPassword } from "./password.ts";
import { changePassword as change, findPasswordHash } from "./password-queries.ts";

/** How old the sign-in may be of a user who sets his first password. */
const FRESH_MINUTES = 10;

/**
 * Sets a new password; every other session of the user ends, and he is told by mail. Who has none
 * yet must have signed in within ten minutes instead of telling it. Problems: invalid,
 * sign_in_again, rate_limited, version_conflict, unavailable.
 */
export async function changePassword(
  world: World,
  input: { userId: string; sessionId: string; currentPassword?: string; newPassword: string },
): Promise<void> {
  const { userId, sessionId, currentPassword } = input;
  const { passwordHash } = await findPasswordHash(world.db, { userId });
  if (passwordHash !== null) {
    if (currentPassword === undefined) throw invalid("currentPassword", "is missing");
    const check = () => isPassword(currentPassword, passwordHash);
    if (!(await guessed(world, `user ${userId}`, check)))
      throw invalid("currentPassword", "is not your password");
  } else if (currentPassword !== undefined)
    throw invalid("currentPassword", "is not known here: you have no password yet");
  const newHash = await hashPassword(world, input.newPassword, "newPassword");
  const now = world.now();
  const changed = await change(world.db, {
    userId,
    oldHash: passwordHash,
    newHash,
    sessionId,
    signedInFrom: now.subtract({ minutes: FRESH_MINUTES }),
    outboxId: newId(),
    now,
  });
  if (changed) return;
  if (passwordHash === null)
    throw new Problem("sign_in_again", "Sign in again, then set a password within ten minutes.");
  throw new Problem("version_conflict", "Your password was changed meanwhile.");
}

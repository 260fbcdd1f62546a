import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { hashPassword } from "./password.ts";
import { changePassword as change } from "./password-queries.ts";
import { FRESH_MINUTES, provePassword } from "./prove-password.ts";

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
  const passwordHash = await provePassword(world, userId, currentPassword);
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

import { FRESH_MINUTES, provePassword } from "../accounts/prove-password.ts";
import { refused } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { beginErasure } from "./queries.ts";

/**
 * Begins to erase a user who proves by his password that it is he; who has none must have signed in within ten
 * minutes. From here on he is out, and out of sight; workers do the rest (erase-users.ts). Problems: invalid,
 * sign_in_again, rate_limited, owner_stays, last_admin, version_conflict.
 */
export async function eraseMe(
  world: World,
  input: { userId: string; sessionId: string; currentPassword?: string },
): Promise<void> {
  const { userId, sessionId, currentPassword } = input;
  const passwordHash = await provePassword(world, userId, currentPassword);
  const now = world.now();
  const begun = await beginErasure(world.db, {
    userId,
    passwordHash,
    sessionId,
    signedInFrom: now.subtract({ minutes: FRESH_MINUTES }),
    erasureId: newId(),
    outboxId: newId(),
    now,
  }).catch(whyNot);
  if (begun) return;
  if (passwordHash === null)
    throw new Problem(
      "sign_in_again",
      "Sign in again, then delete your account within ten minutes.",
    );
  throw new Problem("version_conflict", "Your password was changed meanwhile.");
}

function whyNot(error: unknown): never {
  const code = refused(error);
  if (code === "owner_stays")
    throw new Problem(
      "owner_stays",
      "You own an organization. Hand it over to another member or delete it first.",
    );
  if (code === "last_admin") throw new Problem("last_admin");
  throw error;
}

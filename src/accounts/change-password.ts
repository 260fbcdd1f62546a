import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { hashPassword, isPassword } from "./password.ts";
import { changePassword as change, findPasswordHash } from "./queries.ts";

/** Sets a new password; every other session of the user ends. Problems: invalid, version_conflict. */
export async function changePassword(
  world: World,
  input: { userId: string; sessionId: string; currentPassword: string; newPassword: string },
): Promise<void> {
  const { passwordHash } = await findPasswordHash(world.db, { userId: input.userId });
  if (passwordHash === null || !(await isPassword(input.currentPassword, passwordHash)))
    throw invalid("currentPassword", "is not your password");
  const newHash = await hashPassword(world, input.newPassword, "newPassword");
  const { userId, sessionId } = input;
  const changed = await change(world.db, {
    userId,
    oldHash: passwordHash,
    newHash,
    sessionId,
    now: world.now(),
  });
  if (!changed) throw new Problem("version_conflict", "Your password was changed meanwhile.");
}

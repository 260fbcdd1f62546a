import { findZone } from "../availability/zone.ts";
import { violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { readWishes } from "../notifications/preferences.ts";
import { invalidAll, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { type UserRow, updateUser as update } from "./queries.ts";
import { namesOf } from "./register.ts";
import type { UserPatch } from "./schema.ts";
import { isReserved } from "./username.ts";

/**
 * Changes what is given. The owner of an address that is given up is told. Problems: invalid, email_taken, username_taken.
 */
export async function updateUser(world: World, user: UserRow, input: UserPatch): Promise<UserRow> {
  const { name, ...patch } = input;
  if (
    patch.username !== undefined &&
    patch.username !== user.username &&
    isReserved(patch.username)
  )
    throw new Problem("username_taken", "This username is reserved.");
  const wishes = patch.notificationPreferences && wishesOf(patch.notificationPreferences);
  const zone = patch.timeZone === undefined ? {} : { timeZone: findZone(patch.timeZone) };
  const names = name === undefined ? {} : namesOf({ ...definedNames(patch), name });
  try {
    return await update(world.db, {
      userId: user.id,
      patch: { ...patch, ...trimmed(patch), ...names, ...zone, ...wishes },
      outboxId: newId(),
      changeId: newId(),
      now: world.now(),
    });
  } catch (error) {
    const constraint = violated(error);
    if (constraint === "users_email_key") throw new Problem("email_taken");
    if (constraint === "users_username_key") throw new Problem("username_taken");
    throw error;
  }
}

/** Problems: invalid, for a channel that must stay on. */
function wishesOf(given: NonNullable<UserPatch["notificationPreferences"]>) {
  const { wishes, refused } = readWishes(given);
  if (refused.length > 0)
    throw invalidAll(
      refused.map((path) => ({
        path: `notificationPreferences.${path}`,
        message: "cannot be turned off",
      })),
    );
  return { notificationPreferences: wishes };
}

const definedNames = ({ firstName, lastName }: UserPatch) => ({
  ...(firstName !== undefined && { firstName }),
  ...(lastName != null && { lastName }),
});

const trimmed = ({ firstName, lastName }: UserPatch) => ({
  ...(firstName !== undefined && { firstName: firstName.trim() }),
  ...(lastName != null && { lastName: lastName.trim() }),
});

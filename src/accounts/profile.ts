import type { World } from "../world.ts";
import { limitsOf } from "./plans.ts";
import { findUse, type UserRow } from "./queries.ts";
import { userOf } from "./schema.ts";

/** A user as he sees himself, with what his plan has room for. */
export async function profileOf(world: World, user: UserRow) {
  const used = await findUse(world.db, { userId: user.id });
  return { ...userOf(user), limits: limitsOf(world, user.plan, used) };
}

import type { World } from "../world.ts";
import { limitsOf } from "./plans.ts";
import { findOwnOrigins, findUse, type UserRow } from "./queries.ts";
import { userOf } from "./schema.ts";

/** A user as he sees himself, with where his meeting types may be shown, and what his plan has room for. */
export async function profileOf(world: World, user: UserRow) {
  const [used, { allowedOrigins }] = await Promise.all([
    findUse(world.db, { userId: user.id }),
    findOwnOrigins(world.db, { userId: user.id }),
  ]);
  return { ...userOf(user), allowedOrigins, limits: limitsOf(world, user.plan, used) };
}

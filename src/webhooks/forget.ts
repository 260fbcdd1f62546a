import type { World } from "../world.ts";
import { forgetAttempts } from "./delivery-queries.ts";

const KEPT_DAYS = 30;
const AT_ONCE = 1_000;

/** Lets go of the log of attempts that nobody needs any more; whether there may be more of it. */
export async function forgetOldAttempts(world: World): Promise<boolean> {
  const before = world.now().subtract({ hours: 24 * KEPT_DAYS });
  const forgotten = await forgetAttempts(world.db, { before, limit: AT_ONCE });
  return forgotten.length === AT_ONCE;
}

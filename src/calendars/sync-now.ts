import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { promiseSync } from "./connection-queries.ts";

/**
 * Has a connection's calendars read as soon as a worker is free; how many matter. Asked again it makes no more work.
 * Problems: not_found, calendar_needs_reauth.
 */
export async function syncNow(
  world: World,
  of: { userId: string; connectionId: string },
): Promise<number> {
  const found = await promiseSync(world.db, { ...of, now: world.now() });
  if (!found) throw new Problem("not_found");
  if (found.status === "needs_reauth") throw new Problem("calendar_needs_reauth");
  return found.calendars;
}

import type { World } from "../world.ts";
import { visitCalendars } from "./sync-queries.ts";

const AT_ONCE = 200;
// Should the promise be lost, by whoever mends by hand.
const LATER_HOURS = 6;

/**
 * Promises to look at calendars whose time has come, whether or not anything was pushed, and forgets what was in those
 * that nobody wants looked at any more. Whether there may be more.
 */
export async function pollCalendars(world: World): Promise<boolean> {
  const now = world.now();
  const later = now.add({ hours: LATER_HOURS });
  const { visited } = await visitCalendars(world.db, { now, later, limit: AT_ONCE });
  return visited === AT_ONCE;
}

import type { World } from "../world.ts";
import { keepPartitions } from "./queries.ts";

/**
 * Makes room for the events of the months ahead and drops the months that are older than
 * ANALYTICS_RETENTION_DAYS. Whether there may be more to do.
 */
export async function keepEventPartitions(world: World): Promise<boolean> {
  const retentionDays = world.config.ANALYTICS_RETENTION_DAYS;
  return (await keepPartitions(world.db, { now: world.now(), retentionDays })).isChanged;
}

import type { World } from "../world.ts";
import { countEvents } from "./queries.ts";
import type { Dashboard } from "./schema.ts";

const TYPES_MAX = 100;

/** What happened here in the last so many times 24 hours. */
export async function dashboard(world: World, days: number): Promise<Dashboard> {
  const until = world.now();
  const from = until.subtract({ hours: 24 * days });
  const [all, ...byType] = await countEvents(world.db, { from, limit: TYPES_MAX + 1 });
  return {
    period: { days, from: from.toString(), until: until.toString() },
    overview: {
      totalEvents: all?.count ?? 0,
      uniqueUsers: all?.uniqueUsers ?? 0,
      eventTypes: all?.eventTypes ?? 0,
    },
    breakdown: byType.map(({ eventType, count, uniqueUsers }) => ({
      eventType: eventType ?? "",
      count,
      uniqueUsers,
    })),
  };
}

import type { World } from "../world.ts";
import { countEvents, countEventUsers } from "./queries.ts";
import type { Dashboard } from "./schema.ts";

const TYPES_MAX = 100;

/** What happened here in the last so many times 24 hours; also what this process has noted just now. */
export async function dashboard(world: World, days: number): Promise<Dashboard> {
  await world.events.flush();
  const until = world.now();
  const from = until.subtract({ hours: 24 * days });
  const [byType, users] = await Promise.all([
    countEvents(world.db, { from, until, limit: TYPES_MAX }),
    countEventUsers(world.db, { from, until }),
  ]);
  return {
    period: { days, from: from.toString(), until: until.toString() },
    overview: {
      totalEvents: byType[0]?.totalEvents ?? 0,
      uniqueUsers: users.uniqueUsers,
      eventTypes: byType[0]?.eventTypes ?? 0,
    },
    breakdown: byType.map(({ eventType, count, uniqueUsers }) => ({
      eventType,
      count,
      uniqueUsers,
    })),
  };
}

import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findMeetingType as find } from "./queries.ts";
import type { MeetingType } from "./schema.ts";
import { meetingTypeOf } from "./wire.ts";

/**
 * A meeting type of this owner, also when it is archived: bookings still speak of it. One of somebody
 * else does not exist for him. Problems: not_found.
 */
export async function findMeetingType(
  world: World,
  at: { ownerId: string; id: string },
): Promise<MeetingType> {
  const row = await find(world.db, at);
  if (!row) throw new Problem("not_found");
  return meetingTypeOf(row);
}

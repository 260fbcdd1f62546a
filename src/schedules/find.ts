import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findSchedule as find, type ScheduleRow } from "./queries.ts";

/** A schedule of this user; one of somebody else does not exist for him. Problems: not_found. */
export async function findSchedule(
  world: World,
  at: { userId: string; id: string },
): Promise<ScheduleRow> {
  const row = await find(world.db, at);
  if (!row) throw new Problem("not_found");
  return row;
}

import { findZone } from "../availability/zone.ts";
import { newId } from "../db/id.ts";
import type { World } from "../world.ts";
import { checkHours, checkOverrides } from "./check-hours.ts";
import { createSchedule as create, type ScheduleRow } from "./queries.ts";
import { inOrder, type NewSchedule } from "./schema.ts";

/** Makes a schedule; without a zone it is in the user's. Problems: invalid. */
export async function createSchedule(
  world: World,
  user: { readonly id: string; readonly timeZone: string },
  { name, timeZone = user.timeZone, hours = [], overrides = [], isDefault = false }: NewSchedule,
): Promise<ScheduleRow> {
  checkHours(hours);
  checkOverrides(overrides);
  const schedule = {
    name: name.trim(),
    timeZone: findZone(timeZone) ?? "UTC",
    hours,
    overrides: inOrder(overrides),
  };
  const stamp = await create(world.db, {
    ...schedule,
    id: newId(),
    userId: user.id,
    isDefault,
    now: world.now(),
  });
  return { ...schedule, ...stamp };
}

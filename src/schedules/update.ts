import { findZone } from "../availability/zone.ts";
import { checkCaps } from "../caps.ts";
import { Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { checkHours, checkOverrides } from "./check-hours.ts";
import { findSchedule } from "./find.ts";
import { type ScheduleRow, updateSchedule as update } from "./queries.ts";
import { inOrder, type SchedulePatch, scheduleOf } from "./schema.ts";

/**
 * Changes what is given; lists are replaced whole. Problems: invalid, not_found, schedule_in_use,
 * precondition_failed, version_conflict.
 */
export function updateSchedule(
  world: World,
  at: { userId: string; id: string },
  { name, timeZone, hours, overrides, caps, isDefault }: SchedulePatch,
  expected: Expectation,
): Promise<ScheduleRow> {
  if (hours) checkHours(hours);
  if (overrides) checkOverrides(overrides);
  if (caps) checkCaps(caps);
  return changeGuarded(
    expected,
    () => findSchedule(world, at),
    scheduleOf,
    async (present) => {
      if (present.isDefault && isDefault === false)
        throw new Problem("schedule_in_use", "Make another schedule the default one instead.");
      const scalars = {
        name: name?.trim() ?? present.name,
        timeZone: (timeZone && findZone(timeZone)) ?? present.timeZone,
        isDefault: isDefault ?? present.isDefault,
        caps: caps ?? present.caps,
      };
      const stamp = await update(world.db, {
        ...scalars,
        id: present.id,
        version: present.version,
        hours: hours ?? null,
        overrides: overrides ?? null,
      });
      return (
        stamp && {
          ...scalars,
          hours: hours ?? present.hours,
          overrides: overrides ? inOrder(overrides) : present.overrides,
          ...stamp,
        }
      );
    },
  );
}

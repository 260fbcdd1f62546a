import { Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { findSchedule } from "./find.ts";
import { deleteSchedule as remove } from "./queries.ts";
import { scheduleOf } from "./schema.ts";

/** Deletes a schedule that nothing rests on. Problems: not_found, schedule_in_use, precondition_failed. */
export async function deleteSchedule(
  world: World,
  at: { userId: string; id: string },
  expected: Expectation,
): Promise<void> {
  const { isUsed } = await changeGuarded(
    expected,
    () => findSchedule(world, at),
    scheduleOf,
    ({ id, version }) => remove(world.db, { id, version }),
  );
  if (isUsed)
    throw new Problem(
      "schedule_in_use",
      "It is the default schedule, or a meeting type names it. Give that another one first.",
    );
}

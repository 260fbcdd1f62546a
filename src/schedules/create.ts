import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import { findZone } from "../availability/zone.ts";
import { checkCaps } from "../caps.ts";
import { newId } from "../db/id.ts";
import { claimOf, madeBefore } from "../http/idempotency.ts";
import type { World } from "../world.ts";
import { checkHours, checkOverrides } from "./check-hours.ts";
import { findSchedule } from "./find.ts";
import { createSchedule as create, type ScheduleRow } from "./queries.ts";
import { inOrder, type NewSchedule } from "./schema.ts";

/**
 * Makes a schedule; without a zone it is in the user's. With a key the same request makes it once.
 * Problems: invalid, plan_limit, idempotency_mismatch; not_found when what the key made is gone.
 */
export async function createSchedule(
  world: World,
  user: { readonly id: string; readonly timeZone: string },
  input: NewSchedule,
  key?: string,
): Promise<{ schedule: ScheduleRow; isReplay: boolean }> {
  const {
    name,
    timeZone = user.timeZone,
    hours = [],
    overrides = [],
    caps = [],
    isDefault = false,
  } = input;
  checkHours(hours);
  checkOverrides(overrides);
  checkCaps(caps);
  const schedule = {
    name: name.trim(),
    timeZone: findZone(timeZone) ?? "UTC",
    hours,
    overrides: inOrder(overrides),
    caps,
  };
  const claim = claimOf(`user ${user.id} schedules`, key, input);
  const stamp = await create(world.db, {
    ...schedule,
    ...claim,
    id: newId(),
    userId: user.id,
    isDefault,
    now: world.now(),
    limits: limitByPlan(world, "schedules"),
  }).catch((error: unknown) => {
    throw planRefusal(world, error, "schedules") ?? error;
  });
  if (stamp) return { schedule: { ...schedule, ...stamp }, isReplay: false };
  const id = await madeBefore(world, claim);
  return { schedule: await findSchedule(world, { userId: user.id, id }), isReplay: true };
}

// What is left to do once a user has asked to be erased.
import type { World } from "../world.ts";
import {
  deleteBlockedTime,
  eraseUser,
  findUsersToErase,
  forgetHosted,
  forgetNotices,
  forgetOwnEvents,
  retireTypes,
} from "./queries.ts";

const USERS = 5;
const ROWS = 200;

/**
 * Erases users who have asked for it, once their coming meetings are handed over or cancelled (bookings/host/depart.ts)
 * and everybody has been told, or after a day. Some rows at a time; the last statement, which makes the user himself
 * nobody, comes when nothing else is left. Any number of workers may, and stop anywhere. Whether there may be more.
 */
export async function eraseUsers(world: World): Promise<boolean> {
  const users = await findUsersToErase(world.db, { now: world.now(), limit: USERS });
  for (const { id } of users) await eraseSome(world, id);
  return users.length > 0;
}

async function eraseSome(world: World, userId: string): Promise<void> {
  const { db } = world;
  const now = world.now();
  await retireTypes(db, { userId, now });
  if (await forgetHosted(db, { userId, now, limit: ROWS })) return;
  if ((await deleteBlockedTime(db, { userId, limit: ROWS })).length > 0) return;
  if ((await forgetOwnEvents(db, { userId, limit: ROWS })).length > 0) return;
  if ((await forgetNotices(db, { userId, limit: ROWS })).length > 0) return;
  await eraseUser(db, { userId, now });
}

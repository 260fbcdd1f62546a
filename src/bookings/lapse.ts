import type { World } from "../world.ts";
import { sweepHolds } from "./hold-queries.ts";
import { completePast as complete, expirePending as expire } from "./host-queries.ts";

/** As many at once as one statement changes quickly; a worker comes again at once where it was full. */
const BATCH = 100;

/** Notes requests that nobody answered in time. Whether there may be more. */
export const expireRequests = async (world: World): Promise<boolean> =>
  (await expire(world.db, { now: world.now(), limit: BATCH })).length === BATCH;

/** Notes meetings that are over. Whether there may be more. */
export const completeMeetings = async (world: World): Promise<boolean> =>
  (await complete(world.db, { now: world.now(), limit: BATCH })).length === BATCH;

const HOLDS_BATCH = 500;

/** Forgets holds that have ended; nothing rests on it, but nobody wants to keep them. Whether there may be more. */
export const forgetHolds = async (world: World): Promise<boolean> =>
  (await sweepHolds(world.db, { now: world.now() })).length === HOLDS_BATCH;

// What follows, a moment later, when members leave or are suspended: types find an owner, owners hear of it.
import type { World } from "../world.ts";
import { noteGoneHosts, passTypes } from "./queries.ts";

const BATCH = 100;

/** Gives types whose owner has gone to the organization's owner. Whether there may be more. */
export const passOrphanedTypes = async (world: World): Promise<boolean> =>
  (await passTypes(world.db, { now: world.now(), limit: BATCH })).length === BATCH;

/** Tells owners of types which of their hosts are gone, once. Whether there may be more. */
export const tellOfGoneHosts = async (world: World): Promise<boolean> =>
  (await noteGoneHosts(world.db, { now: world.now(), limit: BATCH })).length === BATCH;

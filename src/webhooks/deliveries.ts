import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findEndpoint, listDeliveries } from "./queries.ts";
import { deliveryOf } from "./schema.ts";

/** One page of the log of an endpoint, newest first. Problems: not_found. */
export async function pageOfDeliveries(
  world: World,
  at: { userId: string; id: string },
  query: { limit?: number; cursor?: string },
) {
  const limit = limitOf(query);
  const { at: before, id } = newestAfter(query.cursor);
  const of = { userId: at.userId, endpointId: at.id };
  const rows = await listDeliveries(world.db, { ...of, at: before, id, limit: limit + 1 });
  if (rows.length === 0 && !(await findEndpoint(world.db, at))) throw new Problem("not_found");
  return pageOf(rows, limit, deliveryOf, newestCursor);
}

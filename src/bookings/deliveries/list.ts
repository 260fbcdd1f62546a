import type { UserRow } from "../../accounts/queries.ts";
import { newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import type { World } from "../../world.ts";
import { findForAsker } from "../access.ts";
import { listDeliveries as listRows } from "../delivery-queries.ts";
import { deliveryOf } from "./schema.ts";

interface Asked {
  readonly user: UserRow;
  readonly bookingId: string;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** What a booking's host has promised by it and what became of it, newest first. Problems: not_found, invalid. */
export async function listDeliveries(world: World, { user, bookingId, limit, cursor }: Asked) {
  await findForAsker(world, bookingId, { user, token: null });
  const rows = await listRows(world.db, {
    bookingId,
    deliveryId: null,
    ...newestAfter(cursor),
    limit: limit + 1,
    userId: user.id,
  });
  return pageOf(rows, limit, deliveryOf, newestCursor);
}

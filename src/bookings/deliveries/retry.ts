import type { UserRow } from "../../accounts/queries.ts";
import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { findForAsker } from "../access.ts";
import { listDeliveries, retryDelivery } from "../delivery-queries.ts";
import { type Delivery, deliveryOf } from "./schema.ts";

interface Asked {
  readonly user: UserRow;
  readonly bookingId: string;
  readonly deliveryId: string;
}

/**
 * Promises anew what failed or bounced; again, it is the same new promise. That one says what is true when it is
 * sent, and is superseded where nothing is left to say. Problems: not_found, delivery_stands.
 */
export async function retry(
  world: World,
  { user, bookingId, deliveryId }: Asked,
): Promise<{ delivery: Delivery; isNew: boolean }> {
  await findForAsker(world, bookingId, { user, token: null });
  const id = newId();
  const made = await retryDelivery(world.db, {
    bookingId,
    deliveryId,
    newId: id,
    now: world.now(),
    userId: user.id,
  });
  const [row] = await listDeliveries(world.db, {
    bookingId,
    deliveryId: made?.id ?? deliveryId,
    at: null,
    id: null,
    limit: 1,
    userId: user.id,
  });
  if (!row) throw new Problem("not_found", "This booking has no such delivery.");
  if (!made)
    throw new Problem(
      "delivery_stands",
      `Only what failed or bounced is sent again; this is ${row.state}.`,
    );
  return { delivery: deliveryOf(row), isNew: made.id === id };
}

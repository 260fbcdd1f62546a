// Deliveries that their owner asks for. They are promises like any other: nothing is sent in a request.
import { newId } from "../db/id.ts";
import { claimOf, madeBefore } from "../http/idempotency.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { promisePing, replayDelivery } from "./queries.ts";

interface Of {
  readonly userId: string;
  readonly endpointId: string;
}
interface Promised {
  readonly deliveryId: string;
  readonly isReplay: boolean;
}

/** Promises a ping, also to an endpoint that is stopped. Problems: not_found, idempotency_mismatch. */
export async function testEndpoint(world: World, of: Of, key?: string): Promise<Promised> {
  const claim = claimOf(`user ${of.userId} webhook test`, key, of);
  const id = newId();
  return promised(
    world,
    claim,
    await promisePing(world.db, { id, ...of, ...claim, now: world.now() }),
  );
}

/**
 * Promises a webhook once more, whatever came of it, under the webhook-id it had.
 * Problems: not_found, idempotency_mismatch.
 */
export async function replay(
  world: World,
  of: Of & { readonly deliveryId: string },
  key?: string,
): Promise<Promised> {
  const claim = claimOf(`user ${of.userId} webhook replay`, key, of);
  const id = newId();
  return promised(
    world,
    claim,
    await replayDelivery(world.db, { id, ...of, ...claim, now: world.now() }),
  );
}

async function promised(
  world: World,
  claim: Parameters<typeof madeBefore>[1],
  made: { readonly id: string | null } | null,
): Promise<Promised> {
  if (!made) throw new Problem("not_found");
  if (made.id !== null) return { deliveryId: made.id, isReplay: false };
  return { deliveryId: await madeBefore(world, claim), isReplay: true };
}

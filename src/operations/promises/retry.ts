import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { findPromise, type PromisedRow, retryPromise } from "../queries.ts";

/**
 * Has a promise that failed, or was put off, kept at once, under its own id, so that a provider that knows the id sends nothing twice.
 * What no longer holds by then is superseded as ever. Problems: not_found, promise_stands.
 */
export async function retry(
  world: World,
  { actorId, outboxId }: { actorId: string; outboxId: string },
): Promise<PromisedRow> {
  const again = await retryPromise(world.db, { outboxId, actorId, now: world.now() });
  if (again) return again;
  if (await findPromise(world.db, { outboxId })) throw new Problem("promise_stands");
  throw new Problem("not_found", "There is no such promise.");
}

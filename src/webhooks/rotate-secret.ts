import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { type EndpointRow, rotateSecret as rotate } from "./queries.ts";
import { newSecret, sealSecret } from "./secret.ts";

const OVERLAP_HOURS = 24;

/**
 * Gives an endpoint a new secret, which is in the answer and nowhere else. For a day the one before signs too.
 * Problems: not_found, encryption_key_missing.
 */
export async function rotateSecret(
  world: World,
  at: { userId: string; id: string },
): Promise<{ row: EndpointRow; secret: string }> {
  const secret = newSecret();
  const now = world.now();
  const row = await rotate(world.db, {
    ...at,
    secret: sealSecret(world, at.id, secret),
    previousUntil: now.add({ hours: OVERLAP_HOURS }),
    now,
  });
  if (!row) throw new Problem("not_found");
  return { row, secret };
}

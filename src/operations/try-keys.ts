import { open } from "../secret-box.ts";
import type { World } from "../world.ts";
import { findSealed } from "./queries.ts";
import { sealedFor } from "./rotate-keys.ts";

const BATCH = 500;

/**
 * Tries the keys of ENCRYPTION_KEY at what is sealed, some thousand values at most.
 * @returns how many values were tried, and the places of those that no key opens
 */
export async function tryKeys(
  world: World,
  most = 5_000,
): Promise<{ tried: number; closed: readonly string[] }> {
  const closed: string[] = [];
  let tried = 0;
  let after: { place: string | null; id: string | null } = { place: null, id: null };
  for (;;) {
    // No key has this id: every value is found.
    const found = await findSealed(world.db, { keyId: "", ...after, limit: BATCH });
    tried += found.length;
    for (const { place, id, sealed } of found)
      if (!opens(world, place, id, sealed)) closed.push(`${place} of ${id}`);
    const last = found.at(-1);
    if (!last || found.length < BATCH || tried >= most) return { tried, closed };
    after = { place: last.place, id: last.id };
  }
}

function opens(world: World, place: string, id: string, sealed: string): boolean {
  try {
    open(world, sealedFor(place, id), sealed);
    return true;
  } catch {
    return false;
  }
}

import { Value } from "@sinclair/typebox/value";
import { newId } from "../db/id.ts";
import { invalid, Problem } from "../problem.ts";
import { Email } from "../schema.ts";
import type { World } from "../world.ts";
import { type BlockedGuestRow, blockGuest, unblockGuest } from "./queries.ts";
import type { NewBlockedGuest } from "./schema.ts";

/**
 * From now on takes no bookings of an address or a domain; those that exist stay. Blocking again gives
 * the same entry, with the new reason if there is one, so that a repeated request does no harm.
 * Problems: invalid.
 */
export function block(
  world: World,
  userId: string,
  input: NewBlockedGuest,
): Promise<BlockedGuestRow> {
  return blockGuest(world.db, {
    id: newId(),
    userId,
    pattern: patternOf(input.pattern),
    reason: input.reason?.trim() || null,
    now: world.now(),
  });
}

/** Takes bookings again. Problems: not_found. */
export async function unblock(world: World, at: { userId: string; id: string }): Promise<void> {
  if (!(await unblockGuest(world.db, at))) throw new Problem("not_found");
}

/** One spelling for each: "@Example.com" is the domain "example.com". */
function patternOf(given: string): string {
  const pattern = given.trim().toLowerCase().replace(/^@/, "");
  if (!DOMAIN.test(pattern) && !Value.Check(Email, pattern))
    throw invalid(
      "pattern",
      "must be an address such as eve@example.com or a domain such as example.com",
    );
  return pattern;
}

const DOMAIN = /^([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u;

import { createHash } from "node:crypto";
import { TZDATA_VERSION } from "../availability/zone.ts";
import type { World } from "../world.ts";
import type { SlotsQuery } from "./find-slots.ts";
import { findAvailabilityState } from "./queries.ts";
import { readsOf } from "./reads.ts";

/**
 * The entity tag of an answer: of all that it depends on, rather than of its bytes, and so a weak one.
 * The clock counts by the minute, since notice and horizon move with it.
 * @param now in epoch milliseconds
 * @param state what availability_state() says of the type and its hosts
 */
export function slotsEtag(now: number, query: SlotsQuery, state: string): string {
  const minute = Math.floor(now / 60_000);
  const parts = [state, minute, TZDATA_VERSION, ...Object.entries(query).sort().flat()];
  return `W/"${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}"`;
}

/**
 * The tag of the copy that a client has, by one small statement; null if the copy is no longer right.
 * Only what was once answered has a tag, so a query that would be refused never gets here.
 */
export async function freshEtag(
  world: World,
  query: SlotsQuery,
  ifNoneMatch: string,
): Promise<string | null> {
  const { meetingTypeId } = query;
  const found = await findAvailabilityState(readsOf(world, query), { meetingTypeId });
  if (!found) return null;
  const etag = slotsEtag(world.now().epochMilliseconds, query, found.state);
  // Proxies that compress may weaken a tag or not: what is between the quotes counts.
  const bare = etag.slice("W/".length);
  return ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === bare)
    ? etag
    : null;
}

import { checkUrl } from "../outbound/check-url.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { type EndpointRow, updateEndpoint as update } from "./queries.ts";
import type { EndpointPatch } from "./schema.ts";

/** Changes what is given. Problems: invalid, not_found. */
export async function updateEndpoint(
  world: World,
  at: { userId: string; id: string },
  { url, events, description, isActive }: EndpointPatch,
): Promise<EndpointRow> {
  const row = await update(world.db, {
    ...at,
    url: url === undefined ? null : await checkUrl(world, url),
    hasDescription: description !== undefined,
    description: description?.trim() ?? null,
    events: events ?? null,
    isActive: isActive ?? null,
    now: world.now(),
  });
  if (!row) throw new Problem("not_found");
  return row;
}

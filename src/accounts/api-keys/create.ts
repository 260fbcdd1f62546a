import { newId } from "../../db/id.ts";
import { makeKey } from "../../http/api-key.ts";
import { invalid, Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { type ApiKeyRow, createApiKey as create } from "../api-key-queries.ts";
import { limitByPlan, planRefusal } from "../plans.ts";
import type { NewApiKey } from "./schema.ts";

/**
 * Makes an API key of a user; its text is in the answer and nowhere else.
 * Problems: invalid, plan_limit; forbidden for the scope admin of somebody who is none.
 */
export async function createApiKey(
  world: World,
  userId: string,
  { name, scope = "read", expiresAt }: NewApiKey,
): Promise<{ row: ApiKeyRow; text: string }> {
  const { text, prefix, digest } = makeKey();
  const row = await create(world.db, {
    id: newId(),
    userId,
    name: name.trim(),
    prefix,
    digest,
    scope,
    expiresAt: expiresAt === undefined ? null : ahead(expiresAt, world.now()),
    limits: limitByPlan(world, "apiKeys"),
    now: world.now(),
  }).catch((error: unknown) => {
    throw planRefusal(world, error, "apiKeys") ?? error;
  });
  if (!row) throw new Problem("forbidden", "A key of the scope admin is for administrators.");
  return { row, text };
}

function ahead(text: string, now: Temporal.Instant): Temporal.Instant {
  const instant = Temporal.Instant.from(text).round({
    smallestUnit: "millisecond",
    roundingMode: "floor",
  });
  if (Temporal.Instant.compare(instant, now) <= 0) throw invalid("expiresAt", "must be ahead");
  return instant;
}

import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { invalid } from "../../problem.ts";
import type { World } from "../../world.ts";
import { listUsers as list } from "../admin-queries.ts";
import { userOf } from "../schema.ts";
import { PLANS, ROLES, STATUSES } from "./schema.ts";

/** One page of all users, newest first. Problems: invalid. */
export async function listUsers(
  world: World,
  query: {
    limit?: number;
    cursor?: string;
    q?: string;
    role?: string;
    plan?: string;
    status?: string;
  },
) {
  const limit = limitOf(query);
  const rows = await list(world.db, {
    search: query.q ?? null,
    role: wordOf("role", query.role, ROLES),
    plan: wordOf("plan", query.plan, PLANS),
    status: wordOf("status", query.status, STATUSES),
    ...newestAfter(query.cursor),
    limit: limit + 1,
  });
  return pageOf(rows, limit, userOf, newestCursor);
}

function wordOf(path: string, given: string | undefined, words: readonly string[]): string | null {
  if (given === undefined) return null;
  const word = words.find((each) => each.toLowerCase() === given.toLowerCase());
  if (word === undefined) throw invalid(path, `must be one of ${words.join(", ")}`);
  return word;
}

import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { QUEUES } from "../../jobs.ts";
import { invalid } from "../../problem.ts";
import type { World } from "../../world.ts";
import { listPromises, TROUBLES } from "../queries.ts";
import { promiseOf } from "./schema.ts";

interface Asked {
  readonly state?: string;
  readonly queue?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** Promises that have failed, for good (`failed`) or for now (`retrying`), newest first. Problems: invalid. */
export async function list(world: World, asked: Asked) {
  const limit = limitOf(asked);
  const rows = await listPromises(world.db, {
    state: wordOf("state", asked.state, TROUBLES),
    queue: wordOf("queue", asked.queue, QUEUES),
    ...newestAfter(asked.cursor),
    limit: limit + 1,
  });
  return pageOf(rows, limit, promiseOf, newestCursor);
}

function wordOf(path: string, given: string | undefined, words: readonly string[]): string | null {
  if (given === undefined) return null;
  const word = given.toLowerCase();
  if (!words.includes(word)) throw invalid(path, `must be one of ${words.join(", ")}`);
  return word;
}

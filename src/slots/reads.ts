import type { Statements } from "../db/sql.ts";
import type { World } from "../world.ts";
import type { SlotsQuery } from "./find-slots.ts";

type Own = Pick<SlotsQuery, "rescheduleOf" | "holdId" | "link">;

/**
 * Where the free times of a query are read: at the replica, where there is one. Whoever asks with what is his own has often
 * just made it, so that is read where it was written.
 */
export const readsOf = (world: World, { rescheduleOf, holdId, link }: Own): Statements =>
  (rescheduleOf ?? holdId ?? link) === undefined ? (world.replica ?? world.db) : world.db;

/** What is read there; what is refused there is asked of the primary: its reason may be news. */
export function fromReads<T>(
  world: World,
  query: Own,
  read: (from: Statements) => Promise<T>,
): Promise<T> {
  const from = readsOf(world, query);
  return from === world.db ? read(from) : read(from).catch(() => read(world.db));
}

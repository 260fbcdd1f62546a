import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { findEditable, type TypeAt } from "./find.ts";
import { removeMeetingType as remove } from "./queries.ts";

/**
 * Deletes a meeting type, or archives it when bookings exist: they stay as they are. Archiving again
 * changes nothing. Problems: not_found, forbidden, precondition_failed.
 */
export async function removeMeetingType(
  world: World,
  at: TypeAt,
  expected: Expectation,
): Promise<{ archived: boolean }> {
  const { isBooked } = await changeGuarded(
    expected,
    () => findEditable(world, at),
    (present) => present,
    ({ id, version, archivedAt }) =>
      archivedAt !== null
        ? Promise.resolve({ isBooked: true })
        : remove(world.db, { id, version, now: world.now() }).catch(nullIfJustBooked),
  );
  return { archived: isBooked };
}

/** A booking that came in while we were deleting holds the type by its foreign key: look again. */
function nullIfJustBooked(error: unknown): null {
  if ((error as { code?: unknown }).code === "23503") return null;
  throw error;
}

import { shouldRetry, violated } from "../db/conflict.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { type CalendarRow, chooseCalendars, listCalendars } from "./calendar-queries.ts";
import { listConnections } from "./connection-queries.ts";
import type { CalendarChoices } from "./schema.ts";

const ATTEMPTS = 5;
/** More than there are of one connection. */
const ALL = 1_000;

interface Of {
  readonly userId: string;
  readonly connectionId: string;
}

/**
 * Chooses which calendars of a connection are checked, how, and which one is written to: that is one for all of a user's
 * connections. What is known of calendars that matter no more is forgotten. Problems: not_found, invalid.
 */
export async function choose(
  world: World,
  of: Of,
  { calendars: wishes }: CalendarChoices,
): Promise<CalendarRow[]> {
  check(await calendarsOf(world, of), wishes);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await chooseCalendars(world.db, { ...of, wishes: [...wishes], now: world.now() });
      return await calendarsOf(world, of);
    } catch (error) {
      // An account that was connected at the same time had none yet: the later word counts.
      const isRace = violated(error) === "one_destination" || shouldRetry(error);
      if (!isRace || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Every calendar of a connection, newest first. Problems: not_found. */
async function calendarsOf(world: World, { userId, connectionId }: Of): Promise<CalendarRow[]> {
  await assertConnection(world, { userId, connectionId });
  const page = { at: null, id: null, limit: ALL };
  return [...(await listCalendars(world.db, { userId, connectionId, ...page }))];
}

/** Problems: not_found. */
export async function assertConnection(world: World, { userId, connectionId }: Of): Promise<void> {
  const one = { userId, only: connectionId, at: null, id: null, limit: 1 };
  const [connection] = await listConnections(world.db, one);
  if (!connection) throw new Problem("not_found");
}

function check(known: readonly CalendarRow[], wishes: CalendarChoices["calendars"]): void {
  const byId = new Map(known.map((each) => [each.id, each]));
  const seen = new Set<string>();
  let destinations = 0;
  for (const [i, { id, isDestination }] of wishes.entries()) {
    const calendar = byId.get(id.toLowerCase());
    if (!calendar) throw invalid(`calendars.${i}.id`, "is none of this account");
    if (seen.has(calendar.id)) throw invalid(`calendars.${i}.id`, "is there twice");
    seen.add(calendar.id);
    if (!isDestination) continue;
    destinations += 1;
    if (!calendar.canWrite)
      throw invalid(`calendars.${i}.isDestination`, "cannot be: it cannot be written to");
    if (destinations > 1)
      throw invalid(`calendars.${i}.isDestination`, "can be true of one calendar only");
  }
}

import { refused } from "../db/conflict.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import {
  chooseTypeCalendars,
  findHosting,
  listTypeCalendars,
  type TypeCalendarRow,
} from "./calendar-queries.ts";
import type { TypeCalendarChoices } from "./schema.ts";

interface Of {
  readonly userId: string;
  readonly meetingTypeId: string;
}

/** What one of its hosts has chosen for a meeting type; none: what he has chosen for all. Problems: not_found, forbidden. */
export async function findTypeCalendars(world: World, of: Of): Promise<readonly TypeCalendarRow[]> {
  const hosting = await findHosting(world.db, of);
  if (!hosting) throw new Problem("not_found");
  if (!hosting.isHost)
    throw new Problem("forbidden", "Only its hosts say which of their calendars count.");
  return listTypeCalendars(world.db, of);
}

/**
 * Says which calendars count for one meeting type, instead of those chosen for all; an empty list takes that back.
 * Problems: not_found, forbidden, invalid.
 */
export async function chooseForType(
  world: World,
  of: Of,
  { calendars: wishes }: TypeCalendarChoices,
): Promise<readonly TypeCalendarRow[]> {
  await findTypeCalendars(world, of);
  const ids = wishes.map(({ calendarId }) => calendarId.toLowerCase());
  const twice = ids.findIndex((id, i) => ids.indexOf(id) < i);
  if (twice >= 0) throw invalid(`calendars.${twice}.calendarId`, "is there twice");
  const destinations = wishes.flatMap(({ isDestination }, i) => (isDestination ? [i] : []));
  if (destinations[1] !== undefined)
    throw invalid(`calendars.${destinations[1]}.isDestination`, "can be true of one calendar only");
  await chooseTypeCalendars(world.db, { ...of, wishes: [...wishes], now: world.now() }).catch(
    (error: unknown) => {
      const code = refused(error);
      if (code === "no_such_calendar") throw invalid("calendars", "name one that is none of yours");
      if (code === "calendar_read_only")
        throw invalid("calendars", "name one for bookings that cannot be written to");
      throw error;
    },
  );
  return listTypeCalendars(world.db, of);
}

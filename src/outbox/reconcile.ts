// Looks for promises that should exist and do not. No statement of ours leaves such gaps: a restored backup may, or
// somebody who mends by hand.
import type { World } from "../world.ts";
import { findGaps, mendEvents, mendReminders } from "./queries.ts";

/**
 * Promises the reminders and the calendar events that meetings of the next week lack. What it cannot know, for instance whether somebody has
 * been told without a trace, it only tells: a mail too many is no better. How much was mended, and how much was told.
 */
export async function reconcile(world: World): Promise<{ mended: number; gaps: number }> {
  const now = world.now();
  const lacking = [
    { what: "Reminders", mended: await mendReminders(world.db, { now }) },
    { what: "Calendar events", mended: await mendEvents(world.db, { now }) },
  ];
  for (const { what, mended } of lacking)
    if (mended.length > 0)
      world.log.error(
        { count: mended.length, bookingIds: some(mended) },
        `${what} were missing, and are promised now`,
      );
  const found = await findGaps(world.db, { now });
  for (const [gap, rows = []] of Object.entries(Object.groupBy(found, (row) => row.gap)))
    world.log.error({ count: rows.length, bookingIds: some(rows) }, MEANING[gap as Gap]);
  return { mended: lacking.flatMap(({ mended }) => mended).length, gaps: found.length };
}

type Gap = "untold" | "unrecorded";
const MEANING: Readonly<Record<Gap, string>> = {
  untold: "Nobody was ever to be told of these meetings",
  unrecorded: "Mails of these meetings are done without a delivery",
};

const SHOWN = 20;
const some = (rows: readonly { bookingId: string | null }[]) =>
  [...new Set(rows.map(({ bookingId }) => bookingId))].slice(0, SHOWN);

import type { Job } from "bullmq";
import { revokeConnection } from "../../src/calendars/revoke.ts";
import { syncCalendar } from "../../src/calendars/sync.ts";
import { findCalendarPromise } from "../../src/calendars/sync-queries.ts";
import { writeEvent } from "../../src/calendars/write.ts";
import { PromiseJob } from "../../src/jobs.ts";
import type { World } from "../../src/world.ts";
import { parsed } from "./parse.ts";

/**
 * Looks at a calendar, makes an event what its booking is, or withdraws what a connection has left at its provider; when
 * that is tried again, the promise says.
 */
export const calendarJob =
  (world: World) =>
  async (job: Job<PromiseJob>): Promise<void> => {
    const promise = parsed(PromiseJob, job.data);
    const found = await findCalendarPromise(world.db, promise);
    if (found?.kind === "calendar.sync") await syncCalendar(world, promise);
    else if (found?.kind === "calendar.write") await writeEvent(world, promise);
    else if (found?.kind === "calendar.revoke") await revokeConnection(world, promise);
    else if (found) throw new RangeError(`Cannot keep a promise of kind ${found.kind}`);
  };

import { readInstant } from "../bookings/instant.ts";
import { newestAfter, newestCursor, pageOf } from "../cursor.ts";
import type { World } from "../world.ts";
import { listEvents } from "./queries.ts";
import { loggedEventOf } from "./schema.ts";

interface LogFilter {
  readonly limit: number;
  readonly cursor?: string;
  /** In whatever case. */
  readonly eventType?: string;
  readonly userId?: string;
  readonly from?: string;
  readonly until?: string;
}

/** A page of all that happened, newest first, also what this process has noted just now. Problems: invalid. */
export async function listLog(world: World, filter: LogFilter) {
  await world.events.flush();
  const { limit, from, until } = filter;
  const rows = await listEvents(world.db, {
    ...newestAfter(filter.cursor),
    eventType: filter.eventType?.toUpperCase() ?? null,
    userId: filter.userId ?? null,
    from: from === undefined ? null : readInstant(from),
    until: until === undefined ? null : readInstant(until),
    limit: limit + 1,
  });
  return pageOf(rows, limit, loggedEventOf, newestCursor);
}

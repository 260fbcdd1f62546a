import type { UserRow } from "../accounts/queries.ts";
import { newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { invalid } from "../problem.ts";
import type { World } from "../world.ts";
import { asOf } from "./confirmation.ts";
import { readInstant } from "./instant.ts";
import { listBookings, STATUSES } from "./queries.ts";
import { hostsBookingOf } from "./schema.ts";

export interface BookingFilter {
  readonly limit: number;
  readonly cursor?: string;
  readonly status?: string;
  readonly from?: string;
  readonly until?: string;
  readonly meetingTypeId?: string;
  readonly guestEmail?: string;
  readonly q?: string;
}

/** A page of the bookings that the user is a host of, newest first. Problems: invalid. */
export async function list(world: World, user: UserRow, filter: BookingFilter) {
  const { limit } = filter;
  const rows = await listBookings(world.db, {
    hostId: user.id,
    status: statusOf(filter.status),
    from: filter.from === undefined ? null : readInstant(filter.from),
    until: filter.until === undefined ? null : readInstant(filter.until),
    meetingTypeId: filter.meetingTypeId ?? null,
    guestEmail: filter.guestEmail ?? null,
    search: filter.q ?? null,
    beforeId: newestAfter(filter.cursor).id,
    limit: limit + 1,
  });
  return pageOf(rows, limit, (row) => hostsBookingOf(asOf(row, world.now())), newestCursor);
}

function statusOf(word: string | undefined): string | null {
  if (word === undefined) return null;
  const status = STATUSES.find((each) => each === word.toUpperCase());
  if (!status) throw invalid("status", `must be one of ${STATUSES.join(", ")}`);
  return status;
}

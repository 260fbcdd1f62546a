import type { UserRow } from "../accounts/queries.ts";
import { newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { assertAdmin } from "../organizations/standing.ts";
import { invalid } from "../problem.ts";
import type { World } from "../world.ts";
import { asOf } from "./confirmation.ts";
import { readInstant } from "./instant.ts";
import { type BookingRow, listBookings, listOrganizationBookings, STATUSES } from "./queries.ts";
import { usersBookingOf } from "./seen.ts";

export interface BookingFilter {
  readonly limit: number;
  readonly cursor?: string;
  readonly status?: string;
  readonly from?: string;
  readonly until?: string;
  readonly meetingTypeId?: string;
  readonly organizationId?: string;
  readonly guestEmail?: string;
  readonly q?: string;
}

/**
 * A page of the bookings that the user is a host of, newest first; of an organization, where one is named, all bookings
 * of its meeting types, for its admins. Problems: invalid, not_found, forbidden.
 */
export async function list(world: World, user: UserRow, filter: BookingFilter) {
  const { limit, organizationId } = filter;
  const after = newestAfter(filter.cursor);
  const wanted = {
    status: statusOf(filter.status),
    from: filter.from === undefined ? null : readInstant(filter.from),
    until: filter.until === undefined ? null : readInstant(filter.until),
    meetingTypeId: filter.meetingTypeId ?? null,
    guestEmail: filter.guestEmail ?? null,
    search: filter.q ?? null,
    limit: limit + 1,
  };
  if (organizationId !== undefined) await assertAdmin(world, organizationId, user.id);
  const rows =
    organizationId === undefined
      ? await listBookings(world.db, { ...wanted, hostId: user.id, beforeId: after.id })
      : await listOrganizationBookings(world.db, {
          ...wanted,
          ...after,
          organizationId,
          userId: user.id,
        });
  const shown = (row: BookingRow) => usersBookingOf(asOf(row, world.now()), user.id);
  return pageOf(rows, limit, shown, newestCursor);
}

function statusOf(word: string | undefined): string | null {
  if (word === undefined) return null;
  const status = STATUSES.find((each) => each === word.toUpperCase());
  if (!status) throw invalid("status", `must be one of ${STATUSES.join(", ")}`);
  return status;
}

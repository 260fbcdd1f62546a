// A booking as the one who asks may see it.
import { isHostOf, type Read } from "./access.ts";
import { historyOf } from "./history.ts";
import type { BookingRow } from "./queries.ts";
import { type Booking, bookingOf, hostsBookingOf } from "./schema.ts";

/** A booking as whoever manages it without being its host sees it: the hosts' own notes are theirs. */
function managersBookingOf(row: BookingRow): Booking {
  const { hostNotes: _, ...seen } = hostsBookingOf(row);
  return seen;
}

/** A booking as a user sees it who is a host of it, or manages it. */
export const usersBookingOf = (row: BookingRow, userId: string): Booking =>
  isHostOf(row, userId) ? hostsBookingOf(row) : managersBookingOf(row);

/** A booking as the asker sees it: a guest sees himself, never the others. */
export const seenOf = ({ booking, actor }: Read): Booking =>
  actor.kind === "guest" ? bookingOf(booking, actor.attendee) : usersBookingOf(booking, actor.id);

/** With what was, the oldest first. */
export const seenWithHistoryOf = (seen: Read) => ({
  ...seenOf(seen),
  history: historyOf(seen),
});

import type { UserRow } from "../accounts/queries.ts";
import { newId } from "../db/id.ts";
import { invalid } from "../problem.ts";
import type { Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { personalSpan } from "./book-personal.ts";
import { assertOpen, change } from "./change.ts";
import { takeBlindly } from "./plan.ts";
import { mails, notices } from "./promises.ts";
import { editBooking, type FoundBooking, type Location, moveBooking } from "./queries.ts";
import type { BookingPatch } from "./schema.ts";

/**
 * A host changes title, notes and place; of a personal booking also its times.
 * Problems: not_found, booking_closed, version_conflict, invalid, and those of a personal booking.
 */
export function edit(
  world: World,
  request: {
    bookingId: string;
    user: UserRow;
    patch: Omit<BookingPatch, "version">;
    expected: Expectation;
  },
): Promise<FoundBooking> {
  const { bookingId, user, patch, expected } = request;
  const asker = { user, token: null };
  return change(world, { bookingId, asker, expected }, (booking) => {
    assertOpen(booking);
    const isMoved = patch.start !== undefined || patch.end !== undefined;
    if (isMoved && booking.meetingTypeId !== null)
      throw invalid("start", "of a guest's booking is changed by PATCH /bookings/:id/reschedule");
    const edited = {
      bookingId,
      version: booking.version,
      title: patch.title?.trim() ?? booking.title,
      location: locationWith(booking.location, patch.location),
      notes: patch.notes === undefined ? booking.notes : patch.notes?.trim() || null,
      actorId: user.id,
      now: world.now(),
    };
    return isMoved
      ? movePersonal(world, user, booking, patch, edited)
      : editBooking(world.db, edited);
  });
}

function movePersonal(
  world: World,
  user: UserRow,
  booking: FoundBooking,
  patch: BookingPatch,
  edited: {
    bookingId: string;
    version: number;
    title: string;
    location: Location;
    notes: string | null;
    now: Temporal.Instant;
  },
) {
  const { start, end } = personalSpan(world, {
    start: patch.start ?? booking.start.toString(),
    end: patch.end ?? booking.end.toString(),
  });
  return takeBlindly(() =>
    moveBooking(world.db, {
      ...edited,
      meetingTypeId: null,
      typeVersion: null,
      start,
      end,
      reservedFrom: start,
      reservedUntil: end,
      groups: [{ hosts: [user.id], required: 1 }],
      organizerId: user.id,
      reason: null,
      promises: mails("BOOKING_RESCHEDULED", { attendeeIds: [], hostIds: [user.id] }, edited.now),
      notices: notices([user.id], {
        type: "BOOKING_RESCHEDULED",
        title: "Blocked time moved",
        message: `You moved ${edited.title}.`,
        metadata: {
          bookingId: booking.id,
          start: start.toString(),
          previousStart: booking.start.toString(),
        },
      }),
      eventId: newId(),
      actorKind: "host",
      actorId: user.id,
    }),
  );
}

/** A place given anew replaces the old one whole: a link of the old does not fit the new. */
const locationWith = (present: Location, given: BookingPatch["location"]): Location =>
  given === undefined
    ? present
    : { url: null, meetingId: null, password: null, details: null, ...given };

import type { UserRow } from "../accounts/queries.ts";
import { nameOf } from "../accounts/schema.ts";
import { newId } from "../db/id.ts";
import { invalid } from "../problem.ts";
import type { Expectation } from "../version.ts";
import type { World } from "../world.ts";
import type { Actor, Seen } from "./access.ts";
import { personalSpan } from "./book-personal.ts";
import { assertOpen, change } from "./change.ts";
import { editBooking, moveBooking } from "./change-queries.ts";
import { audienceOf } from "./host/decision.ts";
import { doerOf, factsOf, mails, notices, reminders } from "./promises.ts";
import type { FoundBooking, Location } from "./queries.ts";
import type { BookingPatch } from "./schema.ts";
import { takePersonal } from "./take.ts";

/**
 * A host changes title, notes and place; of a personal booking also its times. Everybody is told of another
 * place. What is so already is no change: nothing is written and nobody told.
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
): Promise<Seen> {
  const { bookingId, user, patch, expected } = request;
  const asker = { user, token: null };
  return change(world, { bookingId, asker, expected }, (booking, actor) => {
    assertOpen(booking);
    const isTimed = patch.start !== undefined || patch.end !== undefined;
    if (isTimed && booking.meetingTypeId !== null)
      throw invalid(
        patch.start === undefined ? "end" : "start",
        "of a guest's booking is changed by PATCH /bookings/:id/reschedule",
      );
    const edited = {
      bookingId,
      version: booking.version,
      title: patch.title?.trim() ?? booking.title,
      location: locationWith(booking.location, patch.location),
      notes: patch.notes === undefined ? booking.notes : patch.notes?.trim() || null,
      actorId: user.id,
      now: world.now(),
    };
    const span = isTimed ? spanWith(world, booking, patch) : booking;
    if (!span.start.equals(booking.start) || !span.end.equals(booking.end))
      return movePersonal(world, user, booking, span, edited);
    if (isSame(booking, edited)) return null;
    return editBooking(world.db, { ...edited, ...newPlace(booking, actor, edited) });
  });
}

const spanWith = (world: World, { start, end }: FoundBooking, patch: BookingPatch) =>
  personalSpan(
    world,
    { start: patch.start ?? start.toString(), end: patch.end ?? end.toString() },
    start,
  );

/**
 * Who is told of another place: by an invitation of the next sequence, as RFC 5546 (2.1.4) lets an organizer do, because
 * some calendars take no other for newer. Of a request nobody is told: its link lives on, and the answer names the place.
 */
function newPlace(booking: FoundBooking, actor: Actor, edited: Texts & { now: Temporal.Instant }) {
  const { start, reminders: wanted, notifications } = booking;
  const isNewPlace =
    booking.meetingTypeId !== null &&
    booking.status === "CONFIRMED" &&
    !isSamePlace(booking, edited);
  if (!isNewPlace) return { isNewPlace, promises: [], notices: [] };
  const audience = audienceOf(booking);
  const isTold = notifications?.reschedule ?? true;
  return {
    isNewPlace,
    promises: [
      ...(isTold ? mails("BOOKING_PLACE_CHANGED", audience, edited.now) : []),
      // Those of the sequence before are void.
      ...reminders(wanted ?? [], audience, start, edited.now),
    ],
    notices: notices(audience.hostIds, "BOOKING_PLACE_CHANGED", {
      ...factsOf(booking),
      title: edited.title,
      by: doerOf(booking, actor),
    }),
  };
}

type Texts = Pick<FoundBooking, "title" | "notes" | "location">;

const isSame = (a: Texts, b: Texts): boolean =>
  a.title === b.title && a.notes === b.notes && isSamePlace(a, b);

const isSamePlace = (a: Texts, b: Texts): boolean =>
  (Object.keys(b.location) as (keyof Location)[]).every(
    (field) => a.location[field] === b.location[field],
  );

function movePersonal(
  world: World,
  user: UserRow,
  booking: FoundBooking,
  { start, end }: { start: Temporal.Instant; end: Temporal.Instant },
  edited: Texts & { bookingId: string; version: number; now: Temporal.Instant },
) {
  return takePersonal(world, { user, start, end, insteadOf: booking.id }, () =>
    moveBooking(world.db, {
      ...edited,
      meetingTypeId: null,
      typeVersion: null,
      start,
      end,
      reservedFrom: start,
      reservedUntil: end,
      groups: [{ hosts: [user.id], required: 1 }],
      caps: [],
      status: "CONFIRMED",
      expiresAt: null,
      organizerId: user.id,
      reason: null,
      promises: mails("BOOKING_RESCHEDULED", { attendeeIds: [], hostIds: [user.id] }, edited.now),
      notices: notices([user.id], "BOOKING_RESCHEDULED", {
        ...factsOf(booking),
        title: edited.title,
        start: start.toString(),
        previousStart: booking.start.toString(),
        by: nameOf(user),
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

import { newId } from "../db/id.ts";
import type { World } from "../world.ts";
import { moveSeat as moveIt } from "./change-queries.ts";
import { answerBy, isAsked, requestMails } from "./confirmation.ts";
import { locationOf } from "./location.ts";
import { hostsOf, type Plan } from "./plan.ts";
import { factsOf, mails, notices, reminders } from "./promises.ts";
import type { AttendeeRow, FoundBooking } from "./queries.ts";
import { assertSeats, isAlone, namingGuest, partyOf } from "./seats.ts";

/**
 * A guest of a shared meeting moves with whom he brings along: he leaves it, and joins the meeting at the new start
 * or opens it. The last one out cancels the first. He and the hosts of both are told, other guests hear nothing.
 * Null where the first meeting has changed meanwhile. Problems: seats_full.
 */
export function moveSeat(
  world: World,
  booking: FoundBooking,
  guest: AttendeeRow,
  plan: Plan,
  reason: string | null,
): Promise<{ id: string } | null> {
  const { type, start, end } = plan;
  const attendeeIds = partyOf(booking, guest).map(({ id }) => id);
  const isRequest = isAsked(type);
  const now = world.now();
  if (type.capacity > 1) assertSeats(plan, attendeeIds.length);
  return moveIt(world.db, {
    ...farewell(booking, guest, now),
    ...welcome(booking, guest, plan, now),
    bookingId: booking.id,
    version: booking.version,
    attendeeIds,
    meetingTypeId: type.id,
    typeVersion: type.version,
    start,
    end,
    reservedFrom: plan.reservedFrom,
    reservedUntil: plan.reservedUntil,
    groups: plan.groups,
    caps: plan.caps,
    newBookingId: newId(),
    organizerId: type.ownerId,
    title: type.title,
    hostZone: type.timeZone,
    location: locationOf(type),
    capacity: type.capacity,
    status: isRequest ? "PENDING" : "CONFIRMED",
    expiresAt: isRequest ? answerBy(start, now) : null,
    reason,
    actorId: guest.id,
    eventId: newId(),
    now,
  });
}

/** What the meeting is left with, and what its hosts are told: that a guest left, or that it is off. */
function farewell(booking: FoundBooking, guest: AttendeeRow, now: Temporal.Instant) {
  const hostIds = booking.hosts.map(({ id }) => id);
  const stays = !isAlone(booking, guest);
  const isTold = booking.notifications?.reschedule ?? true;
  const promises = isTold ? mails("BOOKING_CANCELLED", { attendeeIds: [], hostIds }, now) : [];
  return {
    stays,
    farewells: stays ? namingGuest(promises, guest.id) : promises,
    farewellNotes: notices(hostIds, "BOOKING_CANCELLED", {
      ...factsOf(booking),
      guest: guest.name,
      by: guest.name,
      ...(stays && { goesOn: true }),
    }),
  };
}

/** What is told of the meeting that he comes to: the guest reads of a new time, its hosts of a new guest. */
function welcome(booking: FoundBooking, guest: AttendeeRow, plan: Plan, now: Temporal.Instant) {
  const { type, start } = plan;
  const hostIds = hostsOf(plan);
  const attendeeIds = partyOf(booking, guest).map(({ id }) => id);
  const isRequest = isAsked(type);
  const told = [
    ...mails("BOOKING_RESCHEDULED", { attendeeIds, hostIds: [] }, now),
    ...mails("BOOKING_CONFIRMATION", { attendeeIds: [], hostIds }, now),
  ];
  const promises = isRequest
    ? requestMails(type, { attendeeIds, hostIds }, now)
    : [
        ...(type.notifications.reschedule ? told : []),
        ...reminders(type.reminders, { attendeeIds, hostIds }, start, now),
      ];
  return {
    promises: namingGuest(promises, guest.id),
    // The statement names the booking.
    notices: notices(hostIds, isRequest ? "BOOKING_REQUESTED" : "BOOKING_CONFIRMED", {
      title: type.title,
      start: start.toString(),
      guest: guest.name,
    }),
  };
}

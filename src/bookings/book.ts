import { findZone } from "../availability/zone.ts";
import { newId } from "../db/id.ts";
import type { World } from "../world.ts";
import { book as insert, type NewAttendee } from "./change-queries.ts";
import { readInstant } from "./instant.ts";
import { locationOf } from "./location.ts";
import { type Claim, type Made, once } from "./once.ts";
import type { Plan } from "./plan.ts";
import { mails, notices, reminders } from "./promises.ts";
import type { BookingRow } from "./queries.ts";
import type { GuestBooking } from "./schema.ts";
import { lookThenTake } from "./take.ts";

/**
 * Books a meeting type for a guest, in two statements: what decides, and what takes. With an
 * Idempotency-Key the same request gives the same booking for 24 hours.
 * Problems: not_found, type_inactive, slot_taken, the reasons of availability, idempotency_mismatch.
 */
export async function book(
  world: World,
  input: GuestBooking,
  key: string | null = null,
): Promise<Made> {
  const { meetingTypeId, durationMinutes, guest } = input;
  const start = readInstant(input.start);
  const timeZone = findZone(guest.timeZone) ?? "UTC";
  const attendee: NewAttendee = {
    id: newId(),
    ...guest,
    name: guest.name.trim(),
    phone: guest.phone ?? null,
    timeZone,
    answers: {},
    broughtBy: null,
  };
  return once(world, { scope: `guest ${meetingTypeId}`, key, input }, (claim) =>
    lookThenTake(world, { meetingTypeId, start, durationMinutes, timeZone }, (plan) =>
      take(world, plan, attendee, input.notes?.trim() || null, claim),
    ),
  );
}

async function take(
  world: World,
  plan: Plan,
  attendee: NewAttendee,
  notes: string | null,
  claim: Claim,
): Promise<BookingRow | null> {
  const { type, start, end } = plan;
  const now = world.now();
  const bookingId = newId();
  const hostIds = [...new Set(plan.groups.flatMap((group) => group.hosts))];
  const audience = { attendeeIds: [attendee.id], hostIds };
  return insert(world.db, {
    bookingId,
    ...claim,
    meetingTypeId: type.id,
    typeVersion: type.version,
    start,
    end,
    reservedFrom: plan.reservedFrom,
    reservedUntil: plan.reservedUntil,
    groups: plan.groups,
    caps: plan.caps,
    organizerId: type.ownerId,
    title: type.title,
    hostZone: type.timeZone,
    location: locationOf(type),
    notes,
    status: "CONFIRMED",
    expiresAt: null,
    capacity: 1,
    holdId: null,
    linkId: null,
    tracking: {},
    attendees: [attendee],
    promises: [
      ...(type.notifications.confirmation ? mails("BOOKING_CONFIRMATION", audience, now) : []),
      ...reminders(type.reminders, audience, start, now),
    ],
    notices: notices(hostIds, {
      type: "BOOKING_CONFIRMED",
      title: "New booking",
      message: `${attendee.name} booked ${type.title}.`,
      metadata: { start: start.toString() },
    }),
    eventId: newId(),
    eventMetadata: { durationHours: end.since(start).total("hours") },
    actorKind: "guest",
    actorId: attendee.id,
    now,
  });
}

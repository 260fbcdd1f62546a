import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { Actor, Seen } from "./access.ts";
import { assertOpen, type ChangeRequest, change } from "./change.ts";
import { moveBooking, type NoticeRow, type PromiseRow } from "./change-queries.ts";
import { answerBy, isAsked, requestMails } from "./confirmation.ts";
import { isBefore, readInstant } from "./instant.ts";
import { moveSeat } from "./move-seat.ts";
import { hostsOf, type Plan } from "./plan.ts";
import { assertMay } from "./policies.ts";
import { doerOf, factsOf, mails, notices, reminders } from "./promises.ts";
import type { AttendeeRow, FoundBooking } from "./queries.ts";
import { isAlone, partyOf, presentOf } from "./seats.ts";
import { lookThenTake } from "./take.ts";

export interface RescheduleRequest extends ChangeRequest {
  readonly start: string;
  readonly durationMinutes?: number | undefined;
  readonly reason?: string | undefined;
}

/**
 * Moves a guest's booking to another free start; the id stays, version and sequence rise. To where
 * it is already, nothing happens. A guest of a shared meeting moves his seat alone: he may join
 * another meeting, whose id his booking has from then on. Problems: unauthorized, not_found, booking_closed, version_conflict,
 * slot_taken and the other reasons of availability; for a guest policy_forbids, and invalid without the
 * reason that the host asks for.
 */
export function reschedule(world: World, request: RescheduleRequest): Promise<Seen> {
  const start = readInstant(request.start);
  return change(world, request, (booking, actor) => {
    assertOpen(booking);
    const { meetingTypeId } = booking;
    if (meetingTypeId === null)
      throw new Problem(
        "invalid",
        "A personal booking is moved by PATCH /bookings/:id with start and end.",
      );
    if (actor.kind === "guest" && !isBefore(world.now(), booking.start))
      throw new Problem("booking_closed", "This meeting has begun already.");
    const minutes = booking.end.since(booking.start).total("minutes");
    const durationMinutes = request.durationMinutes ?? minutes;
    if (start.equals(booking.start) && durationMinutes === minutes) return null;
    const reason = request.reason?.trim() || null;
    assertMay(booking, actor, "reschedule", { reason, now: world.now() });
    const timeZone = actor.kind === "guest" ? actor.attendee.timeZone : booking.hostZone;
    const isSeat = actor.kind === "guest" && booking.capacity > 1;
    const people = isSeat ? partyOf(booking, actor.attendee).length : 1;
    const insteadOf = booking.id;
    const wanted = { meetingTypeId, start, durationMinutes, insteadOf, isSeat, people, timeZone };
    return lookThenTake(world, wanted, (plan) =>
      isSeat && goesAlone(booking, actor.attendee, plan)
        ? moveSeat(world, booking, actor.attendee, plan, reason)
        : move(world, booking, actor, plan, reason),
    );
  });
}

/** Whether a guest leaves others behind or finds others there; else the meeting moves with him. */
const goesAlone = (booking: FoundBooking, guest: AttendeeRow, { type, start }: Plan): boolean =>
  !isAlone(booking, guest) || type.seated.some((each) => each.start === start.epochMilliseconds);

function move(
  world: World,
  booking: FoundBooking,
  actor: Actor,
  plan: Plan,
  reason: string | null,
) {
  const { type, start, end } = plan;
  const now = world.now();
  // A host who moves it has said yes by that; a guest's new time is a new question.
  const isRequest = actor.kind === "guest" && isAsked(type);
  return moveBooking(world.db, {
    bookingId: booking.id,
    version: booking.version,
    meetingTypeId: type.id,
    typeVersion: type.version,
    start,
    end,
    reservedFrom: plan.reservedFrom,
    reservedUntil: plan.reservedUntil,
    groups: plan.groups,
    caps: plan.caps,
    organizerId: booking.hostId,
    title: booking.title,
    location: booking.location,
    notes: booking.notes,
    reason,
    status: isRequest ? "PENDING" : "CONFIRMED",
    expiresAt: isRequest ? answerBy(start, now) : null,
    promises: promisesOf(booking, plan, isRequest, now),
    notices: noticesOf(booking, plan, actor, isRequest),
    eventId: newId(),
    actorKind: actor.kind,
    actorId: actor.id,
    now,
  });
}

/**
 * Mails to whoever may be concerned. The statement knows who takes the meeting: of its hosts so far those
 * who do not are told BOOKING_REASSIGNED and nothing else.
 */
function promisesOf(
  booking: FoundBooking,
  plan: Plan,
  isRequest: boolean,
  now: Temporal.Instant,
): PromiseRow[] {
  const { type, start } = plan;
  const { before, staying, coming, hostIds } = hostsAround(booking, plan);
  const attendeeIds = presentOf(booking).map(({ id }) => id);
  const isTold = type.notifications.reschedule || booking.status === "PENDING";
  const moved = isTold ? mails("BOOKING_RESCHEDULED", { attendeeIds, hostIds: staying }, now) : [];
  return [
    ...(isRequest
      ? requestMails(type, { attendeeIds, hostIds }, now)
      : [
          ...moved,
          ...mails("BOOKING_CONFIRMATION", { attendeeIds: [], hostIds: coming }, now),
          ...reminders(type.reminders, { attendeeIds, hostIds }, start, now),
        ]),
    ...mails("BOOKING_REASSIGNED", { attendeeIds: [], hostIds: before }, now),
  ];
}

function noticesOf(
  booking: FoundBooking,
  plan: Plan,
  actor: Actor,
  isRequest: boolean,
): NoticeRow[] {
  const { before, hostIds, staying, coming } = hostsAround(booking, plan);
  const facts = { ...factsOf(booking), start: plan.start.toString() };
  const previousStart = booking.start.toString();
  const moved = { ...facts, previousStart, by: doerOf(booking, actor) };
  return [
    ...(isRequest
      ? notices(hostIds, "BOOKING_REQUESTED", moved)
      : [
          ...notices(staying, "BOOKING_RESCHEDULED", moved),
          ...notices(coming, "BOOKING_CONFIRMED", facts),
        ]),
    ...notices(before, "BOOKING_REASSIGNED", factsOf(booking)),
  ];
}

/** Its hosts so far, and of who may take it then those who are and those who are not yet. */
function hostsAround(booking: FoundBooking, plan: Plan) {
  const before = booking.hosts.map(({ id }) => id);
  const hostIds = hostsOf(plan);
  const isHost = (id: string) => before.includes(id);
  return {
    before,
    hostIds,
    staying: hostIds.filter(isHost),
    coming: hostIds.filter((id) => !isHost(id)),
  };
}

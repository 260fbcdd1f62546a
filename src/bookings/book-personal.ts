import type { UserRow } from "../accounts/queries.ts";
import { newId } from "../db/id.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { book } from "./change-queries.ts";
import { FAR, isBefore, readInstant } from "./instant.ts";
import { type Made, once } from "./once.ts";
import { mails, notices } from "./promises.ts";
import type { Location } from "./queries.ts";
import type { PersonalBooking } from "./schema.ts";
import { takePersonal } from "./take.ts";

const MAX_DAYS = 31;
const NOWHERE: Location = {
  type: "NONE",
  url: null,
  meetingId: null,
  password: null,
  details: null,
};

/**
 * Blocks time of a signed-in user, whatever his hours, notice and buffers say.
 * Problems: start_in_past, end_before_start, invalid, slot_taken, idempotency_mismatch.
 */
export async function bookPersonal(
  world: World,
  user: UserRow,
  input: PersonalBooking,
  key: string | null = null,
): Promise<Made> {
  return once(world, { scope: `user ${user.id}`, key, input }, async (claim) => {
    const { start, end } = personalSpan(world, input);
    const bookingId = newId();
    return takePersonal(world, { user, start, end, insteadOf: null }, () =>
      book(world.db, {
        bookingId,
        ...claim,
        meetingTypeId: null,
        typeVersion: null,
        start,
        end,
        reservedFrom: start,
        reservedUntil: end,
        groups: [{ hosts: [user.id], required: 1 }],
        caps: [],
        organizerId: user.id,
        title: input.title.trim(),
        hostZone: user.timeZone,
        location: NOWHERE,
        notes: input.notes?.trim() || null,
        status: "CONFIRMED",
        expiresAt: null,
        capacity: 1,
        holdId: null,
        linkId: null,
        tracking: {},
        attendees: [],
        promises: mails(
          "BOOKING_CONFIRMATION",
          { attendeeIds: [], hostIds: [user.id] },
          world.now(),
        ),
        notices: notices([user.id], "BOOKING_CONFIRMED", {
          title: input.title.trim(),
          start: start.toString(),
          guest: null,
          isPersonal: true,
        }),
        eventId: newId(),
        eventMetadata: { durationHours: end.since(start).total("hours") },
        actorKind: "host",
        actorId: user.id,
        now: world.now(),
        mostOpen: null,
        mostPerDay: null,
        awaitsGuest: false,
      }),
    );
  });
}

/**
 * The span of a personal booking; one that has begun may still be given another end.
 * Problems: start_in_past, too_late, end_before_start, invalid.
 */
export function personalSpan(
  world: World,
  input: { start: string; end: string },
  present: Temporal.Instant | null = null,
) {
  const start = readInstant(input.start);
  const end = readInstant(input.end);
  if (isBefore(start, world.now()) && !(present && start.equals(present)))
    throw new Problem("start_in_past", "This time is past.");
  if (!isBefore(start, FAR)) throw new Problem("too_late", "This time is too far ahead.");
  if (!isBefore(start, end)) throw new Problem("end_before_start", "end must be after start.");
  if (end.since(start).total("hours") > MAX_DAYS * 24)
    throw invalid("end", `must be at most ${MAX_DAYS} days after start`);
  return { start, end };
}

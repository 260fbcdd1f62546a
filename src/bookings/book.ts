import { findZone } from "../availability/zone.ts";
import { listOf } from "../config.ts";
import { newId } from "../db/id.ts";
import type { Claim } from "../http/idempotency.ts";
import { type Language, languageOf } from "../messages/templates/words.ts";
import { readCountries, takesSms } from "../phone.ts";
import { invalid, invalidAll } from "../problem.ts";
import type { World } from "../world.ts";
import { readAnswers } from "./answers.ts";
import { book as insert, type NewAttendee } from "./change-queries.ts";
import { readCompanions } from "./companions.ts";
import { entryOf } from "./confirmation.ts";
import { readInstant } from "./instant.ts";
import { locationOf } from "./location.ts";
import { type Made, once } from "./once.ts";
import { hostsOf, type Plan } from "./plan.ts";
import { asPolicyProblem, mostOf } from "./policies.ts";
import { notices } from "./promises.ts";
import type { BookingRow } from "./queries.ts";
import type { GuestBooking } from "./schema.ts";
import { assertSeats, namingGuest, withNotes } from "./seats.ts";
import { lookThenTake } from "./take.ts";

/**
 * Books a meeting type for a guest, in two statements: what decides, and what takes. With an
 * Idempotency-Key the same request gives the same booking for 24 hours.
 * The guest is told in the language that he names, else in the given one, else in his host's.
 * Where guests share a meeting, who finds one at the start joins it.
 * Problems: not_found, type_inactive, slot_taken, seats_full, hold_expired, link_used_up, the reasons of availability,
 * invalid answers or guests, policy_forbids, rate_limited, idempotency_mismatch.
 */
export async function book(
  world: World,
  input: GuestBooking,
  key: string | null = null,
  language: Language | null = null,
): Promise<Made> {
  const { meetingTypeId, durationMinutes, guest, holdId, link: linkId } = input;
  const start = readInstant(input.start);
  const timeZone = findZone(guest.timeZone) ?? "UTC";
  const attendee: NewAttendee = {
    id: newId(),
    ...guest,
    name: guest.name.trim(),
    phone: guest.phone ?? null,
    smsOptIn: readOptIn(world, guest),
    timeZone,
    locale: languageOf(guest.locale ?? "") ?? language,
    answers: [],
    broughtBy: null,
  };
  const { companions, errors } = readCompanions(attendee, input.guests ?? []);
  if (errors.length > 0) throw invalidAll(errors);
  const redeems = holdId !== undefined;
  const people = 1 + companions.length;
  const wanted = {
    meetingTypeId,
    start,
    durationMinutes,
    timeZone,
    holdId,
    redeems,
    linkId,
    people,
  };
  return once(world, { scope: `guest ${meetingTypeId}`, key, input }, (claim) =>
    lookThenTake(world, wanted, (plan) =>
      take(world, plan, partyOf(plan, input, attendee, companions), input, claim),
    ),
  );
}

/** Whether the guest wants SMS. Problems: invalid, where none can go to his number. */
function readOptIn({ config }: World, { phone, smsOptIn = false }: GuestBooking["guest"]): boolean {
  if (!smsOptIn) return false;
  if (phone === undefined) throw invalid("guest.phone", "is missing: smsOptIn needs it");
  if (!takesSms(phone, readCountries(listOf(config.SMS_COUNTRIES))))
    throw invalid(
      "guest.phone",
      "takes no SMS of ours: it must be a mobile number of a country that we send to",
    );
  return true;
}

/** Who books, with his answers to what this type asks, and whom he brings along. Problems: invalid. */
function partyOf(
  { type }: Plan,
  input: GuestBooking,
  attendee: NewAttendee,
  companions: readonly NewAttendee[],
): readonly [NewAttendee, ...NewAttendee[]] {
  const { answers, errors } = readAnswers(type.questions, input.answers ?? {});
  if (errors.length > 0) throw invalidAll(errors);
  return [{ ...attendee, answers }, ...companions];
}

async function take(
  world: World,
  plan: Plan,
  party: readonly [NewAttendee, ...NewAttendee[]],
  input: GuestBooking,
  claim: Claim,
): Promise<BookingRow | null> {
  const { type, start, end } = plan;
  const now = world.now();
  const bookingId = newId();
  const hostIds = hostsOf(plan);
  const [attendee] = party;
  const audience = { attendeeIds: party.map(({ id }) => id), hostIds };
  const isShared = type.capacity > 1;
  const domain = attendee.email.slice(attendee.email.lastIndexOf("@") + 1).toLowerCase();
  if (isShared) assertSeats(plan, party.length);
  const notes = input.notes?.trim() || null;
  const entry = entryOf(type, audience, attendee.name, start, now);
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
    notes: isShared ? null : notes,
    capacity: type.capacity,
    holdId: input.holdId ?? null,
    linkId: input.link ?? null,
    tracking: input.tracking ?? {},
    attendees: isShared ? withNotes(party, notes) : [...party],
    ...entry,
    notices: [...entry.notices, ...notices(hostIds, "BOOKINGS_FLOOD", { domain })],
    promises: isShared ? namingGuest(entry.promises, attendee.id) : entry.promises,
    eventId: newId(),
    eventMetadata: { meetingTypeId: type.id, durationHours: end.since(start).total("hours") },
    actorKind: "guest",
    actorId: attendee.id,
    now,
    ...mostOf(world),
  }).catch((error: unknown) => {
    throw asPolicyProblem(error, type.policies.maxActivePerGuest);
  });
}

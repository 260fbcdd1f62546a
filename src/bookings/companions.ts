// Whom a guest brings along: told of everything, decides nothing.
import { newId } from "../db/id.ts";
import type { FieldError } from "./answers.ts";
import type { NewAttendee } from "./change-queries.ts";
import type { AttendeeRow, BookingRow } from "./queries.ts";

/** A guest's guest as a request names him. */
export interface Companion {
  readonly name?: string | undefined;
  readonly email: string;
}

/**
 * The attendees that a guest brings along, and what is wrong with them: each address once, and not his
 * own. Who has no name is called by his address; he is told in the zone and language of who brings him.
 */
export function readCompanions(
  booker: NewAttendee,
  given: readonly Companion[],
): { companions: NewAttendee[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const seen = new Map([[booker.email.toLowerCase(), "is the address of who books"]]);
  const companions = given.map(({ name, email }, i) => {
    const trouble = seen.get(email.toLowerCase());
    if (trouble) errors.push({ path: `guests.${i}.email`, message: trouble });
    seen.set(email.toLowerCase(), "stands twice");
    return {
      id: newId(),
      name: name?.trim() || email,
      email,
      phone: null,
      smsOptIn: false,
      timeZone: booker.timeZone,
      locale: booker.locale,
      answers: [],
      broughtBy: booker.id,
    };
  });
  return { companions, errors };
}

/** Who booked what this attendee takes part in: himself, unless somebody brings him along. */
export const bookerOf = (booking: BookingRow, attendee: AttendeeRow): AttendeeRow =>
  booking.attendees.find(({ id }) => id === attendee.broughtBy) ?? attendee;

/** Whom this attendee brings along. */
export const companionsOf = (booking: BookingRow, attendee: { id: string }): AttendeeRow[] =>
  booking.attendees.filter(({ broughtBy }) => broughtBy === attendee.id);

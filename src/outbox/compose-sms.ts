import { guestReader, hostReader, mailFacts } from "../bookings/mail-facts.ts";
import { findBooking } from "../bookings/queries.ts";
import { asLeft } from "../bookings/seats.ts";
import type { TextKind } from "../messages/facts.ts";
import { bookingText } from "../messages/templates/text.ts";
import type { World } from "../world.ts";
import type { TextPromise } from "./queries.ts";
import { stillHolds } from "./still-holds.ts";

/** The text of a promised SMS as things are now; null when what it would say no longer holds. */
export async function composeSms(world: World, promise: TextPromise): Promise<string | null> {
  const { bookingId, attendeeId, userId, kind } = promise;
  if (!isTold(kind)) throw new RangeError(`Cannot compose an SMS of kind ${kind}`);
  const found = bookingId && (await findBooking(world.db, { bookingId, attendeeId: null }));
  if (!found) return null;
  const about = found.attendees.find(({ id }) => id === attendeeId) ?? null;
  const guest = userId === null ? about : null;
  const booking = guest ? asLeft(found, guest) : found;
  const host = booking.hosts.find(({ id }) => id === userId);
  const reader = guest ? guestReader(guest) : host && hostReader(host);
  if (!reader || !stillHolds(world, booking, promise, kind, about)) return null;
  return bookingText(kind, mailFacts(world, booking, guest, about), reader);
}

const TOLD = [
  "BOOKING_CONFIRMATION",
  "BOOKING_RESCHEDULED",
  "BOOKING_CANCELLED",
  "BOOKING_REMINDER",
  "BOOKING_FOLLOW_UP",
] as const satisfies readonly TextKind[];

const isTold = (kind: string): kind is TextKind => TOLD.some((each) => each === kind);

// Meetings that several guests share: each has his seat, and his own way in and out.
import { Problem } from "../problem.ts";
import type { NewAttendee, PromiseRow } from "./change-queries.ts";
import type { Plan } from "./plan.ts";
import type { AttendeeRow, BookingRow, FoundBooking } from "./queries.ts";

/** The guests who have not left. */
export const presentOf = ({ attendees }: Pick<BookingRow, "attendees">): AttendeeRow[] =>
  attendees.filter(({ status }) => status === "ACTIVE");

/** A guest and whom he brings along. */
export const partyOf = (booking: BookingRow, { id }: { id: string }): AttendeeRow[] =>
  booking.attendees.filter((each) => each.id === id || each.broughtBy === id);

/** Whether nobody but this guest and whom he brings along is there. */
export const isAlone = (booking: BookingRow, guest: AttendeeRow): boolean =>
  presentOf(booking).every(({ id, broughtBy }) => id === guest.id || broughtBy === guest.id);

/** Throws seats_full where fewer seats are left than a party needs. */
export function assertSeats({ type, start }: Plan, people: number): void {
  const meeting = type.seated.find((each) => each.start === start.epochMilliseconds);
  const left = type.capacity - (meeting?.seatsTaken ?? 0);
  if (people > left)
    throw new Problem(
      "seats_full",
      `${left === 1 ? "One seat is" : `${left} seats are`} left: not enough for ${people} people.`,
    );
}

/** The hosts' mails at once are about the guest who joins, not about the meeting. */
export const namingGuest = (promises: readonly PromiseRow[], attendeeId: string): PromiseRow[] =>
  promises.map((promise) =>
    promise.queue === "emails" && promise.userId !== null ? { ...promise, attendeeId } : promise,
  );

/** What a guest writes is for the hosts; as the meeting's notes the others would read it. */
export const withNotes = (
  [guest, ...companions]: readonly [NewAttendee, ...NewAttendee[]],
  notes: string | null,
): NewAttendee[] => [
  notes === null
    ? guest
    : { ...guest, answers: [...guest.answers, { id: "notes", label: "Notes", value: notes }] },
  ...companions,
];

/** The meeting as a guest reads it who left: for him it is cancelled, and what came later is not his. */
export function asLeft<T extends FoundBooking>(booking: T, guest: AttendeeRow): T {
  if (guest.status === "ACTIVE") return booking;
  const ownId = guest.broughtBy ?? guest.id;
  const left = booking.history.findLast(
    ({ event, actorId }) => (event === "left" || event === "moved_away") && actorId === ownId,
  );
  if (!left) return booking;
  return {
    ...booking,
    status: "CANCELLED",
    cancelledAt: Temporal.Instant.from(left.at),
    cancelReason: left.reason,
    history: booking.history.filter(({ version }) => version <= left.version),
  };
}

import type { Reader } from "../messages/facts.ts";
import type { Invite } from "../messages/ics.ts";
import {
  type Attachment,
  eventFor,
  type InvitationState,
  invitation,
} from "../messages/invitation.ts";
import type { World } from "../world.ts";
import type { Actor } from "./access.ts";
import { guestReader, hostReader, mailFacts } from "./mail-facts.ts";
import type { AttendeeRow, FoundBooking } from "./queries.ts";

/** The invitation as whoever asks would get it by mail. */
export function inviteFile(world: World, booking: FoundBooking, actor: Actor): Attachment {
  if (actor.kind === "guest")
    return inviteFor(world, booking, actor.attendee, guestReader(actor.attendee));
  const host = booking.hosts.find(({ id }) => id === actor.id);
  if (!host) throw new RangeError("Cannot invite a host who does not take the booking");
  return inviteFor(world, booking, null, hostReader(host));
}

/**
 * The invitation of one reader; guest, host and whom the guest brings along hold the same UID, so that
 * it is one event with several attendees (RFC 5545 §3.8.4.7). Of a shared meeting each guest has an event of
 * his own, whose sequence rises when he leaves or moves, and its hosts have one with all guests.
 */
export const inviteFor = (
  world: World,
  booking: FoundBooking,
  guest: AttendeeRow | null,
  reader: Reader,
): Attachment => invitation(mailFacts(world, booking, guest), reader, stateFor(booking, guest));

/** The meeting as a host's subscribed calendar shows it: the same event as his invitation. */
export const hostsEvent = (world: World, booking: FoundBooking, reader: Reader): Invite =>
  eventFor(mailFacts(world, booking, null), reader, stateFor(booking, null));

const stateFor = (booking: FoundBooking, guest: AttendeeRow | null): InvitationState => ({
  uidOf: guest?.broughtBy ?? guest?.id ?? hostsUidOf(booking),
  sequence:
    booking.sequence + (guest?.sequenceAhead ?? 0) + (guest?.status === "CANCELLED" ? 1 : 0),
  isCancelled: OFF.has(booking.status),
  isTentative: booking.status === "PENDING",
  stamp: booking.updatedAt,
});

const hostsUidOf = ({ id, capacity, attendees }: FoundBooking): string =>
  (capacity > 1 ? null : attendees[0]?.id) ?? id;

const OFF: ReadonlySet<string> = new Set(["CANCELLED", "DECLINED", "EXPIRED"]);

/** Takes the meeting off the calendar of a host whom another one has relieved. */
export const dismissalFor = (world: World, booking: FoundBooking, reader: Reader, email: string) =>
  invitation(
    // Only who sent an invitation takes it back: calendars look at the organizer.
    { ...mailFacts(world, booking, null), host: { name: reader.name, email } },
    reader,
    {
      uidOf: hostsUidOf(booking),
      sequence: booking.sequence,
      isCancelled: true,
      stamp: booking.updatedAt,
    },
  );

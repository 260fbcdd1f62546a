// Types whose guests must say, by the link of a mail, that a booking is theirs: until then nobody else is told of it.
import { refused } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";
import type { Seen } from "./access.ts";
import { assertOpen, changeAs } from "./change.ts";
import { asOf, entryOf } from "./confirmation.ts";
import { type AttendeeRow, type FoundBooking, findBooking } from "./queries.ts";
import { presentOf } from "./seats.ts";
import { verifyBooking } from "./verify-queries.ts";

const versionOf = (bookingId: string, { tokenVersion }: Pick<AttendeeRow, "tokenVersion">) =>
  `${bookingId} ${tokenVersion}`;

/** The page where a guest says that a booking is his. */
export const verifyUrl = (world: World, bookingId: string, guest: AttendeeRow): string =>
  `${world.config.PUBLIC_URL}/b/${bookingId}/verify?token=${makeToken(world, "verify-booking", guest.id, versionOf(bookingId, guest))}`;

/** The booking for the guest whose link it is. Problems: not_found for a link that is wrong. */
export async function findForVerifier(
  world: World,
  bookingId: string,
  token: string,
): Promise<Seen & { readonly guest: AttendeeRow }> {
  const found = await findBooking(world.db, { bookingId, attendeeId: null });
  const claim = readToken(token);
  const guest = found?.attendees.find(({ id }) => id === claim?.id);
  const isTheirs =
    found && claim && guest && guest.broughtBy === null
      ? isGenuine(world, "verify-booking", claim, versionOf(found.id, guest))
      : false;
  if (!found || !guest || !isTheirs)
    throw new Problem("not_found", "There is no such booking, or this link is not valid for it.");
  const actor = { kind: "guest", id: guest.id, attendee: guest } as const;
  return { booking: asOf(found, world.now()), actor, guest };
}

/**
 * The guest says that the booking is his: it is confirmed, or its host is asked where he wants to be. Again, it changes
 * nothing. Problems: not_found; booking_closed when it has lapsed or was cancelled.
 */
export function verify(
  world: World,
  { bookingId, token }: { bookingId: string; token: string },
): Promise<Seen> {
  const find = () => findForVerifier(world, bookingId, token);
  return changeAs(
    {},
    find,
    (booking, actor) => {
      if (!booking.awaitsGuest) return null;
      assertOpen(booking);
      return verified(world, booking, actor.id);
    },
    find,
  );
}

async function verified(world: World, booking: FoundBooking, actorId: string) {
  const now = world.now();
  const type = {
    title: booking.title,
    requiresConfirmation: booking.requiresConfirmation ?? false,
    capacity: booking.capacity,
    notifications: { confirmation: booking.notifications?.confirmation ?? true },
    reminders: booking.reminders ?? [],
    policies: {},
  };
  const present = presentOf(booking);
  const audience = {
    hostIds: booking.hosts.map(({ id }) => id),
    attendeeIds: present.map(({ id }) => id),
  };
  const { awaitsGuest: _, ...entry } = entryOf(
    type,
    audience,
    present.find(({ id }) => id === actorId)?.name ?? "",
    booking.start,
    now,
  );
  try {
    return await verifyBooking(world.db, {
      bookingId: booking.id,
      version: booking.version,
      ...entry,
      actorId,
      now,
    });
  } catch (error) {
    if (refused(error) !== "booking_closed") throw error;
    throw new Problem("booking_closed", "It was not confirmed in time, and the time is taken.");
  }
}

import type { UserRow } from "../accounts/queries.ts";
import { Problem } from "../problem.ts";
import { isGenuine, readToken } from "../token.ts";
import type { World } from "../world.ts";
import { asOf } from "./confirmation.ts";
import { type AttendeeRow, type FoundBooking, findBooking } from "./queries.ts";
import { asLeft } from "./seats.ts";

/** Who asks: a signed-in user, or whoever holds a guest's link. */
export interface Asker {
  readonly user: UserRow | null;
  readonly token: string | null;
}

/** Who may see and change a booking, as what. */
export type Actor =
  | { readonly kind: "host"; readonly id: string }
  | { readonly kind: "guest"; readonly id: string; readonly attendee: AttendeeRow };

/** Who may see it: also whoever manages its meeting type without being a host. */
type Reader = Actor | { readonly kind: "manager"; readonly id: string };

/** Whether a user is a host of a booking, as it stands. */
export const isHostOf = ({ hosts }: Pick<FoundBooking, "hosts">, userId: string): boolean =>
  hosts.some(({ id }) => id === userId);

/** A booking and as what the asker sees it. */
export interface Seen {
  readonly booking: FoundBooking;
  readonly actor: Actor;
}
export interface Read {
  readonly booking: FoundBooking;
  readonly actor: Reader;
}

/**
 * The booking, if the asker may change it: as a host of it or its guest.
 * Problems: those of findForReader(), and forbidden for who may only see it.
 */
export async function findForAsker(world: World, bookingId: string, asker: Asker): Promise<Seen> {
  const { booking, actor } = await findForReader(world, bookingId, asker);
  if (actor.kind === "manager")
    throw new Problem("forbidden", "Only the hosts of a booking and its guest may do this.");
  return { booking, actor };
}

/**
 * The booking, if the asker is a host of it or its guest, or manages its meeting type. A guest who has moved his seat to another meeting is led
 * there by every link that he was given: his token says who he is, and the booking of the link only where he was.
 * Problems: unauthorized without any proof,
 * not_found with the wrong one: a stranger does not learn that it exists.
 */
export async function findForReader(
  world: World,
  bookingId: string,
  { user, token }: Asker,
): Promise<Read> {
  if (!user && token === null)
    throw new Problem("unauthorized", "Sign in as the host, or use the link of your mail.");
  const claim = token === null ? null : readToken(token);
  const found = await findBooking(world.db, { bookingId, attendeeId: claim?.id ?? null });
  const booking = found && asOf(found, world.now());
  if (booking && claim) {
    const attendee = booking.attendees.find(({ id }) => id === claim?.id);
    if (attendee && isGenuine(world, "manage", claim, attendee.tokenVersion))
      return {
        booking: asLeft(booking, attendee),
        actor: { kind: "guest", id: attendee.id, attendee },
      };
  }
  // Led to another booking by a link that is not genuine: a host still finds his own.
  if (booking && booking.id !== bookingId && user)
    return findForReader(world, bookingId, { user, token: null });
  if (booking && user && isHostOf(booking, user.id))
    return { booking, actor: { kind: "host", id: user.id } };
  if (booking && user && booking.managerIds?.includes(user.id))
    return { booking, actor: { kind: "manager", id: user.id } };
  throw new Problem("not_found", "There is no such booking, or this link is not valid for it.");
}

/** The booking after a change that may have shut the way by which the actor came. */
export async function lookAgain(world: World, bookingId: string, actor: Actor): Promise<Seen> {
  const booking = await findBooking(world.db, { bookingId, attendeeId: null });
  if (!booking) throw new Problem("not_found");
  return { booking, actor };
}

// The link by which a host opens one booking from his own calendar or mail, and changes it, without signing in.
import type { UserRow } from "../../accounts/queries.ts";
import { Problem } from "../../problem.ts";
import { isGenuine, makeToken, readToken } from "../../token.ts";
import type { World } from "../../world.ts";
import { type Actor, isHostOf } from "../access.ts";
import { asOf } from "../confirmation.ts";
import { findHost } from "../host-queries.ts";
import { type FoundBooking, findBooking } from "../queries.ts";

/** The page of a booking for one of its hosts. It opens this booking alone, and only while he is its host. */
export const hostUrl = (world: World, bookingId: string, hostId: string): string =>
  `${world.config.PUBLIC_URL}/b/${bookingId}/host?token=${makeToken(world, "host-booking", hostId, bookingId)}`;

export interface OpenedByHost {
  readonly booking: FoundBooking;
  readonly actor: Actor;
  readonly user: UserRow;
}

/** The booking for the host whose link it is. Problems: not_found for a link that is wrong, and once he has it no more. */
export async function openByHost(
  world: World,
  bookingId: string,
  token: string,
): Promise<OpenedByHost> {
  const claim = readToken(token);
  if (!claim || !isGenuine(world, "host-booking", claim, bookingId)) throw new Problem("not_found");
  const found = await findBooking(world.db, { bookingId, attendeeId: null });
  const user = await findHost(world.db, { hostId: claim.id });
  if (!found || !user || !isHostOf(found, user.id)) throw new Problem("not_found");
  return { booking: asOf(found, world.now()), actor: { kind: "host", id: user.id }, user };
}

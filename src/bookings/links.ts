import { makeToken } from "../token.ts";
import type { World } from "../world.ts";

/** The token by which a guest reads, moves and cancels his booking, until his version is raised. */
export const guestToken = (world: World, attendee: { id: string; tokenVersion: number }): string =>
  makeToken(world, "manage", attendee.id, attendee.tokenVersion);

/** The links of one guest's mail. */
export function guestLinks(
  world: World,
  bookingId: string,
  attendee: { id: string; tokenVersion: number },
) {
  const token = guestToken(world, attendee);
  const page = `${world.config.PUBLIC_URL}/b/${bookingId}`;
  return {
    manageUrl: `${page}?token=${token}`,
    cancelUrl: `${page}/cancel?token=${token}`,
    rescheduleUrl: `${page}/reschedule?token=${token}`,
    icsUrl: `${world.config.PUBLIC_URL}/api/v1/bookings/${bookingId}/calendar.ics?token=${token}`,
  };
}

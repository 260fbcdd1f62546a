// A guest says that a booking is his, by the link of his mail. GET changes nothing: mail scanners open links.
import { guestLinks } from "../bookings/links.ts";
import { findForVerifier, verify } from "../bookings/verify.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { isId, textAt } from "./input.ts";
import { pageResponse, seeOther } from "./page.ts";
import { nothingToVerifyPage, verifyBookingPage } from "./verify-booking-page.ts";

/** The question; who has answered it sees his booking. */
export const askToVerifyBooking = (world: World, id: string, query: unknown): Promise<Response> =>
  answered(async () => {
    const token = textAt(query, "token") ?? "";
    if (!isId(id)) throw new Problem("not_found");
    const { booking, guest } = await findForVerifier(world, id, token);
    if (!booking.awaitsGuest) return seeOther(guestLinks(world, booking.id, guest).manageUrl);
    if (booking.status !== "PENDING") throw new Problem("booking_closed");
    return pageResponse(verifyBookingPage({ ...booking, token, guest }));
  });

/** The guest's yes; then his booking. */
export const verifyBookingByForm = (world: World, id: string, form: unknown): Promise<Response> =>
  answered(async () => {
    if (!isId(id)) throw new Problem("not_found");
    const seen = await verify(world, { bookingId: id, token: textAt(form, "token") ?? "" });
    if (seen.actor.kind !== "guest") throw new Problem("not_found");
    const { manageUrl } = guestLinks(world, id, seen.actor.attendee);
    return seeOther(`${manageUrl}&done=booked`);
  });

/** Whatever cannot be confirmed any more leads to the same helpful page. */
async function answered(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Problem) || !GONE.has(error.problem)) throw error;
    return pageResponse(nothingToVerifyPage, error.httpStatus);
  }
}

const GONE: ReadonlySet<string> = new Set(["not_found", "booking_closed"]);

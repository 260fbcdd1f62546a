// What a guest does with the links of his mail.
import type { Answer, Api } from "../../support/world.ts";

/** The token in the links of a booking just made. */
export const tokenOf = (made: Answer): string =>
  new URL(made.body.cancelUrl).searchParams.get("token")!;

/** A booking just made, as its guest changes it. */
export function guestOf(api: Api, made: Answer) {
  const { id } = made.body.booking;
  const headers = { "x-booking-token": tokenOf(made) };
  return {
    get: () => api("GET", `/bookings/${id}`, { headers }),
    cancel: (body: object = {}) => api("PATCH", `/bookings/${id}/cancel`, { headers, body }),
    move: (start: string, body: object = {}) =>
      api("PATCH", `/bookings/${id}/reschedule`, { headers, body: { start, ...body } }),
  };
}

/** How many answers had each status, with a problem's code. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { status, body } of answers) {
    const what = body.code ? `${status} ${body.code}` : `${status}`;
    counted[what] = (counted[what] ?? 0) + 1;
  }
  return counted;
}

// A booking by the link in its host's own calendar. GET changes nothing: calendars and scanners open links.
import { nameOf } from "../accounts/schema.ts";
import { followEvent, openDrift, putBack } from "../bookings/host/drift.ts";
import { openByHost } from "../bookings/host/link.ts";
import { presentOf } from "../bookings/seats.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { driftNotice, hostPath, refusedAnswer } from "./host-page.ts";
import { href } from "./href.ts";
import { textAt } from "./input.ts";
import { commonFactsOf, type Open, withBooking } from "./manage-open.ts";
import { managePage } from "./manage-page.ts";
import { pageResponse, seeOther } from "./page.ts";

/** For the host whose link it is. */
export const openForHost: Open = async (world, id, token) => {
  const { booking, user } = await openByHost(world, id, token);
  const [guest = null] = presentOf(booking);
  const companions = presentOf(booking).slice(1);
  const isPersonal = booking.meetingTypeId === null;
  const facts = {
    ...commonFactsOf(world, booking),
    token,
    path: hostPath(id),
    guest,
    hostName: booking.hosts.map(nameOf).join(", "),
    otherName: guest?.name ?? "the others",
    timeZone: user.timeZone,
    answers: booking.capacity > 1 ? [] : (guest?.answers ?? []),
    companions,
    forbidden: {
      cancel: null,
      reschedule: isPersonal ? "Move it in your calendar: you are asked then." : null,
    },
    isReasonRequired: false,
    asksAnew: false,
    icsUrl: null,
    pageUrl: null,
  };
  const drift = await openDrift(world, booking, user.id);
  const question = drift && driftNotice(facts, drift);
  const asker = { user, token: null };
  return { facts, booking, asker, isGuest: false, question, pathOf: hostPath };
};

/** Does what the pressed button says about the event that he moved or deleted. */
export const answerByForm = (world: World, id: string, form: unknown): Promise<Response> =>
  withBooking(world, id, form, openForHost, async ({ facts, asker, question }) => {
    const request = { bookingId: id, asker, expected: {} };
    try {
      if (textAt(form, "answer") === "put-back") await putBack(world, request);
      if (textAt(form, "answer") === "reschedule") await followEvent(world, request);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const notice = refusedAnswer(error.message, question);
      return pageResponse(managePage(facts, null, notice), error.httpStatus);
    }
    return seeOther(href(facts.path, { token: facts.token }));
  });

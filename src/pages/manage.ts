// A guest's booking by the link of his mail: see it, cancel it, move it. GET changes nothing.

import { Value } from "@sinclair/typebox/value";
import { nameOf } from "../accounts/schema.ts";
import { findZone } from "../availability/zone.ts";
import { findForAsker } from "../bookings/access.ts";
import { cancel as cancelIt } from "../bookings/cancel.ts";
import { companionsOf } from "../bookings/companions.ts";
import { guestLinks } from "../bookings/links.ts";
import { whyForbidden } from "../bookings/policies.ts";
import type { FoundBooking } from "../bookings/queries.ts";
import { reschedule as rescheduleIt } from "../bookings/reschedule.ts";
import { Cancellation } from "../bookings/schema.ts";
import { severalLines } from "../messages/line.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { typePath } from "./booking-page.ts";
import type { Wrong } from "./fields.ts";
import { freeDays, nextFree } from "./free-days.ts";
import { href } from "./href.ts";
import { instantAt, isId, textAt } from "./input.ts";
import {
  cancelPage,
  type Done,
  isOpen,
  type ManageFacts,
  managePage,
  managePath,
} from "./manage-page.ts";
import { pageResponse, seeOther } from "./page.ts";
import { picker } from "./picker.ts";
import { noSuchBookingPage } from "./plain-pages.ts";
import { findTypePage } from "./queries.ts";
import { confirmMovePage, moveToPage, refusedNotice, reschedulePath } from "./reschedule-page.ts";

/** The booking as it stands. */
export const showBooking = (world: World, id: string, query: unknown): Promise<Response> =>
  withBooking(world, id, query, async ({ facts }) => {
    const done = DONE.find((each) => each === textAt(query, "done")) ?? null;
    // An old address must not claim what is no longer so.
    const isSo = done === "cancelled" ? facts.status === "CANCELLED" : isOpen(facts);
    return pageResponse(managePage(facts, isSo ? done : null));
  });

/** The question whether to cancel. */
export const askToCancel = (world: World, id: string, query: unknown): Promise<Response> =>
  withBooking(world, id, query, async ({ facts }) =>
    pageResponse(
      isOpen(facts) && !facts.forbidden.cancel
        ? cancelPage(facts, "", [])
        : managePage(facts, null),
    ),
  );

/** Cancels, with the reason that the guest typed. */
export const cancelByForm = (world: World, id: string, form: unknown): Promise<Response> =>
  withBooking(world, id, form, async ({ facts, asker }) => {
    const reason = severalLines(textAt(form, "reason") ?? "").trim();
    const wrong = wrongReason(facts, reason);
    if (wrong.length > 0) return pageResponse(cancelPage(facts, reason, wrong), 422);
    return orAsItStands(facts, async () => {
      await cancelIt(world, { bookingId: facts.id, asker, reason, expected: {} });
      return seeOther(href(managePath(facts.id), { token: facts.token, done: "cancelled" }));
    });
  });

/** Other free times; with one chosen, the question whether to move there. */
export const askToMove = (world: World, id: string, query: unknown): Promise<Response> =>
  withBooking(world, id, query, async ({ facts, booking }) => {
    const start = instantAt(query, "start");
    const timeZone = findZone(textAt(query, "timeZone") ?? "") ?? facts.timeZone;
    if (!isOpen(facts) || booking.meetingTypeId === null || facts.forbidden.reschedule)
      return pageResponse(managePage(facts, null));
    if (start !== null) return pageResponse(confirmMovePage(facts, start, timeZone));
    const found = await freeDays(world, wantedOf(booking, booking.meetingTypeId, timeZone), query);
    const place = { path: reschedulePath(facts.id), keep: { token: facts.token }, timeZone };
    return pageResponse(
      moveToPage(facts, picker({ ...found, ...place, isGuessedZone: false }), null),
    );
  });

/** Moves the booking; where the time cannot be had, says why and shows the free ones. */
export const moveByForm = (world: World, id: string, form: unknown): Promise<Response> =>
  withBooking(world, id, form, async ({ facts, booking, asker }) => {
    const start = instantAt(form, "start");
    const timeZone = findZone(textAt(form, "timeZone") ?? "") ?? facts.timeZone;
    const { token } = facts;
    if (start === null || booking.meetingTypeId === null)
      return seeOther(href(reschedulePath(facts.id), { token, timeZone }));
    const reason = severalLines(textAt(form, "reason") ?? "").trim();
    const wrong = wrongReason(facts, reason);
    if (wrong.length > 0)
      return pageResponse(confirmMovePage(facts, start, timeZone, { typed: reason, wrong }), 422);
    const wanted = wantedOf(booking, booking.meetingTypeId, timeZone);
    return orAsItStands(facts, async () => {
      try {
        const { booking: moved } = await rescheduleIt(world, {
          bookingId: facts.id,
          asker,
          start: start.toString(),
          reason,
          expected: {},
        });
        // A seat has moved to another meeting.
        return seeOther(href(managePath(moved.id), { token, done: "moved" }));
      } catch (error) {
        if (!(error instanceof Problem) || CLOSED.has(error.problem)) throw error;
        const near = error.extra["alternatives"] as readonly { start: string }[] | undefined;
        const alternatives = near?.length
          ? near.map((each) => Temporal.Instant.from(each.start))
          : await nextFree(world, wanted, 3);
        const found = await freeDays(world, wanted, {});
        const place = { path: reschedulePath(facts.id), keep: { token }, timeZone };
        const choice = picker({ ...found, ...place, isGuessedZone: false });
        const notice = refusedNotice(facts, error.message, alternatives, timeZone);
        return pageResponse(moveToPage(facts, choice, notice), error.httpStatus);
      }
    });
  });

interface Opened {
  readonly facts: ManageFacts;
  readonly booking: FoundBooking;
  readonly asker: { readonly user: null; readonly token: string };
}

/** Opens a booking by its token; every link that does not fit leads to the same helpful page. */
async function withBooking(
  world: World,
  id: string,
  input: unknown,
  answer: (opened: Opened) => Promise<Response>,
): Promise<Response> {
  const token = textAt(input, "token") ?? "";
  const asker = { user: null, token };
  try {
    if (!isId(id)) throw new Problem("not_found");
    const { booking, actor } = await findForAsker(world, id, asker);
    if (actor.kind !== "guest") throw new Problem("not_found");
    return await answer({
      facts: await factsOf(world, booking, actor.attendee, token),
      booking,
      asker,
    });
  } catch (error) {
    if (error instanceof Problem && error.problem === "not_found")
      return pageResponse(noSuchBookingPage, 404);
    throw error;
  }
}

async function factsOf(
  world: World,
  booking: FoundBooking,
  guest: FoundBooking["attendees"][number],
  token: string,
): Promise<ManageFacts> {
  const { meetingTypeId, hosts, notifications, policies } = booking;
  const forbidden = (act: "cancel" | "reschedule") =>
    whyForbidden(booking, act, guest.timeZone, world.now());
  const facts = {
    ...booking,
    token,
    guest,
    hostName: hosts.map(nameOf).join(", "),
    timeZone: guest.timeZone,
    answers: guest.answers,
    companions: companionsOf(booking, guest),
    forbidden: { cancel: forbidden("cancel"), reschedule: forbidden("reschedule") },
    isReasonRequired: policies?.reasonRequired ?? false,
    asksAnew: (booking.requiresConfirmation ?? false) && booking.capacity === 1,
    hasBegun: Temporal.Instant.compare(booking.start, world.now()) <= 0,
    isMailed: {
      booked: notifications?.confirmation ?? false,
      moved: notifications?.reschedule ?? false,
      cancelled: notifications?.cancellation ?? false,
    },
    icsUrl: booking.awaitsGuest ? null : guestLinks(world, booking.id, guest).icsUrl,
    pageUrl: null,
  };
  if (isOpen(facts) || meetingTypeId === null) return facts;
  const at = await findTypePage(world.db, { meetingTypeId });
  return { ...facts, pageUrl: at && typePath(at) };
}

/** Somebody else was quicker, or the meeting began meanwhile: the booking as it is now says it best. */
async function orAsItStands(
  facts: ManageFacts,
  attempt: () => Promise<Response>,
): Promise<Response> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Problem) || !CLOSED.has(error.problem)) throw error;
    return seeOther(href(managePath(facts.id), { token: facts.token }));
  }
}

function wrongReason(facts: ManageFacts, reason: string): Wrong[] {
  const field = "reason";
  if (facts.isReasonRequired && isOpen(facts) && reason === "")
    return [{ field, message: "is missing." }];
  return Value.Check(Cancellation, { reason })
    ? []
    : [{ field, message: "must be plain text of at most 1000 characters." }];
}

const wantedOf = (booking: FoundBooking, meetingTypeId: string, timeZone: string) => ({
  meetingTypeId,
  timeZone,
  durationMinutes: booking.end.since(booking.start).total("minutes"),
  rescheduleOf: booking.id,
  seat: booking.capacity > 1,
});

const CLOSED: ReadonlySet<string> = new Set([
  "booking_closed",
  "version_conflict",
  "policy_forbids",
]);
const DONE: readonly Exclude<Done, null>[] = ["booked", "moved", "cancelled"];

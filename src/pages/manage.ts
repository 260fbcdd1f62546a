// A booking by the link of a mail: see it, cancel it, move it. GET changes nothing. Whose link it is says the opener: a
// guest's, unless another one is handed in.
import { Value } from "@sinclair/typebox/value";
import { findZone } from "../availability/zone.ts";
import { cancel as cancelIt } from "../bookings/cancel.ts";
import { reschedule as rescheduleIt } from "../bookings/reschedule.ts";
import { Cancellation } from "../bookings/schema.ts";
import { severalLines } from "../messages/line.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { SWAP } from "./assets.ts";
import type { Wrong } from "./fields.ts";
import { freeDays, nextFree } from "./free-days.ts";
import { href } from "./href.ts";
import { instantAt, textAt } from "./input.ts";
import { type Open, type Opened, openForGuest, withBooking } from "./manage-open.ts";
import {
  cancelPage,
  type Done,
  givenCard,
  isOpen,
  type ManageFacts,
  managePage,
} from "./manage-page.ts";
import { pageResponse, seeOther } from "./page.ts";
import { picker } from "./picker.ts";
import { findTypePage } from "./queries.ts";
import { confirmMovePage, moveToPage, refusedNotice, reschedulePath } from "./reschedule-page.ts";
import { upgraded } from "./upgrade.ts";

/** The booking as it stands. */
export const showBooking = (
  world: World,
  id: string,
  query: unknown,
  request: Request,
  open: Open = openForGuest,
): Promise<Response> =>
  withBooking(world, id, query, open, async ({ facts, booking, isGuest, question }) => {
    const done = DONE.find((each) => each === textAt(query, "done")) ?? null;
    if (done === null && world.widget && isGuest && isForWidget(facts)) {
      const { meetingTypeId } = booking;
      const at = meetingTypeId && (await findTypePage(world.db, { meetingTypeId }));
      const attributes = {
        ...{ booking: facts.id, token: facts.token },
        ...(at && { host: at.username, type: at.slug }),
      };
      const upgrade = { build: world.widget, request, attributes, below: givenCard(facts) };
      const page = managePage(facts, null, null, true);
      return pageResponse(upgraded(page, { ...upgrade, script: SWAP }));
    }
    // An old address must not claim what is no longer so.
    const isSo = done === "cancelled" ? facts.status === "CANCELLED" : isOpen(facts);
    return pageResponse(managePage(facts, isSo ? done : null, question));
  });

/** Where something may not be done, or only with a reason, the plain page says so before it is tried. */
const isForWidget = (facts: ManageFacts): boolean =>
  isOpen(facts) &&
  !facts.isReasonRequired &&
  facts.forbidden.cancel === null &&
  facts.forbidden.reschedule === null;

/** The question whether to cancel. */
export const askToCancel = (
  world: World,
  id: string,
  query: unknown,
  open: Open = openForGuest,
): Promise<Response> =>
  withBooking(world, id, query, open, async ({ facts }) =>
    pageResponse(
      isOpen(facts) && !facts.forbidden.cancel
        ? cancelPage(facts, "", [])
        : managePage(facts, null),
    ),
  );

/** Cancels, with the reason that the guest typed. */
export const cancelByForm = (
  world: World,
  id: string,
  form: unknown,
  open: Open = openForGuest,
): Promise<Response> =>
  withBooking(world, id, form, open, async ({ facts, asker }) => {
    const reason = severalLines(textAt(form, "reason") ?? "").trim();
    const wrong = wrongReason(facts, reason);
    if (wrong.length > 0) return pageResponse(cancelPage(facts, reason, wrong), 422);
    return orAsItStands(facts, async () => {
      await cancelIt(world, { bookingId: facts.id, asker, reason, expected: {} });
      return seeOther(href(facts.path, { token: facts.token, done: "cancelled" }));
    });
  });

/** Other free times; with one chosen, the question whether to move there. */
export const askToMove = (
  world: World,
  id: string,
  query: unknown,
  open: Open = openForGuest,
): Promise<Response> =>
  withBooking(world, id, query, open, async (opened) => {
    const { facts, booking } = opened;
    const start = instantAt(query, "start");
    const timeZone = findZone(textAt(query, "timeZone") ?? "") ?? facts.timeZone;
    if (!isOpen(facts) || booking.meetingTypeId === null || facts.forbidden.reschedule)
      return pageResponse(managePage(facts, null));
    if (start !== null) return pageResponse(confirmMovePage(facts, start, timeZone));
    const found = await freeDays(world, wantedOf(opened, booking.meetingTypeId, timeZone), query);
    const place = { path: reschedulePath(facts), keep: { token: facts.token }, timeZone };
    return pageResponse(
      moveToPage(facts, picker({ ...found, ...place, isGuessedZone: false }), null),
    );
  });

/** Moves the booking; where the time cannot be had, says why and shows the free ones. */
export const moveByForm = (
  world: World,
  id: string,
  form: unknown,
  open: Open = openForGuest,
): Promise<Response> =>
  withBooking(world, id, form, open, async (opened) => {
    const { facts, booking, asker, pathOf } = opened;
    const start = instantAt(form, "start");
    const timeZone = findZone(textAt(form, "timeZone") ?? "") ?? facts.timeZone;
    const { token } = facts;
    if (start === null || booking.meetingTypeId === null)
      return seeOther(href(reschedulePath(facts), { token, timeZone }));
    const reason = severalLines(textAt(form, "reason") ?? "").trim();
    const wrong = wrongReason(facts, reason);
    if (wrong.length > 0)
      return pageResponse(confirmMovePage(facts, start, timeZone, { typed: reason, wrong }), 422);
    const wanted = wantedOf(opened, booking.meetingTypeId, timeZone);
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
        return seeOther(href(pathOf(moved.id), { token, done: "moved" }));
      } catch (error) {
        if (!(error instanceof Problem) || CLOSED.has(error.problem)) throw error;
        const near = error.extra["alternatives"] as readonly { start: string }[] | undefined;
        const alternatives = near?.length
          ? near.map((each) => Temporal.Instant.from(each.start))
          : await nextFree(world, wanted, 3);
        const found = await freeDays(world, wanted, {});
        const place = { path: reschedulePath(facts), keep: { token }, timeZone };
        const choice = picker({ ...found, ...place, isGuessedZone: false });
        const notice = refusedNotice(facts, error.message, alternatives, timeZone);
        return pageResponse(moveToPage(facts, choice, notice), error.httpStatus);
      }
    });
  });

/** Somebody else was quicker, or the meeting began meanwhile: the booking as it is now says it best. */
async function orAsItStands(
  facts: ManageFacts,
  attempt: () => Promise<Response>,
): Promise<Response> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Problem) || !CLOSED.has(error.problem)) throw error;
    return seeOther(href(facts.path, { token: facts.token }));
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

const wantedOf = ({ booking, isGuest }: Opened, meetingTypeId: string, timeZone: string) => ({
  meetingTypeId,
  timeZone,
  durationMinutes: booking.end.since(booking.start).total("minutes"),
  rescheduleOf: booking.id,
  seat: isGuest && booking.capacity > 1,
});

const CLOSED: ReadonlySet<string> = new Set([
  "booking_closed",
  "version_conflict",
  "policy_forbids",
]);
const DONE: readonly Exclude<Done, null>[] = ["booked", "moved", "cancelled"];

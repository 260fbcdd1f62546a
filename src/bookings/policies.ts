// What a meeting type lets its guests do. The host always may.
import { refused } from "../db/conflict.ts";
import { tooMany } from "../http/rate-limit.ts";
import { when } from "../messages/when.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { Actor } from "./access.ts";
import { isBefore } from "./instant.ts";
import type { FoundBooking } from "./queries.ts";

export type GuestAct = "cancel" | "reschedule";

const CUT_OFF = {
  cancel: "cancelUntilMinutesBefore",
  reschedule: "rescheduleUntilMinutesBefore",
} as const;
const DONE = { cancel: "cancelled", reschedule: "moved" } as const;

/** Until when a guest may do it, that instant included; null: until the meeting begins. */
function guestMayUntil(booking: FoundBooking, act: GuestAct): Temporal.Instant | null {
  const minutes = booking.policies?.[CUT_OFF[act]] ?? null;
  return minutes === null ? null : booking.start.subtract({ minutes });
}

/** Why a guest may no longer do it, told in his zone; null while he may. */
export function whyForbidden(
  booking: FoundBooking,
  act: GuestAct,
  timeZone: string,
  now: Temporal.Instant,
): string | null {
  if (act === "reschedule" && booking.awaitsGuest)
    return "Confirm this booking by the link of your mail first. Then it can be moved.";
  const until = guestMayUntil(booking, act);
  if (until === null || !isBefore(until, now)) return null;
  const { short, zone } = when(until, until, timeZone, "en-GB");
  return `This booking could be ${DONE[act]} by its guest until ${short} (${zone}). Please ask the host.`;
}

/** Problems: policy_forbids, with `until`; invalid, naming `reason`. */
export function assertMay(
  booking: FoundBooking,
  actor: Actor,
  act: GuestAct,
  { reason, now }: { reason: string | null; now: Temporal.Instant },
): void {
  if (actor.kind === "host") return;
  const why = whyForbidden(booking, act, actor.attendee.timeZone, now);
  if (why !== null)
    throw new Problem("policy_forbids", why, { until: guestMayUntil(booking, act)?.toString() });
  if (booking.policies?.reasonRequired && reason === null)
    throw invalid("reason", "is missing: the host asks for one");
}

/** What admit_guests() refused, as the guest may know it; any other error as it is. */
export function asPolicyProblem(error: unknown, maxActive: number | null | undefined): unknown {
  switch (refused(error)) {
    case "guest_blocked":
      return new Problem("policy_forbids", "This host does not take this booking.");
    case "too_many_active":
      return new Problem(
        "policy_forbids",
        `This host takes at most ${maxActive === 1 ? "one coming booking" : `${maxActive ?? 0} coming bookings`} of this kind from one address.`,
      );
    // Said alike whether it is the guest or whom he brings along: nobody learns what another one has booked.
    case "too_many_open":
      return new Problem(
        "policy_forbids",
        "An address of this booking has as many coming bookings as one may have. Cancel one of them, or ask the host.",
      );
    case "too_many_today":
      return tooMany(
        "An address of this booking was named in as many bookings as it may be within a day.",
        AGAIN_IN_SECONDS,
      );
    default:
      return error;
  }
}

const AGAIN_IN_SECONDS = 3600;

/** How often one mailbox may be named in bookings, over the whole installation; null is no limit. */
export const mostOf = ({ config }: World) => ({
  mostOpen: config.GUEST_OPEN_BOOKINGS || null,
  mostPerDay: config.GUEST_BOOKINGS_PER_DAY || null,
});

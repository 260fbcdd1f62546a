import { isHostOf } from "../bookings/access.ts";
import type { FoundBooking } from "../bookings/queries.ts";
import type { EventRow, Intent, Place } from "./write-queries.ts";

/** A host's event as it was last known, and where it belongs. */
export interface Found {
  readonly event: EventRow | null;
  readonly present: Place | null;
  readonly destination: Place | null;
  readonly intent: Intent | null;
  readonly isMaker: boolean;
  readonly open: string[];
}

const IS_OVER: ReadonlySet<string> = new Set(["COMPLETED", "NO_SHOW"]);

/**
 * Where the event of a booking belongs: into the host's calendar while the meeting takes place, nowhere before it is
 * confirmed, once it is off, and for who is no host of it. What is over is left where it is, but follows its guests' names.
 */
export function targetOf(
  booking: FoundBooking,
  hostId: string,
  { present, destination }: Found,
): Place | null | "as it is" {
  const isHis = isHostOf(booking, hostId);
  if (isHis && IS_OVER.has(booking.status)) return present ?? "as it is";
  return isHis && booking.status === "CONFIRMED" ? destination : null;
}

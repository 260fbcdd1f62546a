import { type Claim, claimOf } from "../http/idempotency.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { type BookingRow, findBooking, findBookingByKey } from "./queries.ts";
import { asLeft } from "./seats.ts";

/** A booking, and whether it was made now or by an earlier request of the same key. */
export interface Made {
  readonly booking: BookingRow;
  readonly isReplay: boolean;
}

/**
 * Makes what a request asks for, or finds what the same request made before. The claim is part of
 * the statement, so a twin of the request waits for it; a refusal claims nothing.
 */
export async function once(
  world: World,
  request: { scope: string; key: string | null; input: unknown },
  make: (claim: Claim) => Promise<BookingRow | null>,
): Promise<Made> {
  const { scope, key, input } = request;
  const claim = claimOf(scope, key ?? undefined, input);
  // The time of before the claim: a key that the claim found too young is not too old a moment later.
  const now = world.now();
  const replay = async () =>
    key === null ? null : await findReplay(world, { scope, key, now }, claim.fingerprint);
  try {
    const booking = await make(claim);
    if (booking) return { booking, isReplay: false };
  } catch (error) {
    // Its own booking may be what stands in the way of a repeated request.
    const earlier = error instanceof Problem ? await replay() : null;
    if (!earlier) throw error;
    return earlier;
  }
  const earlier = await replay();
  if (!earlier) throw new RangeError("Cannot find the booking that this key made");
  return earlier;
}

async function findReplay(
  world: World,
  claim: { scope: string; key: string; now: Temporal.Instant },
  fingerprint: string | null,
): Promise<Made | null> {
  const found = await findBookingByKey(world.db, claim);
  if (!found) return null;
  if (found.fingerprint !== fingerprint) throw new Problem("idempotency_mismatch");
  const booking = await findBooking(world.db, { bookingId: found.bookingId, attendeeId: null });
  if (!booking) throw new Problem("not_found", "What this key made is gone by now.");
  // Of a meeting with seats its own guest comes first, as in the first answer.
  const attendees = booking.attendees.toSorted(
    (a, b) => Number(b.id === found.attendeeId) - Number(a.id === found.attendeeId),
  );
  const own = attendees[0];
  const seen = own ? asLeft(booking, own) : booking;
  return { booking: { ...seen, attendees }, isReplay: true };
}

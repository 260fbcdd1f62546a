import { shouldRetry } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { type Actor, type Asker, findForAsker, lookAgain, type Seen } from "./access.ts";
import type { FoundBooking } from "./queries.ts";
import { seenOf } from "./seen.ts";

/** Which booking somebody wants to change, and on what state of it he bases that. */
export interface ChangeRequest {
  readonly bookingId: string;
  readonly asker: Asker;
  readonly expected: Expectation;
}

/**
 * Reads a booking, decides, and changes it guarded by the version that was read. `decide` returns
 * null when nothing is to do. Problems: unauthorized, not_found, version_conflict, precondition_failed.
 */
export function change(
  world: World,
  { bookingId, asker, expected }: ChangeRequest,
  decide: Decide,
): Promise<Seen> {
  const find = () => findForAsker(world, bookingId, asker);
  // A guest may have moved to another meeting; a host may have moved it to a time that another host takes.
  return changeAs(expected, find, decide, (actor) =>
    actor.kind === "guest" ? find() : lookAgain(world, bookingId, actor),
  );
}

/** What is to be done about a booking; null when nothing is. */
export type Decide = (booking: FoundBooking, actor: Actor) => Promise<{ id: string } | null> | null;

/** The same where the way in is another, and may be shut by the change itself: `after` looks again. */
export function changeAs(
  expected: Expectation,
  find: () => Promise<Seen>,
  decide: Decide,
  after: (actor: Actor) => Promise<Seen>,
): Promise<Seen> {
  const read = async () => {
    const found = await find();
    return { ...found, version: found.booking.version };
  };
  return changeGuarded(expected, read, seenOf, async (seen) => {
    const attempted = decide(seen.booking, seen.actor);
    if (attempted === null) return seen;
    return (await orLost(attempted)) && (await after(seen.actor));
  });
}

/** A statement that was chosen to end a deadlock has changed nothing: read and decide again. */
const orLost = (attempted: Promise<{ id: string } | null>) =>
  attempted.catch((error: unknown) => {
    if (shouldRetry(error)) return null;
    throw error;
  });

/** Throws booking_closed for a booking that is over in one way or another. */
export function assertOpen(booking: FoundBooking): void {
  if (booking.status !== "PENDING" && booking.status !== "CONFIRMED")
    throw new Problem(
      "booking_closed",
      `This booking is ${booking.status.toLowerCase().replace("_", " ")}.`,
    );
}

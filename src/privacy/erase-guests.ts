// Guests who are to be forgotten: asked for by themselves or by an administrator, done by workers.
import type { Asker } from "../bookings/access.ts";
import { findForAsker } from "../bookings/access.ts";
import { withdraw } from "../bookings/withdraw.ts";
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import {
  askToForgetAddress,
  askToForgetGuest,
  completeErasures,
  findErasure,
  findGuestsToWithdraw,
  forgetMarkedGuests,
  lookThroughEvents,
} from "./queries.ts";

const MEETINGS = 20;
const GUESTS = 100;
const EVENTS = 5000;

/**
 * Asks for the guest of a link, and whom he brought along, to be forgotten: of this booking only, since who books by
 * another's address has such a link as well. Again changes nothing. Problems: unauthorized, not_found; forbidden for a
 * host, whose guests an administrator erases by their address.
 */
export async function eraseGuest(world: World, bookingId: string, asker: Asker): Promise<void> {
  const { actor } = await findForAsker(world, bookingId, asker);
  if (actor.kind !== "guest")
    throw new Problem("forbidden", "Only the guest may ask for this, by the link of his mail.");
  const attendeeId = actor.attendee.broughtBy ?? actor.id;
  await askToForgetGuest(world.db, { erasureId: newId(), attendeeId, now: world.now() });
}

/** Asks for whoever had this address as a guest to be forgotten in every booking; the erasure that is open where one is. */
export async function eraseAddress(world: World, actorId: string, email: string) {
  const { now, db } = world;
  const asked = await askToForgetAddress(db, { erasureId: newId(), email, actorId, now: now() });
  if (!asked) throw new RangeError("Cannot find the erasure that was asked for");
  return getErasure(world, asked.id);
}

/** How far it is with an erasure. Problems: not_found. */
export async function getErasure(world: World, id: string) {
  const found = await findErasure(world.db, { id });
  if (!found) throw new Problem("not_found");
  const { requestedAt, completedAt, ...rest } = found;
  return {
    ...rest,
    requestedAt: requestedAt.toString(),
    completedAt: completedAt?.toString() ?? null,
  };
}

/**
 * Takes those who are to be forgotten out of coming meetings, and forgets them once everybody has been told, or after
 * a day: an invitation is called off by a mail that needs the address. What is to do is read from the tables each
 * time, so any number of workers may do it, and stop anywhere. Whether there may be more.
 */
export async function eraseGuests(world: World): Promise<boolean> {
  const now = world.now();
  const ahead = await findGuestsToWithdraw(world.db, { now, limit: MEETINGS });
  const outcomes: PromiseSettledResult<void>[] = [];
  for (const each of ahead) outcomes.push(...(await Promise.allSettled([withdraw(world, each)])));
  const forgotten = await forgetMarkedGuests(world.db, { now, limit: GUESTS });
  const part = await lookThroughEvents(world.db, { now, limit: EVENTS });
  const done = await completeErasures(world.db, { now, limit: GUESTS });
  // One that fails holds up no other, and is told.
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return ahead.length > 0 || forgotten !== null || part !== null || done.length > 0;
}

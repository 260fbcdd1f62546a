// What a host does about a calendar that somebody has filled.
import type { Static } from "@sinclair/typebox";
import type { UserRow } from "../../accounts/queries.ts";
import { invalid, Problem, type ProblemCode } from "../../problem.ts";
import type { World } from "../../world.ts";
import { cancel } from "../cancel.ts";
import { findBookingsFrom } from "../host-queries.ts";
import type { Cancellations } from "./schema.ts";

const CANCELLED_AT_ONCE = 100;
/** Of the pool's connections it leaves some to others. */
const ABREAST = 3;

interface Cancelled {
  readonly cancelled: string[];
  readonly failed: { id: string; code: ProblemCode; detail: string }[];
  readonly isMore: boolean;
}

/**
 * Cancels many of a host's bookings, each by itself, as one that he cancels: whatever becomes of the others, it is
 * cancelled and its people are told, or it is named with the reason why not. Again, what is cancelled stays so.
 * Problems: invalid unless bookings are named in one way.
 */
export async function cancelMany(
  world: World,
  user: UserRow,
  wanted: Static<typeof Cancellations>,
): Promise<Cancelled> {
  const { ids, isMore } = await meantBy(world, user, wanted);
  const cancelled: string[] = [];
  const failed: Cancelled["failed"] = [];
  const waiting = [...ids];
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const asker = { user, token: null };
      try {
        await cancel(world, { bookingId: id, asker, expected: {}, reason: wanted.reason });
        cancelled.push(id);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        failed.push({ id, code: error.problem, detail: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, worker));
  return { cancelled, failed, isMore };
}

async function meantBy(world: World, user: UserRow, wanted: Static<typeof Cancellations>) {
  const { ids, guestEmail, guestDomain } = wanted;
  if ([ids, guestEmail, guestDomain].filter((each) => each !== undefined).length !== 1)
    throw invalid("ids", "or guestEmail or guestDomain is needed, and only one of them");
  if (ids) return { ids: [...new Set(ids.map((id) => id.toLowerCase()))], isMore: false };
  const found = await findBookingsFrom(world.db, {
    hostId: user.id,
    email: guestEmail ?? null,
    domain: guestDomain ?? null,
    now: world.now(),
    limit: CANCELLED_AT_ONCE + 1,
  });
  return {
    ids: found.slice(0, CANCELLED_AT_ONCE).map(({ id }) => id),
    isMore: found.length > CANCELLED_AT_ONCE,
  };
}

import type { QueueName } from "../src/jobs.ts";
import { leaseEnd } from "../src/outbox/lease.ts";
import { claimDuePromises } from "../src/outbox/queries.ts";
import type { World } from "../src/world.ts";
import type { PromiseQueue } from "./queue.ts";
import type { Rhythm } from "./rhythm.ts";

/** A queue that the relay fills. */
export interface Channel {
  readonly name: QueueName;
  readonly queue: Pick<PromiseQueue, "addBulk" | "getJobCounts">;
  /** Jobs that may wait in the queue: no more than are surely done within a lease. */
  readonly room: number;
  /** How often one dispatch is tried before the outbox takes over. */
  readonly tries: number;
  /** Which promises are next, where that is not simply those that are due first. */
  readonly claim?: Claim;
}

/** Takes due promises for the length of a lease. */
export type Claim = (
  world: World,
  wanted: { now: Temporal.Instant; leaseUntil: Temporal.Instant; limit: number },
) => Promise<readonly { id: string; attempts: number }[]>;

/**
 * Hands due promises of one queue on with each call, in the order in which they are due; how many. Rejects where the queue
 * does not take them: nobody else looks at them before their lease ends, so the next call begins with them. While Redis
 * is away a call may settle only when it is back, so one waits for the other: many at once would overfill the queue then.
 */
export function makeRelay(
  world: World,
  { name, queue, room, tries, claim }: Channel,
  rhythm: Rhythm,
): () => Promise<number> {
  async function take() {
    const {
      waiting = 0,
      active = 0,
      delayed = 0,
      prioritized = 0,
    } = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
    const limit = room - waiting - active - delayed - prioritized;
    if (limit <= 0) return [];
    const wanted = { now: world.now(), leaseUntil: leaseEnd(world), limit };
    const due = claim
      ? await claim(world, wanted)
      : await claimDuePromises(world.db, { queue: name, ...wanted });
    return due.map(({ id, attempts }) => ({
      name,
      data: { outboxId: id, attempt: attempts },
      // A kept job's id would be ignored without a word: each dispatch has one of its own.
      opts: {
        jobId: `${id}-${attempts}`,
        attempts: tries,
        backoff: { type: "exponential", delay: rhythm.retry },
      },
    }));
  }

  // Claimed, and perhaps in the queue: by their ids it knows those that it has.
  let claimed: Awaited<ReturnType<typeof take>> = [];
  return async () => {
    if (claimed.length === 0) claimed = await take();
    if (claimed.length > 0) await queue.addBulk(claimed);
    const { length } = claimed;
    claimed = [];
    return length;
  };
}

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
 * Hands due promises of one queue on, in the order in which they are due; how many. While Redis is
 * away this may settle only when it is back, so one call waits for the other: many at once would
 * overfill the queue then.
 */
export async function relay(
  world: World,
  { name, queue, room, tries, claim }: Channel,
  rhythm: Rhythm,
): Promise<number> {
  const {
    waiting = 0,
    active = 0,
    delayed = 0,
    prioritized = 0,
  } = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
  const limit = room - waiting - active - delayed - prioritized;
  if (limit <= 0) return 0;
  const wanted = { now: world.now(), leaseUntil: leaseEnd(world), limit };
  const due = claim
    ? await claim(world, wanted)
    : await claimDuePromises(world.db, { queue: name, ...wanted });
  if (due.length === 0) return 0;
  await queue.addBulk(
    due.map(({ id, attempts }) => ({
      name,
      data: { outboxId: id, attempt: attempts },
      // A kept job's id would be ignored without a word: each dispatch has one of its own.
      opts: {
        jobId: `${id}-${attempts}`,
        attempts: tries,
        backoff: { type: "exponential", delay: rhythm.retry },
      },
    })),
  );
  return due.length;
}

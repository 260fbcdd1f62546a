import type { QueueName } from "../jobs.ts";
import type { World } from "../world.ts";
import { findQueues } from "./queries.ts";

export interface QueueState {
  readonly name: QueueName;
  /** Promises that are due and in nobody's hands. */
  readonly due: number;
  /** Since when the oldest of them has been due, in seconds; 0 where none is. */
  readonly lagSeconds: number;
  /** Promises that have failed for now and will be tried again. */
  readonly retrying: number;
  /** Promises that have failed for good: ever, and in the last 24 hours. */
  readonly failed: number;
  readonly failedToday: number;
}

/** The state of every queue and the database's version, by one statement past a busy pool. */
export async function queueStates(
  world: World,
): Promise<{ serverVersion: string; queues: QueueState[] }> {
  const now = world.now();
  const rows = await findQueues(world.db.apart(), { now });
  const lag = (since: Temporal.Instant | null) =>
    since === null ? 0 : Math.round(now.since(since).total("seconds"));
  return {
    serverVersion: rows[0]?.serverVersion ?? "",
    queues: rows.map(({ queue, oldestDueAt, due, retrying, failed, failedToday }) => ({
      name: queue,
      due,
      lagSeconds: lag(oldestDueAt),
      retrying,
      failed,
      failedToday,
    })),
  };
}

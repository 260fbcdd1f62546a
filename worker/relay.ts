import type { QueueName } from "../src/jobs.ts";
import { leaseEnd } from "../src/outbox/lease.ts";
import { claimDuePromises } from "../src/outbox/queries.ts";
import type { World } from "../src/world.ts";
import type { PromiseQueue } from "./queue.ts";

/** A queue that the relay fills. */
export interface Channel {
  readonly name: QueueName;
  readonly queue: PromiseQueue;
  /** Jobs that may wait in the queue: no more than are surely done within a lease. */
  readonly room: number;
  /** How often one dispatch is tried before the outbox takes over. */
  readonly tries: number;
}

const POLL_MS = 1_000;
const BATCH = 100;
// Adding a job never settles while Redis is away; the promise comes back by its lease.
const ADD_WITHIN_MS = 10_000;

/** Moves due promises into their queues until it is stopped: woken by NOTIFY, by a poll otherwise. */
export function startRelay(world: World, channels: readonly Channel[]) {
  let isStopping = false;
  let wake = () => {};
  const listening = world.db
    .listen("outbox", () => wake())
    .catch((error: unknown) => {
      world.log.warn({ err: error }, "No hints of new promises; polling alone");
      return null;
    });

  async function run(): Promise<void> {
    while (!isStopping) {
      let moved = 0;
      for (const channel of channels) moved += await relayed(world, channel);
      if (moved === 0 && !isStopping)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, POLL_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
    }
  }

  const running = run();
  return {
    /** Resolves when nothing is being moved any more. */
    stop: async () => {
      isStopping = true;
      wake();
      await running;
      await (await listening)?.();
    },
  };
}

async function relayed(world: World, channel: Channel): Promise<number> {
  try {
    return await withinTime(relay(world, channel));
  } catch (error) {
    world.log.warn({ err: error, queue: channel.name }, "Promises could not be handed on");
    return 0;
  }
}

/** Hands due promises of one queue on; how many. */
export async function relay(world: World, { name, queue, room, tries }: Channel): Promise<number> {
  const {
    waiting = 0,
    active = 0,
    delayed = 0,
    prioritized = 0,
  } = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
  const limit = Math.min(BATCH, room - waiting - active - delayed - prioritized);
  if (limit <= 0) return 0;
  const due = await claimDuePromises(world.db, {
    queue: name,
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit,
  });
  if (due.length === 0) return 0;
  await queue.addBulk(
    due.map(({ id, attempts }) => ({
      name,
      data: { outboxId: id, attempt: attempts },
      // A kept job's id would be ignored without a word: each dispatch has one of its own.
      opts: {
        jobId: `${id}-${attempts}`,
        attempts: tries,
        backoff: { type: "exponential", delay: 1_000 },
      },
    })),
  );
  return due.length;
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The queue does not answer")), ADD_WITHIN_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

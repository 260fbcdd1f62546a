import type { QueueName } from "../src/jobs.ts";
import type { World } from "../src/world.ts";
import type { Backend, Pace, Processor, PromiseQueue, PromiseWorker } from "./queue.ts";
import { relay } from "./relay.ts";
import type { Rhythm } from "./rhythm.ts";

/** A queue from the outbox to the work. */
export interface Line extends Pace {
  readonly name: QueueName;
  readonly process: Processor;
  /** Jobs that may wait in the queue: no more than are surely done within a lease. */
  readonly room: number;
  /** How often one dispatch is tried before the outbox takes over. */
  readonly tries: number;
}

interface Ends {
  readonly queue: PromiseQueue;
  readonly worker: PromiseWorker;
}

/** Moves due promises of one queue on and works them off, until it is stopped. */
export function startLine(world: World, make: Backend, line: Line, rhythm: Rhythm) {
  const { name, process, room, tries } = line;
  let isStopping = false;
  let isHinted = false;
  let wake = () => {};
  let ends = open();

  function open(): Ends {
    return { queue: make.queue(name), worker: make.worker(name, process, line) };
  }

  function nap(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** BullMQ's PostgreSQL backend that found no database at first never looks again: make it anew. */
  async function untilReady(): Promise<void> {
    while (!isStopping) {
      try {
        await Promise.all([ends.queue.waitUntilReady(), ends.worker.waitUntilReady()]);
        return;
      } catch (error) {
        world.log.warn({ err: error, queue: name }, "The queue cannot be opened yet");
        await close(ends);
        await nap(rhythm.poll);
        if (!isStopping) ends = open();
      }
    }
  }

  async function run(): Promise<void> {
    await untilReady();
    // The checker of locks ends for good at its first error: a dead worker's jobs would stay its own.
    const recheck = setInterval(() => void ends.worker.startStalledCheckTimer(), rhythm.recheck);
    try {
      while (!isStopping) {
        isHinted = false;
        const moved = await relay(world, { name, queue: ends.queue, room, tries }, rhythm).catch(
          (error: unknown) => {
            world.log.warn({ err: error, queue: name }, "Promises could not be handed on");
            return 0;
          },
        );
        if (moved === 0 && !isHinted && !isStopping) await nap(rhythm.poll);
      }
    } finally {
      clearInterval(recheck);
    }
  }

  const running = run();
  return {
    ready: untilReady,
    /** There may be something new in the outbox. */
    hint: () => {
      isHinted = true;
      wake();
    },
    /** Finishes what has begun; the rest stays promised. */
    stop: async () => {
      isStopping = true;
      wake();
      await close(ends);
      await running;
    },
  };
}

async function close({ queue, worker }: Ends): Promise<void> {
  await worker.close();
  await queue.close();
}

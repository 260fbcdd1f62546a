import type { QueueName } from "../src/jobs.ts";
import type { World } from "../src/world.ts";
import type { Backend, Pace, Processor, PromiseQueue, PromiseWorker } from "./queue.ts";
import { type Claim, makeRelay } from "./relay.ts";
import type { Rhythm } from "./rhythm.ts";

/** A queue from the outbox to the work. */
export interface Line extends Pace {
  readonly name: QueueName;
  readonly process: Processor;
  /** Jobs that may wait in the queue: no more than are surely done within a lease. */
  readonly room: number;
  /** How often one dispatch is tried before the outbox takes over. */
  readonly tries: number;
  /** Which promises are next; a job that is over may make room for one of them. */
  readonly claim?: Claim;
}

interface Ends {
  readonly queue: PromiseQueue;
  readonly worker: PromiseWorker;
}

/** Moves due promises of one queue on and works them off, until it is stopped. */
export function startLine(world: World, make: Backend, line: Line, rhythm: Rhythm) {
  const { name, process, ...filling } = line;
  let isStopping = false;
  let isHinted = false;
  let wake = () => {};
  let ends: Ends | null = null;
  // For what never settles once its connection is torn.
  const torn = Promise.withResolvers<null>();
  const busy = new Set<Promise<void>>();

  // Jobs that ended since the queue was last filled.
  let ended = 0;

  const watched: Processor = (job) => {
    const work = process(job).finally(() => {
      busy.delete(work);
      ended += 1;
      // Before it runs dry; each look costs as much as several jobs.
      if (line.claim || ended * REFILLS_A_ROOM >= line.room) hint();
    });
    busy.add(work);
    return work;
  };

  /** There may be something to move on. */
  function hint(): void {
    isHinted = true;
    wake();
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

  async function open(): Promise<Ends | null> {
    while (!isStopping) {
      try {
        await make.answers();
        if (isStopping) break;
        ends = { queue: make.queue(name), worker: make.worker(name, watched, line) };
        const ready = Promise.all([ends.queue.waitUntilReady(), ends.worker.waitUntilReady()]);
        return await Promise.race([ready.then(() => ends), torn.promise]);
      } catch (error) {
        if (isStopping) break;
        world.log.warn({ err: error, queue: name }, "The queue cannot be opened yet");
        if (ends) await abandon(ends);
        await nap(rhythm.poll);
      }
    }
    return null;
  }

  async function fill(queue: PromiseQueue): Promise<void> {
    const relay = makeRelay(world, { ...filling, name, queue }, rhythm);
    while (!isStopping) {
      isHinted = false;
      ended = 0;
      const moving = relay().catch((error: unknown) => {
        if (!isStopping)
          world.log.warn({ err: error, queue: name }, "Promises could not be handed on");
        return null;
      });
      const moved = await Promise.race([moving, torn.promise]);
      if (isStopping) return;
      if (moved === null) await nap(rhythm.retry);
      // Either nothing more is due or the queue is full; a hint says when that has changed.
      else if (!isHinted) await nap(rhythm.poll);
    }
  }

  async function run(): Promise<void> {
    const opened = await opening;
    if (!opened || isStopping) return;
    const { queue, worker } = opened;
    worker.run().catch((error: unknown) => {
      world.log.error({ err: error, queue: name }, "The worker has ended");
    });
    await fill(queue);
  }

  const opening = open();
  const running = run();
  return {
    name,
    ready: () => opening,
    /** There may be something new in the outbox. */
    hint,
    /** Finishes what has begun; the rest stays promised. */
    stop: async () => {
      isStopping = true;
      wake();
      if (!ends || (await answers(ends.queue))) {
        await running;
        if (ends) await close(ends);
      } else {
        torn.resolve(null);
        await Promise.allSettled(busy);
        await abandon(ends);
        await running;
      }
    },
  };
}

const REFILLS_A_ROOM = 4;
const ANSWER_WITHIN_MS = 1_000;

/** Whether the queue can be spoken to: what is asked of one on Redis waits until Redis is back. */
const answers = (queue: PromiseQueue): Promise<boolean> => succeeds(queue.getJobCounts("active"));

/** Waits for the jobs that are being worked on. */
async function close({ queue, worker }: Ends): Promise<void> {
  await worker.close();
  await queue.close();
}

/** Tears the connections of what does not answer; closing may wait for a last answer in vain. */
async function abandon({ queue, worker }: Ends): Promise<void> {
  await Promise.all([
    succeeds(worker.close(true)),
    succeeds(queue.disconnect()),
    succeeds(queue.close()),
  ]);
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, false);
  });
  const answer = work.then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

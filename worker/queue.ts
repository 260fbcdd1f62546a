// The queues and workers of the worker, in whichever store src/queues.ts chooses.
import {
  createPostgresBackend,
  type Job,
  Queue,
  type QueueBaseOptions,
  Worker,
  withBackend,
} from "bullmq";
import { Pool, type PoolConfig } from "pg";
import type { PromiseJob, QueueName } from "../src/jobs.ts";
import { connectionOf, PREFIX, storeOf } from "../src/queues.ts";
import type { World } from "../src/world.ts";
import type { Rhythm } from "./rhythm.ts";

type Data = PromiseJob;
export type PromiseQueue = Pick<
  Queue<Data>,
  "addBulk" | "getJobCounts" | "waitUntilReady" | "disconnect" | "close"
>;
export type PromiseWorker = Pick<Worker<Data>, "waitUntilReady" | "run" | "close">;
export type Processor = (job: Job<Data>) => Promise<void>;

export interface Pace {
  readonly concurrency: number;
  /** Jobs a minute, over all workers of the queue together. */
  readonly perMinute?: number;
}

/** Makes queues and workers on the backend that the configuration names. */
export interface Backend {
  /**
   * Fails while queues cannot be made: on PostgreSQL one that found no database at first never looks
   * again, and its worker spins.
   */
  answers(): Promise<void>;
  queue(name: QueueName): PromiseQueue;
  worker(name: QueueName, process: Processor, pace: Pace): PromiseWorker;
  /** After every queue and worker of it. */
  close(): Promise<void>;
}

/** The backend that the configuration names, for so many queues with a worker each. */
export function backend(world: World, rhythm: Rhythm, lines: number): Backend {
  const store = storeOf(world.config);
  return store.kind === "redis"
    ? onRedis(world, store.connection, rhythm)
    : onPostgres(world, store.pool, rhythm, lines);
}

function onRedis(world: World, reached: object, rhythm: Rhythm): Backend {
  const connection: QueueBaseOptions["connection"] = {
    ...reached,
    maxRetriesPerRequest: null,
    // BullMQ's own way waits up to 20 s: as long would mails, after Redis is back.
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  };
  const error = complaint(world);
  const options = { connection, prefix: PREFIX, ...STREAMS };
  return {
    queue: (name) => new Queue<Data>(name, options).on("error", error),
    worker: (name, process, pace) =>
      new Worker<Data>(name, process, { ...running(rhythm, pace), ...options }).on("error", error),
    // A queue on Redis waits for it.
    answers: async () => {},
    close: async () => {},
  };
}

function onPostgres(world: World, reached: PoolConfig, rhythm: Rhythm, lines: number): Backend {
  const bound = withBackend(createPostgresBackend);
  const error = complaint(world);
  // One pool for all: each queue and each worker would open its own otherwise.
  const pool = new Pool({
    ...reached,
    // Every worker keeps one to LISTEN on.
    max: lines + WORKING_CONNECTIONS,
  })
    .on("error", error)
    .setMaxListeners(0);
  const options = { connection: connectionOf(pool), ...STREAMS };
  return {
    queue: (name) => new bound.Queue<Data>(name, options).on("error", error),
    worker: (name, process, pace) =>
      new bound.Worker<Data>(name, process, { ...running(rhythm, pace), ...options }).on(
        "error",
        error,
      ),
    answers: async () => {
      await pool.query("select 1");
    },
    close: () => pool.end(),
  };
}

const WORKING_CONNECTIONS = 4;
// Nobody reads BullMQ's events; it keeps 10 000 of each queue otherwise.
const STREAMS = { streams: { events: { maxLen: 100 } } };

/** How a worker of any queue runs; the defaults of BullMQ give a job up after two crashes. */
const running = (rhythm: Rhythm, { concurrency, perMinute }: Pace) => ({
  concurrency,
  autorun: false,
  lockDuration: rhythm.lock,
  stalledInterval: rhythm.stalled,
  runRetryDelay: rhythm.retry,
  drainDelay: rhythm.look / 1000,
  maxStalledCount: 1_000_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { age: 24 * 3600, count: 1000 },
  ...(perMinute !== undefined && { limiter: { max: perMinute, duration: rhythm.minute } }),
});

const SILENCE_MS = 10_000;

/** Logs what a backend complains of; while it is away it says the same many times a second. */
function complaint(world: World): (error: Error) => void {
  let last = "";
  let silentUntil = 0;
  return (error) => {
    const at = performance.now();
    if (error.message === last && at < silentUntil) return;
    last = error.message;
    silentUntil = at + SILENCE_MS;
    world.log.warn({ err: error }, "The queue does not answer");
  };
}

// Where jobs wait: Redis when REDIS_URL is set, else BullMQ's own tables in our database. The only
// file that chooses.
import {
  createPostgresBackend,
  type Job,
  Queue,
  type QueueBaseOptions,
  Worker,
  type WorkerOptions,
  withBackend,
} from "bullmq";
import type { PromiseJob, QueueName } from "../src/jobs.ts";
import type { World } from "../src/world.ts";

type Data = PromiseJob;
export type PromiseQueue = Pick<Queue<Data>, "addBulk" | "getJobCounts" | "close">;
export type PromiseWorker = Pick<Worker<Data>, "close" | "waitUntilReady">;
export type Processor = (job: Job<Data>) => Promise<void>;

/** How a worker of any queue runs; the defaults of BullMQ give a job up after two crashes. */
const RUN: Omit<WorkerOptions, "connection"> = {
  lockDuration: 20_000,
  stalledInterval: 10_000,
  maxStalledCount: 1_000_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { age: 24 * 3600, count: 1000 },
};

export interface Pace {
  readonly concurrency: number;
  /** Jobs a minute, over all workers of the queue together. */
  readonly perMinute?: number;
}

/** Makes queues and workers on the backend that the configuration names. */
export function backend(world: World): {
  queue: (name: QueueName) => PromiseQueue;
  worker: (name: QueueName, process: Processor, pace: Pace) => PromiseWorker;
} {
  const { REDIS_URL, REDIS_TLS_INSECURE, DATABASE_URL, DATABASE_DIRECT_URL } = world.config;
  const trouble = (error: Error) => {
    world.log.warn({ err: error }, "The queue does not answer");
  };
  if (REDIS_URL) {
    const connection: QueueBaseOptions["connection"] = {
      url: REDIS_URL,
      maxRetriesPerRequest: null,
      ...(REDIS_URL.startsWith("rediss:") && { tls: { rejectUnauthorized: !REDIS_TLS_INSECURE } }),
    };
    const options = { connection, prefix: "kalends" };
    return {
      queue: (name) => new Queue<Data>(name, options).on("error", trouble),
      worker: (name, process, pace) =>
        new Worker<Data>(name, process, { ...RUN, ...paced(pace), ...options }).on(
          "error",
          trouble,
        ),
    };
  }
  const onPostgres = withBackend(createPostgresBackend);
  const connection = { connectionString: DATABASE_DIRECT_URL ?? DATABASE_URL, max: 3 };
  return {
    queue: (name) => new onPostgres.Queue<Data>(name, { connection }).on("error", trouble),
    worker: (name, process, pace) =>
      new onPostgres.Worker<Data>(name, process, { ...RUN, ...paced(pace), connection }).on(
        "error",
        trouble,
      ),
  };
}

const paced = ({ concurrency, perMinute }: Pace) => ({
  concurrency,
  ...(perMinute !== undefined && { limiter: { max: perMinute, duration: 60_000 } }),
});

import type { QueueName } from "../src/jobs.ts";
import type { World } from "../src/world.ts";
import { emailJob } from "./jobs/email.ts";
import { reminderJob } from "./jobs/reminder.ts";
import { backend, type Pace, type Processor } from "./queue.ts";
import { startRelay } from "./relay.ts";

interface Line extends Pace {
  readonly name: QueueName;
  readonly process: Processor;
  readonly room: number;
  readonly tries: number;
}

/** The relay and the workers of every queue that has work. */
export function startWork(world: World) {
  const make = backend(world);
  const lines = linesOf(world);
  const channels = lines.map(({ name, room, tries }) => ({
    name,
    queue: make.queue(name),
    room,
    tries,
  }));
  const workers = lines.map(({ name, process, ...pace }) => make.worker(name, process, pace));
  const relay = startRelay(world, channels);
  return {
    ready: async () => {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    /** Finishes what has begun; the rest stays promised. */
    stop: async () => {
      await relay.stop();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(channels.map(({ queue }) => queue.close()));
    },
  };
}

const linesOf = (world: World): Line[] => [
  {
    name: "emails",
    process: emailJob(world),
    concurrency: 5,
    perMinute: world.config.EMAIL_RATE_LIMIT,
    room: world.config.EMAIL_RATE_LIMIT,
    tries: world.config.EMAIL_RETRY_ATTEMPTS,
  },
  { name: "reminders", process: reminderJob(world), concurrency: 10, room: 500, tries: 3 },
];

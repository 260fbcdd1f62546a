import type { Job } from "bullmq";
import { PromiseJob } from "../../src/jobs.ts";
import { remind } from "../../src/outbox/remind.ts";
import type { World } from "../../src/world.ts";
import { parsed } from "./parse.ts";

/** Turns a due reminder into the promise of its mail. */
export const reminderJob =
  (world: World) =>
  (job: Job<PromiseJob>): Promise<void> =>
    remind(world, parsed(PromiseJob, job.data));

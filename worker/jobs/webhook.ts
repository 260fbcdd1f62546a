import type { Job } from "bullmq";
import { PromiseJob } from "../../src/jobs.ts";
import { deliver } from "../../src/webhooks/deliver.ts";
import type { World } from "../../src/world.ts";
import { parsed } from "./parse.ts";

/** Makes one attempt to deliver a webhook; when the next one is, its promise says. */
export const webhookJob =
  (world: World) =>
  (job: Job<PromiseJob>): Promise<void> =>
    deliver(world, parsed(PromiseJob, job.data));

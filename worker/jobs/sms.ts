import type { Job } from "bullmq";
import { PromiseJob } from "../../src/jobs.ts";
import { sendSms } from "../../src/outbox/send-sms.ts";
import type { World } from "../../src/world.ts";
import { parsed } from "./parse.ts";

/** Sends the SMS of a promise. What fails is put off by the outbox: a second try at once may be a second SMS. */
export const smsJob =
  (world: World) =>
  (job: Job<PromiseJob>): Promise<void> =>
    sendSms(world, parsed(PromiseJob, job.data));

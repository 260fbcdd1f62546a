import type { Job } from "bullmq";
import { PromiseJob } from "../../src/jobs.ts";
import { postponeEmail, sendEmail } from "../../src/outbox/send-email.ts";
import type { World } from "../../src/world.ts";
import { parsed } from "./parse.ts";

/** Sends the mail of a promise; after the last try of this dispatch the promise is put off. */
export const emailJob =
  (world: World) =>
  async (job: Job<PromiseJob>): Promise<void> => {
    const promise = parsed(PromiseJob, job.data);
    try {
      await sendEmail(world, promise);
    } catch (error) {
      const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      if (isLast) await postponeEmail(world, promise, error as Error);
      // The queue keeps what is thrown, and providers name the reader in what they say.
      throw new Error("The mail was not handed over; the outbox says why");
    }
  };

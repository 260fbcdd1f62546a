// The one contract between what promises and what keeps promises.
import { type Static, Type } from "@sinclair/typebox";

/** Every queue; a promise names the one whose worker keeps it. */
export const QUEUES = ["emails", "sms", "reminders", "calendar-sync", "webhooks"] as const;
export type QueueName = (typeof QUEUES)[number];

/** Ids only: the job reads the present state, and nobody's address lies in a queue. */
export const PromiseJob = Type.Object({
  outboxId: Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" }),
  /** Which dispatch of the promise this is; an older one has nothing to do any more. */
  attempt: Type.Integer({ minimum: 1 }),
});
export type PromiseJob = Static<typeof PromiseJob>;

import { newId } from "../db/id.ts";
import type { PromiseJob } from "../jobs.ts";
import type { World } from "../world.ts";
import { fireReminder } from "./queries.ts";

/**
 * Turns a reminder that is due into the promise of its message, and for a host into a notification in the
 * app, in one statement; what is of no use any more is closed with the reason. Twice changes nothing.
 */
export async function remind(world: World, { outboxId }: PromiseJob): Promise<void> {
  await fireReminder(world.db, {
    outboxId,
    messageId: newId(),
    noticeId: newId(),
    now: world.now(),
  });
}

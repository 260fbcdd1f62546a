import { newId } from "../../db/id.ts";
import type { World } from "../../world.ts";
import { mayMail } from "../attempts.ts";
import { promiseVerification } from "../email-queries.ts";

/**
 * Promises another link to confirm an address, if somebody has it and has not confirmed it. The work
 * is the same either way, and so is what comes back: nothing. Five mails an hour go to one address.
 */
export async function resendVerification(world: World, email: string): Promise<void> {
  if (!(await mayMail(world, email))) return;
  await promiseVerification(world.db, { email, outboxId: newId(), now: world.now() });
}

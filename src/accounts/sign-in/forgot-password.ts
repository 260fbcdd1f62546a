import { newId } from "../../db/id.ts";
import type { World } from "../../world.ts";
import { mayMail } from "../attempts.ts";
import { promisePasswordReset } from "../password-queries.ts";

/**
 * Promises a link to set a new password to whoever has the address, if anybody has. The work is the
 * same either way, and so is what comes back: nothing. Five mails an hour go to one address.
 */
export async function forgotPassword(world: World, email: string): Promise<void> {
  if (!(await mayMail(world, email))) return;
  await promisePasswordReset(world.db, { email, outboxId: newId(), now: world.now() });
}

import type { Email } from "../../src/messages/email/provider.ts";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { sendEmail } from "../../src/outbox/send-email.ts";
import type { World } from "../../src/world.ts";

/** Sends every mail that is due now, as the worker would. */
export async function sendDueMails(world: World): Promise<void> {
  const claimed = await claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 1000,
  });
  for (const { id, attempts } of claimed)
    await sendEmail(world, { outboxId: id, attempt: attempts });
}

/** The same, caught: those to an address, in the order of their promises. */
export async function sendMails(world: World, email: string): Promise<Email[]> {
  const sent: Email[] = [];
  const mail = {
    name: "recorder",
    send: async (email: Email) => {
      sent.push(email);
      return { providerId: null };
    },
  };
  await sendDueMails({ ...world, mail });
  return sent.filter(({ to }) => to.email === email);
}

/** The token of the first link in a mail to a path of ours. */
export const tokenIn = (mail: Email | undefined, path: string): string =>
  new RegExp(`${path}\\?token=([\\w.-]+)`).exec(mail?.text ?? "")?.[1] ?? "";

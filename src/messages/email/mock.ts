import type { World } from "../../world.ts";
import { insertMail } from "../queries.ts";
import { addressLine } from "./fit.ts";
import type { EmailProvider } from "./provider.ts";

/** Delivers into the development mailbox, which /dev/mail shows. Nothing leaves the house. */
export const mockProvider = (world: World): EmailProvider => ({
  name: "mock",
  knowsRepeats: true,
  async send({ from, to, replyTo, subject, html, text, attachments, headers }, outboxId) {
    const delivered = await insertMail(world.db, {
      id: outboxId,
      sender: from,
      recipient: to.email,
      subject,
      html,
      text,
      attachments: [...attachments],
      headers: { ...headers, ...(replyTo && { "Reply-To": addressLine(replyTo) }) },
      now: world.now(),
    });
    // Never the address or the subject: both tell who meets whom.
    world.log.info({ outboxId, again: delivered === null }, "Mail in the development mailbox");
    return { providerId: outboxId };
  },
});

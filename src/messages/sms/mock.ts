import type { World } from "../../world.ts";
import { sizeOf } from "../gsm.ts";
import { html } from "../html.ts";
import { oneLine } from "../line.ts";
import { insertMail } from "../queries.ts";
import type { SmsProvider } from "./provider.ts";

/** Delivers into the development mailbox, which /dev/mail shows. Nothing leaves the house. */
export const mockSms = (world: World): SmsProvider => ({
  name: "mock",
  async send({ to, text }, outboxId) {
    const { isGsm, units, segments } = sizeOf(text);
    await insertMail(world.db, {
      id: outboxId,
      sender: "SMS",
      recipient: to,
      subject: `SMS: ${oneLine(text, 80)}`,
      html: html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SMS</title>
<style>:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }</style></head>
<body><p>${text}</p>
<p><small>${units} ${isGsm ? "GSM signs" : "UCS-2 units"}, ${segments} SMS</small></p></body></html>`
        .markup,
      text,
      attachments: [],
      headers: {},
      now: world.now(),
    });
    world.log.info({ outboxId, segments }, "SMS in the development mailbox");
    return { providerId: outboxId };
  },
});

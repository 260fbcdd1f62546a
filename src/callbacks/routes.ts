import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { Message } from "../schema.ts";
import type { World } from "../world.ts";
import { hearResend } from "./resend.ts";
import { hearSendgrid } from "./sendgrid.ts";
import { hearTwilio } from "./twilio.ts";

// What was signed are the bytes, so no schema may touch them.
const hearing = (provider: string, schema: object, example: unknown, description: string) => ({
  parse: "text" as const,
  response: answers({ 200: Message }, "unauthorized", "unreadable", "too_large"),
  detail: {
    tags: ["Callbacks"],
    security: [{ signature: [] }],
    summary: `What ${provider} says of mails`,
    description,
    requestBody: { required: true, content: { "application/json": { schema, example } } },
  },
});

const heard = { message: "Heard" };
const same = "Twice, late or in any order it comes to the same; unknown mails are ignored.";

/** Where providers say what has become of what they were handed. */
export const callbacks = (world: World) =>
  new Elysia({ name: "callbacks", normalize: false })
    .post(
      "/callbacks/resend",
      async ({ body, headers }) => {
        await hearResend(world, { body: textOf(body), headers });
        return heard;
      },
      hearing(
        "Resend",
        { type: "object" },
        {
          type: "email.delivered",
          created_at: "2026-12-01T09:00:00.000Z",
          data: { email_id: "56761188-7520-42d8-8898-ff6fc54ce618", to: ["grace@example.com"] },
        },
        `Signed by \`svix-id\`, \`svix-timestamp\` and \`svix-signature\` (Standard Webhooks) with RESEND_WEBHOOK_SECRET. ${same}`,
      ),
    )
    .post(
      "/callbacks/sendgrid",
      async ({ body, headers }) => {
        await hearSendgrid(world, { body: textOf(body), headers });
        return heard;
      },
      hearing(
        "SendGrid",
        { type: "array", items: { type: "object" } },
        [{ event: "delivered", email: "grace@example.com", sg_message_id: "14c5d75ce93" }],
        `Signed by \`x-twilio-email-event-webhook-signature\` (ECDSA) for SENDGRID_WEBHOOK_PUBLIC_KEY. ${same}`,
      ),
    )
    .post(
      "/callbacks/twilio",
      async ({ body, headers, request }) => {
        const { pathname, search } = new URL(request.url);
        await hearTwilio(world, {
          target: `${pathname}${search}`,
          body: textOf(body),
          signature: headers["x-twilio-signature"],
        });
        // Nothing to say to whoever wrote: Twilio reads TwiML.
        return new Response("<Response/>", { headers: { "content-type": "text/xml" } });
      },
      {
        // What was signed is what came, so no schema may touch it.
        parse: "text",
        response: answers(
          { 200: Type.Any({ description: "An empty TwiML response" }) },
          "unauthorized",
        ),
        detail: {
          tags: ["Callbacks"],
          security: [{ signature: [] }],
          summary: "What Twilio says of SMS, and what people answer",
          description:
            "Signed by `X-Twilio-Signature` with TWILIO_AUTH_TOKEN for this address under PUBLIC_URL. Takes the status callbacks of SMS that we sent, and as the webhook of our number what people answer: STOP and its like end all SMS to their number, START lets them come again. Twice, late or in any order it comes to the same.",
          requestBody: {
            required: true,
            content: {
              "application/x-www-form-urlencoded": {
                schema: { type: "object", additionalProperties: { type: "string" } },
                example: {
                  MessageSid: "SM0123456789abcdef0123456789abcdef",
                  MessageStatus: "delivered",
                },
              },
            },
          },
        },
      },
    );

const textOf = (body: unknown): string => (typeof body === "string" ? body : "");

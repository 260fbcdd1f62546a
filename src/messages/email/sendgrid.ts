import type sendgridMail from "@sendgrid/mail";
import type { Config } from "../../config.ts";
import {
  AccountRefused,
  DeliveryRefused,
  retryAfter,
  SendingTooFast,
  unanswered,
} from "./failure.ts";
import { AUTOMATIC, methodOf } from "./fit.ts";
import { messageIdOf } from "./message-id.ts";
import type { EmailProvider } from "./provider.ts";

const NAME = "sendgrid";
const ANSWER_WITHIN_MS = 60_000;

/** SendGrid's HTTP API. It knows no repeats: a second try can be told by its Message-ID alone. */
export function sendgridProvider(config: Config): EmailProvider {
  let client: Promise<Service> | null = null;
  return {
    name: NAME,
    async send({ from, to, replyTo, subject, html, text, attachments, headers }, outboxId) {
      client ??= makeClient(config);
      const sendgrid = await client;
      const invite = attachments.find((each) => methodOf(each) !== null);
      const data: Message = {
        from,
        to: { name: to.name, email: to.email },
        ...(replyTo && { replyTo: { name: replyTo.name, email: replyTo.email } }),
        subject,
        content: [
          { type: "text/plain", value: text },
          { type: "text/html", value: html },
          // An alternative with its method is what calendars act upon (RFC 6047, 2.4).
          ...(invite ? [{ type: invite.contentType, value: invite.content }] : []),
        ],
        attachments: attachments.map((each) => ({
          filename: each.filename,
          // SendGrid takes no parameters here.
          type:
            methodOf(each) === null ? (each.contentType.split(";")[0] ?? "") : "application/ics",
          content: Buffer.from(each.content).toString("base64"),
          disposition: "attachment",
        })),
        headers: { ...headers, ...AUTOMATIC, "Message-ID": messageIdOf(outboxId, from) },
        // comes back with every callback
        customArgs: { outbox_id: outboxId },
        // Links carry tokens: nobody else may rewrite or follow them.
        trackingSettings: {
          clickTracking: { enable: false, enableText: false },
          openTracking: { enable: false },
          subscriptionTracking: { enable: false },
        },
      };
      const [response] = await sendgrid.send(data).catch((error: unknown) => {
        throw failureOf(error);
      });
      const id: unknown = response.headers["x-message-id"];
      return { providerId: typeof id === "string" ? id : null };
    },
  };
}

interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly response: {
    readonly headers: Record<string, string | undefined>;
    readonly body?: { readonly errors?: readonly { message?: string; field?: string | null }[] };
  };
}

const isRefusal = (error: unknown): error is Refusal =>
  typeof error === "object" &&
  error !== null &&
  "response" in error &&
  "code" in error &&
  Boolean(error.response);

function failureOf(error: unknown): Error {
  if (!isRefusal(error)) return unanswered(error, NAME);
  const { code, message, response } = error;
  const first = response.body?.errors?.[0];
  const said = `sendgrid: ${first?.message ?? message} (${code})`;
  if (code === 429)
    return new SendingTooFast(said, retryAfter(response.headers["retry-after"], 60));
  // Credits that are used up are a 401 too.
  if (code === 401 || code === 403 || first?.field?.startsWith("from"))
    return new AccountRefused(said);
  return code < 500 ? new DeliveryRefused(said) : new Error(said);
}

type Service = typeof sendgridMail;
type Message = Extract<Parameters<Service["send"]>[0], { subject?: string }>;

/** What the package has and its types do not tell. */
interface Insides {
  readonly MailService: new () => Service & {
    readonly client: { setDefaultRequest(name: string, value: unknown): void };
  };
}

async function makeClient(config: Config): Promise<Service> {
  const sendgrid = (await import("@sendgrid/mail")).default as unknown as Insides;
  // One of our own: the package's is shared by all who import it.
  const service = new sendgrid.MailService();
  service.setApiKey(config.SENDGRID_API_KEY ?? config.EMAIL_API_KEY ?? "");
  service.client.setDefaultRequest("baseUrl", config.SENDGRID_BASE_URL);
  service.client.setDefaultRequest("maxRedirects", 0);
  service.setTimeout(ANSWER_WITHIN_MS);
  return service;
}

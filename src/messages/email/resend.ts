import type { Resend } from "resend";
import type { Config } from "../../config.ts";
import {
  AccountRefused,
  DeliveryRefused,
  InDoubt,
  retryAfter,
  SendingTooFast,
  unanswered,
} from "./failure.ts";
import { AUTOMATIC, addressLine } from "./fit.ts";
import type { EmailProvider } from "./provider.ts";

const NAME = "resend";
/** What every later mail would hear too: https://resend.com/docs/api-reference/errors */
const OF_US =
  /^(missing_api_key|restricted_api_key|invalid_api_key|invalid_access|invalid_from_address|(daily|monthly)_quota_exceeded)$/;

/** Resend's HTTP API. Its Idempotency-Key, kept for 24 hours, makes a repeat harmless. */
export function resendProvider(config: Config): EmailProvider {
  let client: Promise<Resend> | null = null;
  return {
    name: NAME,
    knowsRepeats: true,
    async send({ from, to, replyTo, subject, html, text, attachments, headers }, outboxId, signal) {
      client ??= makeClient(config);
      const resend = await client;
      const {
        data,
        error,
        headers: answered,
      } = await resend.emails.send(
        {
          from,
          to: addressLine(to),
          ...(replyTo && { replyTo: addressLine(replyTo) }),
          subject,
          html,
          text,
          headers: { ...headers, ...AUTOMATIC },
          attachments: attachments.map(({ filename, contentType, content }) => ({
            filename,
            contentType,
            content: Buffer.from(content).toString("base64"),
          })),
          // comes back with every callback
          tags: [{ name: "outbox_id", value: outboxId }],
        },
        { idempotencyKey: outboxId, ...(signal && { signal }) },
      );
      if (error === null) return { providerId: data.id };
      // An earlier try was taken before the mail's words changed: it is sent.
      if (error.name === "invalid_idempotent_request") return { providerId: null };
      throw failureOf(error, answered);
    },
  };
}

function failureOf(
  { name, message, statusCode }: { name: string; message: string; statusCode: number | null },
  headers: Record<string, string> | null,
): Error {
  const said = `resend: ${message} (${name})`;
  if (name === "concurrent_idempotent_requests" || statusCode === null || statusCode >= 500)
    return new Error(said);
  if (OF_US.test(name) || statusCode === 401 || statusCode === 403) return new AccountRefused(said);
  if (statusCode === 429) return new SendingTooFast(said, retryAfter(headers?.["retry-after"], 1));
  return /api key is invalid/i.test(message) ? new AccountRefused(said) : new DeliveryRefused(said);
}

async function makeClient(config: Config): Promise<Resend> {
  const { Resend } = await import("resend");
  /** The SDK says of every request without an answer the same; whether anything was sent decides what may follow. */
  class Frank extends Resend {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
    override async fetchRequest(path: string, options: RequestInit = {}): Promise<any> {
      const response = await fetch(`${this.baseUrl}${path}`, {
        ...options,
        redirect: "manual",
      }).catch((error: unknown) => {
        throw unanswered(error, NAME);
      });
      const headers = Object.fromEntries(response.headers.entries());
      const said = await response
        .text()
        .then(JSON.parse)
        .catch(() => null);
      if (response.ok && typeof said?.id === "string") return { data: said, error: null, headers };
      if (response.ok) throw new InDoubt("resend: the answer cannot be read");
      const { name = "application_error", message = response.statusText } = said ?? {};
      const error = { name, message, statusCode: response.status };
      return { data: null, error, headers };
    }
  }
  return new Frank(config.RESEND_API_KEY ?? config.EMAIL_API_KEY, {
    baseUrl: config.RESEND_BASE_URL,
  });
}

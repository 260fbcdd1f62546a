import type { Transporter } from "nodemailer";
import type { Config } from "../../config.ts";
import { AccountRefused, DeliveryRefused, InDoubt, NotConnected } from "./failure.ts";
import { AUTOMATIC, methodOf } from "./fit.ts";
import { messageIdOf } from "./message-id.ts";
import type { EmailProvider } from "./provider.ts";

const NAME = "smtp";
const CONNECT_WITHIN_MS = 10_000;
const SILENCE_MS = 30_000;

/** Any mail server, over connections that are kept. A repeat can be told by its Message-ID alone. */
export function smtpProvider(config: Config): EmailProvider {
  let opened: Promise<Transporter> | null = null;
  return {
    name: NAME,
    async send({ from, to, replyTo, subject, html, text, attachments, headers }, outboxId, signal) {
      opened ??= open(config);
      const transporter = await opened;
      const invite = attachments.find((each) => methodOf(each) !== null);
      const progress = { hasBegun: false };
      const mail = {
        progress,
        from,
        // Objects are never parsed: a name cannot become a second address.
        to: { name: to.name, address: to.email },
        ...(replyTo && { replyTo: { name: replyTo.name, address: replyTo.email } }),
        subject,
        html,
        text,
        messageId: messageIdOf(outboxId, from),
        headers: { ...headers, ...AUTOMATIC },
        // Both as an alternative with its method, which calendars act upon, and as a file (RFC 6047, 2.4).
        ...(invite && {
          icalEvent: {
            method: methodOf(invite) ?? "PUBLISH",
            filename: invite.filename,
            content: invite.content,
          },
        }),
        attachments: attachments.filter((each) => each !== invite).map((each) => ({ ...each })),
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(signal && { signal }),
      };
      try {
        const { response } = await transporter.sendMail(mail);
        return { providerId: queueIdOf(response) };
      } catch (error) {
        throw failureOf(error as SmtpError, progress.hasBegun);
      }
    },
    close() {
      opened?.then((transporter) => transporter.close()).catch(() => {});
      opened = null;
    },
  };
}

async function open(config: Config): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  const url = new URL(config.SMTP_URL ?? "");
  const transporter = createTransport({
    url: url.href,
    pool: true,
    // A connection that the server closed before the mail began is replaced; nothing was sent then.
    maxRequeues: 2,
    ...encryptionOf(url),
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENCE_MS,
  } as Parameters<typeof createTransport>[0]);
  // Whether a byte of the mail has left tells a failure from a doubt.
  transporter.use("stream", (mail, done) => {
    const { message, data } = mail as unknown as Watched;
    const create = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      const stream = create(options);
      const read = stream.read.bind(stream);
      stream.read = (size) => {
        data.progress.hasBegun = true;
        return read(size);
      };
      return stream;
    };
    done();
  });
  return transporter as Transporter;
}

interface Watched {
  readonly data: { readonly progress: { hasBegun: boolean } };
  readonly message: {
    createReadStream(options?: object): NodeJS.ReadableStream & { read(size?: number): unknown };
  };
}

/**
 * STARTTLS, or no mail: whoever cuts it out of the server's answer would read everything else. Unless the
 * address says otherwise, and to a server on this machine, whose certificate nobody vouches for.
 */
export function encryptionOf({ hostname, searchParams }: URL): {
  requireTLS?: true;
  ignoreTLS?: true;
} {
  if (searchParams.has("requireTLS") || searchParams.has("ignoreTLS")) return {};
  return LOOPBACK.test(hostname) ? { ignoreTLS: true } : { requireTLS: true };
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

function failureOf(error: SmtpError, hasBegun: boolean): Error {
  const { code = "", command = "", responseCode = 0 } = error;
  const said = `smtp: ${error.response ?? error.message}`;
  if (responseCode >= 500) {
    if (code === "EAUTH" || isAboutUs(error)) return new AccountRefused(said, { cause: error });
    return code === "EENVELOPE" || code === "EMESSAGE"
      ? new DeliveryRefused(said, { cause: error })
      : new NotConnected(said, { cause: error });
  }
  // 4xx: greylisting, a full mailbox, too many connections.
  if (responseCode >= 400) return new Error(said, { cause: error });
  if (code === "EAUTH" || code === "ENOAUTH") return new AccountRefused(said, { cause: error });
  // Refused on our side: an address that the server's extensions cannot carry, a mail that is too large.
  if (code === "EENVELOPE" || code === "EMESSAGE")
    return new DeliveryRefused(said, { cause: error });
  return hasBegun && command !== "API"
    ? new InDoubt(`${said}: the mail may have been sent`, { cause: error })
    : new NotConnected(said, { cause: error });
}

/** The sender, a sign-in that is missing, or relaying that is not allowed (RFC 5321, 4.2.3; RFC 3463, 3.8). */
const isAboutUs = ({ command, response = "", responseCode }: SmtpError): boolean =>
  (command === "MAIL FROM" && responseCode !== 552) ||
  responseCode === 530 ||
  /relay|authenticat/i.test(response);

/** "250 2.0.0 Ok: queued as 4F2A" → 4F2A; servers word it as they like. */
const queueIdOf = (response: string | undefined): string | null =>
  /queued as ([\w-]{1,100})/i.exec(response ?? "")?.[1] ?? null;

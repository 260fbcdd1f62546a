import type { World } from "../../world.ts";
import { mockProvider } from "./mock.ts";
import { resendProvider } from "./resend.ts";
import { sendgridProvider } from "./sendgrid.ts";
import { smtpProvider } from "./smtp.ts";

/** A mail as every provider takes it. */
export interface Email {
  /** "Kalends <kalends@example.com>", as configured. */
  readonly from: string;
  readonly to: Mailbox;
  /** Whom an answer reaches: the other party of a meeting. */
  readonly replyTo?: Mailbox;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly EmailAttachment[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Mailbox {
  readonly name: string;
  readonly email: string;
}

export interface EmailAttachment {
  readonly filename: string;
  /** With its parameters: "text/calendar; charset=utf-8; method=REQUEST". */
  readonly contentType: string;
  readonly content: string;
}

export interface EmailProvider {
  readonly name: string;
  /** It takes a mail of the same outbox id once, however often it is sent within a day. */
  readonly knowsRepeats?: boolean;
  /**
   * Hands the mail over. The same outbox id again must not make a second mail, as far as the provider
   * can tell. Throws what failure.ts has; anything else is a temporary failure. What is not answered
   * when the signal aborts is in doubt.
   */
  send(
    message: Email,
    outboxId: string,
    signal?: AbortSignal,
  ): Promise<{ providerId: string | null }>;
  /** Lets go of connections; before the process ends. */
  close?(): void;
}

export interface EmailProviders {
  readonly primary: EmailProvider;
  /** Takes over what the primary one definitely has not taken. */
  readonly fallback: EmailProvider | null;
}

const made = new WeakMap<World, EmailProviders>();

/** The providers that the configuration names, unless the world brings its own; the same ones again, for their connections. */
export function emailProviders(world: World): EmailProviders {
  if (world.mail) return { primary: world.mail, fallback: null };
  const known = made.get(world);
  if (known) return known;
  const { EMAIL_PROVIDER, EMAIL_FALLBACK_PROVIDER } = world.config;
  const providers = {
    primary: make(world, EMAIL_PROVIDER),
    fallback: EMAIL_FALLBACK_PROVIDER ? make(world, EMAIL_FALLBACK_PROVIDER) : null,
  };
  made.set(world, providers);
  return providers;
}

/** Lets go of every connection of a world's providers. */
export function closeProviders(world: World): void {
  const known = made.get(world);
  known?.primary.close?.();
  known?.fallback?.close?.();
  made.delete(world);
}

function make(world: World, name: World["config"]["EMAIL_PROVIDER"]): EmailProvider {
  switch (name) {
    case "mock":
      return mockProvider(world);
    case "resend":
      return resendProvider(world.config);
    case "sendgrid":
      return sendgridProvider(world.config);
    case "smtp":
      return smtpProvider(world.config);
  }
}

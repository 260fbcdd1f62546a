import type { World } from "../../world.ts";
import { mockProvider } from "./mock.ts";

/** A mail as every provider takes it. */
export interface Email {
  /** "Kalends <kalends@example.com>", as configured. */
  readonly from: string;
  readonly to: { readonly name: string; readonly email: string };
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly EmailAttachment[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EmailAttachment {
  readonly filename: string;
  /** With its parameters: "text/calendar; charset=utf-8; method=REQUEST". */
  readonly contentType: string;
  readonly content: string;
}

export interface EmailProvider {
  readonly name: string;
  /**
   * Hands the mail over. The same outbox id again must not make a second mail, as far as the provider
   * can tell. Throws DeliveryRefused when trying again is useless; anything else may pass.
   */
  send(message: Email, outboxId: string): Promise<{ providerId: string | null }>;
}

/** A refusal for good: the address does not exist, the mail itself is not taken. */
export class DeliveryRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DeliveryRefused";
  }
}

/** The provider that the configuration names, unless the world brings its own. */
export function emailProvider(world: World): EmailProvider {
  if (world.mail) return world.mail;
  switch (world.config.EMAIL_PROVIDER) {
    case "mock":
      return mockProvider(world);
  }
}

import type { World } from "../../world.ts";
import { mockSms } from "./mock.ts";
import { twilio } from "./twilio.ts";

/** An SMS as every provider takes it. */
export interface Sms {
  /** E.164 */
  readonly to: string;
  readonly text: string;
}

export interface SmsProvider {
  readonly name: string;
  /**
   * Hands the SMS over. Throws SmsRefused when trying again is useless and SmsNotTaken when nothing has
   * been sent; after anything else it may have been.
   */
  send(sms: Sms, outboxId: string, signal: AbortSignal): Promise<{ providerId: string | null }>;
  /** The id of an SMS that was handed over since then; null: there is none. Absent where a repeat does no harm. */
  find?(sms: Sms, since: Temporal.Instant, signal: AbortSignal): Promise<string | null>;
}

/** The provider that the configuration names, unless the world brings its own. */
export function smsProvider(world: World): SmsProvider {
  if (world.sms) return world.sms;
  switch (world.config.SMS_PROVIDER) {
    case "mock":
      return mockSms(world);
    case "twilio":
      return twilio(world.config);
  }
}

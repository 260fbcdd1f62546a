// What Twilio tells: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status, and what
// guests answer to our number.
import { createHmac, timingSafeEqual } from "node:crypto";
import { Value } from "@sinclair/typebox/value";
import { stopSms } from "../outbox/queries.ts";
import { Problem } from "../problem.ts";
import { Id } from "../schema.ts";
import type { World } from "../world.ts";
import { recordSmsEvent, startSms } from "./queries.ts";

export interface TwilioCall {
  /** Path and query, as they were called. */
  readonly target: string;
  /** The form, as it came. */
  readonly body: string;
  readonly signature: string | undefined;
}

/**
 * Notes what has become of an SMS, and who wants no more or some again. Problems: unauthorized, for what is
 * not signed with TWILIO_AUTH_TOKEN.
 */
export async function hearTwilio(world: World, call: TwilioCall): Promise<void> {
  const form = new URLSearchParams(call.body);
  if (!isSigned(world, call, form))
    throw new Problem("unauthorized", "This is not signed with TWILIO_AUTH_TOKEN.");
  const status = STATUS.get(form.get("MessageStatus") ?? "");
  if (status) await hearStatus(world, call, form, status);
  else if (form.has("Body")) await hearAnswer(world, form);
}

/** HMAC-SHA1 of the address and of the fields by name (https://www.twilio.com/docs/usage/security). */
function isSigned({ config }: World, call: TwilioCall, form: URLSearchParams): boolean {
  const token = config.TWILIO_AUTH_TOKEN;
  if (token === undefined || call.signature === undefined) return false;
  const signed = createHmac("sha1", token)
    .update(`${config.PUBLIC_URL}${call.target}${fieldsOf(form)}`)
    .digest("base64");
  const [wanted, given] = [Buffer.from(signed), Buffer.from(call.signature)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

const fieldsOf = (form: URLSearchParams): string =>
  [...form]
    .map(([name, value]) => `${name}${value}`)
    .sort()
    .join("");

const STATUS: ReadonlyMap<string, "sent" | "delivered" | "failed"> = new Map([
  ...["accepted", "scheduled", "queued", "sending", "sent"].map((each) => [each, "sent"] as const),
  ["delivered", "delivered"],
  ["read", "delivered"],
  ["undelivered", "failed"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);

async function hearStatus(
  world: World,
  { target }: TwilioCall,
  form: URLSearchParams,
  status: "sent" | "delivered" | "failed",
): Promise<void> {
  const id = new URLSearchParams(target.split("?")[1]).get("id") ?? "";
  const sid = form.get("MessageSid");
  if (sid === null) return;
  const code = form.get("ErrorCode");
  await recordSmsEvent(world.db, {
    outboxId: Value.Check(Id, id) ? id : null,
    provider: "twilio",
    providerId: sid.slice(0, 100),
    status,
    detail: status === "failed" && code ? `Error ${code.slice(0, 10)}` : null,
    now: world.now(),
  });
}

// Twilio's own words, and what Germans write.
const STOP = /^(stop|stopall|stopp|unsubscribe|cancel|end|ende|quit|revoke|optout)$/i;
const START = /^(start|unstop|yes)$/i;

async function hearAnswer(world: World, form: URLSearchParams): Promise<void> {
  const phone = form.get("From") ?? "";
  if (!/^\+\d{7,15}$/.test(phone)) return;
  const word = (form.get("OptOutType") ?? form.get("Body") ?? "").trim();
  if (STOP.test(word)) await stopSms(world.db, { phone, now: world.now() });
  if (START.test(word)) await startSms(world.db, { phone });
}

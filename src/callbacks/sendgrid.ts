// Events of SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
import { createPublicKey, verify } from "node:crypto";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { isTraceable, outboxIdOf, wordsOf } from "./mail-event.ts";
import { type MailEvent, recordMailEvents } from "./queries.ts";
import type { SignedBody } from "./resend.ts";

// It tries for a day, and its documentation does not say whether it signs each time anew. What is repeated changes nothing.
const TOLERANCE_SECONDS = 24 * 3600;

/** Notes what SendGrid says of mails. Problems: unauthorized, for what it has not signed within a day. */
export async function hearSendgrid(world: World, given: SignedBody): Promise<void> {
  if (!isSigned(world, given))
    throw new Problem("unauthorized", "This is not signed with SENDGRID_WEBHOOK_PUBLIC_KEY.");
  const events = parse(given.body).flatMap(eventOf).filter(isTraceable);
  if (events.length > 0)
    await recordMailEvents(world.db, { provider: "sendgrid", events, now: world.now() });
}

/** ECDSA over SHA-256 of the timestamp and the body as they came. */
function isSigned({ config, now }: World, { body, headers }: SignedBody): boolean {
  const key = config.SENDGRID_WEBHOOK_PUBLIC_KEY;
  const signature = headers["x-twilio-email-event-webhook-signature"] ?? "";
  const timestamp = headers["x-twilio-email-event-webhook-timestamp"] ?? "";
  if (key === undefined || signature === "" || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now().epochMilliseconds / 1000 - Number(timestamp)) > TOLERANCE_SECONDS)
    return false;
  try {
    const publicKey = createPublicKey({
      key: Buffer.from(key, "base64"),
      format: "der",
      type: "spki",
    });
    return verify(
      "sha256",
      Buffer.from(timestamp + body),
      publicKey,
      Buffer.from(signature, "base64"),
    );
  } catch {
    // A signature of another shape.
    return false;
  }
}

const STATUS: Readonly<Record<string, MailEvent["status"]>> = {
  processed: "sent",
  deferred: "deferred",
  delivered: "delivered",
  dropped: "failed",
  bounce: "bounced",
  spamreport: "complained",
};

interface SendgridEvent {
  readonly event?: unknown;
  readonly email?: unknown;
  readonly outbox_id?: unknown;
  readonly sg_message_id?: unknown;
  /** Of a bounce: "bounce", or "blocked" where it may work later. */
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly response?: unknown;
}

function eventOf(each: unknown): MailEvent[] {
  if (typeof each !== "object" || each === null) return [];
  const { event, email, outbox_id, sg_message_id, type, reason, response }: SendgridEvent = each;
  const status =
    typeof event === "string" && Object.hasOwn(STATUS, event) ? STATUS[event] : undefined;
  if (!status) return [];
  return [
    {
      outboxId: outboxIdOf(outbox_id),
      // "<X-Message-Id of the answer>.recvd-…"
      providerId: wordsOf(sg_message_id, 200)?.split(".")[0] ?? null,
      recipient: wordsOf(email, 320),
      status,
      isHard: event === "bounce" && type !== "blocked",
      detail: status === "delivered" ? null : wordsOf(reason ?? response),
    },
  ];
}

/** What was signed, as a list. Problems: unreadable. */
function parse(body: string): unknown[] {
  try {
    const value: unknown = JSON.parse(body);
    if (Array.isArray(value)) return value;
  } catch {}
  throw new Problem("unreadable", "The body is no JSON array.");
}

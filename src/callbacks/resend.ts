// Events of Resend: https://resend.com/docs/dashboard/webhooks/event-types
import { createHmac, timingSafeEqual } from "node:crypto";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { isTraceable, outboxIdOf, wordsOf } from "./mail-event.ts";
import { type MailEvent, recordMailEvents } from "./queries.ts";

const TOLERANCE_SECONDS = 300;

export interface SignedBody {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Notes what Resend says of a mail. Problems: unauthorized, for what it has not signed just now. */
export async function hearResend(world: World, given: SignedBody): Promise<void> {
  if (!isSigned(world, given))
    throw new Problem("unauthorized", "This is not signed with RESEND_WEBHOOK_SECRET.");
  const event = eventOf(parse(given.body));
  if (event && isTraceable(event))
    await recordMailEvents(world.db, { provider: "resend", events: [event], now: world.now() });
}

/** Standard Webhooks 1.0.0: HMAC-SHA256 of "id.timestamp.body"; several signatures while the secret changes. */
function isSigned({ config, now }: World, { body, headers }: SignedBody): boolean {
  const secret = config.RESEND_WEBHOOK_SECRET;
  const of = (name: string) => headers[`svix-${name}`] ?? headers[`webhook-${name}`] ?? "";
  const [id, timestamp] = [of("id"), of("timestamp")];
  const seconds = now().epochMilliseconds / 1000;
  if (secret === undefined || id === "" || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(seconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const wanted = createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
    .update(`${id}.${timestamp}.${body}`)
    .digest();
  return of("signature")
    .split(" ")
    .slice(0, 10)
    .some((each) => {
      const [version, signature = ""] = each.split(",");
      const claimed = Buffer.from(signature, "base64");
      return (
        version === "v1" && claimed.length === wanted.length && timingSafeEqual(claimed, wanted)
      );
    });
}

const STATUS: Readonly<Record<string, MailEvent["status"]>> = {
  "email.sent": "sent",
  "email.delivery_delayed": "deferred",
  "email.delivered": "delivered",
  "email.failed": "failed",
  "email.suppressed": "failed",
  "email.bounced": "bounced",
  "email.complained": "complained",
};

interface ResendEvent {
  readonly type?: unknown;
  readonly data?: {
    readonly email_id?: unknown;
    readonly to?: unknown;
    readonly tags?: unknown;
    readonly bounce?: { readonly type?: unknown; readonly message?: unknown };
    readonly failed?: { readonly reason?: unknown };
    readonly suppressed?: { readonly message?: unknown };
  };
}

function eventOf({ type, data }: ResendEvent): MailEvent | null {
  const status = typeof type === "string" && Object.hasOwn(STATUS, type) ? STATUS[type] : undefined;
  if (!status || !data) return null;
  const to: unknown = Array.isArray(data.to) ? data.to[0] : data.to;
  return {
    outboxId: outboxIdOf(tagOf(data.tags)),
    providerId: wordsOf(data.email_id, 200),
    recipient: wordsOf(addressOf(to), 320),
    status,
    isHard: data.bounce?.type === "Permanent",
    detail: wordsOf(data.bounce?.message ?? data.failed?.reason ?? data.suppressed?.message),
  };
}

/** Tags come as an object, or as the list in which they were sent. */
function tagOf(tags: unknown): unknown {
  if (typeof tags !== "object" || tags === null) return null;
  if (!Array.isArray(tags)) return "outbox_id" in tags ? tags.outbox_id : null;
  return tags.find((each) => each?.name === "outbox_id")?.value;
}

/** grace@example.com of "Grace Hopper" <grace@example.com>. */
const addressOf = (to: unknown): unknown =>
  typeof to === "string" ? (/<([^<>]+)>\s*$/.exec(to)?.[1] ?? to) : null;

/** What was signed, as an object. Problems: unreadable. */
function parse(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {}
  throw new Problem("unreadable", "The body is no JSON object.");
}

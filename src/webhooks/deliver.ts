import type { PromiseJob } from "../jobs.ts";
import { type Posted, post } from "../outbound/post.ts";
import { insist } from "../outbox/insist.ts";
import { leaseEnd } from "../outbox/lease.ts";
import { closePromise } from "../outbox/queries.ts";
import type { World } from "../world.ts";
import { compose, excerptOf } from "./compose.ts";
import { beginAttempt, endAttempt, renewWebhook, type Webhook } from "./delivery-queries.ts";
import { healthLimits, MAX_ATTEMPTS, nextAttemptAt, retryAfterOf } from "./schedule.ts";
import { signatures, signingSecrets } from "./secret.ts";

const TIMEOUT_MS = 10_000;
const EXCERPT_BYTES = 1_000;

/**
 * Keeps the promise of a webhook: one attempt. 2xx keeps it; whatever else comes back puts it off, or
 * gives it up after the last attempt. What is about something that is gone, or for an endpoint that was
 * stopped, is closed as superseded.
 * @param random of [0, 1): spreads what failed together
 */
export async function deliver(
  world: World,
  { outboxId, attempt: dispatch }: PromiseJob,
  { timeoutMs = TIMEOUT_MS, random = Math.random } = {},
): Promise<void> {
  const leaseUntil = leaseEnd(world);
  const webhook = await renewWebhook(world.db, { outboxId, attempt: dispatch, leaseUntil });
  if (!webhook) return;
  // Every attempt was begun, and the worker of the last one died.
  if (webhook.tries >= MAX_ATTEMPTS) return close(world, outboxId, "failed");
  const envelope = webhook.isWanted ? await compose(world, webhook) : null;
  if (!envelope) return close(world, outboxId, "superseded");
  const body = JSON.stringify(envelope);
  const attempt = webhook.tries + 1;
  const request = excerptOf(envelope, Buffer.byteLength(body));
  await beginAttempt(world.db, { outboxId, attempt, request, now: world.now() });
  const began = performance.now();
  const outcome = await attemptTo(world, webhook, body, timeoutMs);
  const dueAt =
    outcome.isOk || outcome.isGone
      ? null
      : nextAttemptAt(world, attempt, outcome.retryAfterSeconds, random());
  const ended = {
    outboxId,
    dispatch,
    attempt,
    durationMs: Math.round(performance.now() - began),
    status: outcome.status,
    error: outcome.error,
    response: outcome.response,
    outcome: outcome.isOk ? ("done" as const) : dueAt ? ("retry" as const) : ("failed" as const),
    dueAt,
    isGone: outcome.isGone,
    ...healthLimits(world),
    now: world.now(),
  };
  await insist(() => endAttempt(world.db, ended));
}

interface Outcome {
  readonly isOk: boolean;
  readonly isGone: boolean;
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
  readonly retryAfterSeconds: number | null;
}

async function attemptTo(
  world: World,
  webhook: Webhook,
  body: string,
  timeoutMs: number,
): Promise<Outcome> {
  const timestamp = Math.floor(world.now().epochMilliseconds / 1000);
  const signed = { id: webhook.messageId, timestamp, body };
  try {
    const answer = await post(world, {
      url: webhook.url,
      headers: {
        "content-type": "application/json",
        "user-agent": "Kalends-Webhooks",
        "webhook-id": webhook.messageId,
        "webhook-timestamp": `${timestamp}`,
        "webhook-signature": signatures(signingSecrets(world, webhook), signed),
      },
      body,
      timeoutMs,
      maxBytes: EXCERPT_BYTES,
    });
    return outcomeOf(world, answer);
  } catch (error) {
    return {
      isOk: false,
      isGone: false,
      status: null,
      error: printable((error as Error).message),
      response: null,
      retryAfterSeconds: null,
    };
  }
}

function outcomeOf(world: World, { status, headers, body }: Posted): Outcome {
  const isOk = status >= 200 && status < 300;
  return {
    isOk,
    isGone: status === 410,
    status,
    error: isOk ? null : errorOf(status),
    response: printable(body),
    retryAfterSeconds:
      status === 429 || status === 503 ? retryAfterOf(world, headers["retry-after"]) : null,
  };
}

function errorOf(status: number): string {
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed`;
  return `Answered ${status}`;
}

// PostgreSQL's text takes no zero bytes, and a bound may cut a character in two.
const printable = (text: string): string =>
  text.replaceAll("\u0000", "").toWellFormed().slice(0, EXCERPT_BYTES);

async function close(
  world: World,
  outboxId: string,
  outcome: "superseded" | "failed",
): Promise<void> {
  const error = outcome === "failed" ? "Every attempt was begun and none ended" : null;
  const none = { channel: null, provider: null, providerId: null };
  await closePromise(world.db, { outboxId, outcome, error, ...none, now: world.now() });
}

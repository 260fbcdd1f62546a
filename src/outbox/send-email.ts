import type { PromiseJob } from "../jobs.ts";
import { DeliveryRefused, emailProvider } from "../messages/email/provider.ts";
import type { World } from "../world.ts";
import { composeMail } from "./compose-mail.ts";
import { leaseEnd, nextAttempt } from "./lease.ts";
import { closePromise, type PromiseToKeep, postponePromise, renewPromise } from "./queries.ts";

/**
 * Keeps the promise of a mail: composes it from the present state and hands it to the provider. What
 * no longer holds is closed as superseded, what is refused for good as failed; anything else is thrown,
 * to be tried again.
 */
export async function sendEmail(world: World, { outboxId, attempt }: PromiseJob): Promise<void> {
  const promise = await renewPromise(world.db, { outboxId, attempt, leaseUntil: leaseEnd(world) });
  if (!promise) return;
  const mail = await composeMail(world, promise);
  const close = (
    outcome: "done" | "superseded" | "failed",
    error: string | null = null,
    providerId: string | null = null,
  ) =>
    closePromise(world.db, {
      outboxId,
      outcome,
      error,
      channel: outcome === "done" ? "email" : null,
      provider: outcome === "done" ? world.config.EMAIL_PROVIDER : null,
      providerId,
      now: world.now(),
    });
  if (!mail) {
    await close("superseded");
    return;
  }
  try {
    const { providerId } = await emailProvider(world).send(mail, outboxId);
    await close("done", null, providerId);
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    await close("failed", error.message.slice(0, 500));
  }
}

/** After the last try of a dispatch: the promise is due again later, or has failed for good. */
export async function postponeEmail(
  world: World,
  { outboxId, attempt }: PromiseJob,
  error: Error,
): Promise<void> {
  const promise: PromiseToKeep | null = await renewPromise(world.db, {
    outboxId,
    attempt,
    leaseUntil: leaseEnd(world),
  });
  if (!promise) return;
  const message = error.message.slice(0, 500);
  const dueAt = nextAttempt(world, { createdAt: promise.createdAt, attempt });
  if (dueAt) await postponePromise(world.db, { outboxId, attempt, dueAt, error: message });
  else
    await closePromise(world.db, {
      outboxId,
      outcome: "failed",
      error: message,
      channel: null,
      provider: null,
      providerId: null,
      now: world.now(),
    });
}

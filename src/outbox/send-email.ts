import type { PromiseJob } from "../jobs.ts";
import { DeliveryRefused, emailProvider } from "../messages/email/provider.ts";
import type { World } from "../world.ts";
import { composeMail } from "./compose-mail.ts";
import { isMailWanted } from "./is-wanted.ts";
import { leaseEnd, nextAttempt } from "./lease.ts";
import { closePromise, postponePromise, renewPromise } from "./queries.ts";

// Well within a lease: a provider that hangs longer would see the same mail dispatched again beside it.
const SEND_WITHIN_MS = 60_000;

/**
 * Keeps the promise of a mail: composes it from the present state and hands it to the provider. What
 * no longer holds is closed as superseded, what its reader has turned off as unwanted, what is refused for good as failed; anything else is thrown,
 * to be tried again.
 */
export async function sendEmail(
  world: World,
  { outboxId, attempt }: PromiseJob,
  withinMs = SEND_WITHIN_MS,
): Promise<void> {
  const promise = await renewPromise(world.db, { outboxId, attempt, leaseUntil: leaseEnd(world) });
  if (!promise) return;
  if (!isMailWanted(promise)) {
    await close(world, outboxId, { outcome: "unwanted" });
    return;
  }
  const mail = await composeMail(world, promise);
  if (!mail) {
    await close(world, outboxId, { outcome: "superseded" });
    return;
  }
  const provider = emailProvider(world);
  try {
    const { providerId } = await answered(provider.send(mail, outboxId), withinMs);
    await close(world, outboxId, { outcome: "done", provider: provider.name, providerId });
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    await close(world, outboxId, { outcome: "failed", error: error.message });
  }
}

/** After the last try of a dispatch: the promise is due again later, or has failed for good. */
export async function postponeEmail(
  world: World,
  { outboxId, attempt }: PromiseJob,
  error: Error,
): Promise<void> {
  const promise = await renewPromise(world.db, { outboxId, attempt, leaseUntil: leaseEnd(world) });
  if (!promise) return;
  const dueAt = nextAttempt(world, { createdAt: promise.createdAt, attempt });
  if (dueAt)
    await postponePromise(world.db, { outboxId, attempt, dueAt, error: brief(error.message) });
  else await close(world, outboxId, { outcome: "failed", error: error.message });
}

type Ending =
  | { outcome: "done"; provider: string; providerId: string | null }
  | { outcome: "superseded" | "unwanted" }
  | { outcome: "failed"; error: string };

const close = (world: World, outboxId: string, ending: Ending) =>
  closePromise(world.db, {
    outboxId,
    outcome: ending.outcome,
    error: ending.outcome === "failed" ? brief(ending.error) : null,
    channel: ending.outcome === "done" ? "email" : null,
    provider: ending.outcome === "done" ? ending.provider : null,
    providerId: ending.outcome === "done" ? ending.providerId : null,
    now: world.now(),
  });

const brief = (message: string): string => message.slice(0, 500);

async function answered<T>(sending: Promise<T>, withinMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The mail provider does not answer")), withinMs);
  });
  try {
    return await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}

import type { PromiseJob } from "../jobs.ts";
import { AccountRefused, DeliveryRefused, SendingTooFast } from "../messages/email/failure.ts";
import { oneLine } from "../messages/line.ts";
import type { World } from "../world.ts";
import { composeMail } from "./compose-mail.ts";
import { handOver, Undelivered } from "./hand-over.ts";
import { insist } from "./insist.ts";
import { isMailWanted } from "./is-wanted.ts";
import { leaseEnd, nextAttempt } from "./lease.ts";
import {
  closePromise,
  postponePromise,
  type RenewedPromise,
  renewPromise,
  warnAdministrators,
} from "./queries.ts";

// Well within a lease: a provider that hangs longer would see the same mail dispatched again beside it.
const SEND_WITHIN_MS = 60_000;

/**
 * Keeps the promise of a mail: composes it from the present state and hands it to the provider. What no
 * longer holds is closed as superseded, what its reader has turned off as unwanted, what is refused for
 * good as failed. What would only be refused again, or may have been taken, is put off at once;
 * anything else is thrown, to be tried again soon.
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
  try {
    const taken = await handOver(world, mail, { outboxId, ...promise }, withinMs);
    await insist(() => close(world, outboxId, { outcome: "done", ...taken }));
  } catch (error) {
    if (!(error instanceof Undelivered)) throw error;
    const { reason } = error;
    if (reason instanceof DeliveryRefused)
      await close(world, outboxId, { outcome: "failed", error: reason.message });
    else if (
      error.isInDoubt ||
      reason instanceof AccountRefused ||
      reason instanceof SendingTooFast
    )
      await putOff(world, { outboxId, attempt }, promise, error);
    else throw reason;
  }
}

/** After the last try of a dispatch: the promise is due again later, or has failed for good. */
export async function postponeEmail(world: World, job: PromiseJob, error: Error): Promise<void> {
  const promise = await renewPromise(world.db, { ...job, leaseUntil: leaseEnd(world) });
  if (promise) await putOff(world, job, promise, error);
}

// Once more soon, in case it was a slip; then as often as somebody may have mended it.
const REFUSED_SECONDS = [60, 3600] as const;
const MAX_DOUBTS = 2;

async function putOff(
  world: World,
  { outboxId, attempt }: PromiseJob,
  { createdAt, inDoubt }: RenewedPromise,
  error: Error,
): Promise<void> {
  const undelivered = error instanceof Undelivered ? error : null;
  const reason = undelivered?.reason ?? error;
  if (undelivered && reason instanceof AccountRefused)
    await warnOfRefusal(world, undelivered.provider.name, reason);
  // The reader may have it twice by now; a third one would be no mishap any more.
  const isEnough =
    undelivered?.isInDoubt && !undelivered.provider.knowsRepeats && inDoubt + 1 >= MAX_DOUBTS;
  const seconds =
    reason instanceof SendingTooFast
      ? reason.retryAfterSeconds
      : reason instanceof AccountRefused
        ? REFUSED_SECONDS[attempt === 1 ? 0 : 1]
        : undefined;
  const dueAt = isEnough ? null : nextAttempt(world, { createdAt, attempt }, seconds);
  if (dueAt)
    await insist(() =>
      postponePromise(world.db, {
        outboxId,
        attempt,
        dueAt,
        error: brief(reason.message),
        inDoubtWith: undelivered?.isInDoubt ? undelivered.provider.name : null,
      }),
    );
  else await close(world, outboxId, { outcome: "failed", error: reason.message });
}

/** Every mail will hear the same: who runs the house is told, once a day. */
async function warnOfRefusal(world: World, provider: string, reason: AccountRefused) {
  world.log.error({ provider }, "The mail provider refuses us");
  // It may name the reader of the mail that happened to be first.
  const said = brief(reason.message).replace(/[^\s<>]+@[^\s<>]+/g, "…");
  await warnAdministrators(world.db, { provider, reason: said, now: world.now() });
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

/** Of providers: they may say anything, which PostgreSQL need not take. */
const brief = (message: string): string => oneLine(message, 500);

import { createHash } from "node:crypto";
import { listOf } from "../config.ts";
import type { PromiseJob } from "../jobs.ts";
import { SmsNotTaken, SmsRefused } from "../messages/sms/failure.ts";
import { type Sms, smsProvider } from "../messages/sms/provider.ts";
import { isWanted, kindOf } from "../notifications/preferences.ts";
import { readCountries, takesSms } from "../phone.ts";
import type { World } from "../world.ts";
import { composeSms } from "./compose-sms.ts";
import { insist } from "./insist.ts";
import { leaseEnd, nextAttempt } from "./lease.ts";
import {
  beginSms,
  closePromise,
  failSms,
  launchSms,
  putOffSms,
  stopSms,
  type TextPromise,
} from "./queries.ts";

const SEND_WITHIN_MS = 20_000;
/** Until then the provider's list has what it took. */
const LISTED_AFTER_SECONDS = 60;
/** Of one number, whoever books with it. */
const PER_NUMBER = { points: 10, seconds: 24 * 3600 };

/**
 * Keeps the promise of an SMS: composes it from the present state and hands it to the provider. That it
 * may be on its way is written down before; what was not answered is looked up at the provider before it
 * is sent again, so that nobody gets it twice. Closes what no longer holds, what its reader does not
 * want, and what cannot be sent to his number, of which the host is warned; everything else is put off.
 */
export async function sendSms(
  world: World,
  { outboxId, attempt }: PromiseJob,
  withinMs = SEND_WITHIN_MS,
): Promise<void> {
  const promise = await beginSms(world.db, { outboxId, attempt, leaseUntil: leaseEnd(world) });
  if (!promise) return;
  const { phone } = promise;
  if (phone === null || !isSmsWanted(promise))
    return close(world, outboxId, { outcome: "unwanted" });
  if (!takesSms(phone, readCountries(listOf(world.config.SMS_COUNTRIES))))
    return fail(world, outboxId, "No SMS go to numbers like this");
  const text = await composeSms(world, promise);
  if (text === null) return close(world, outboxId, { outcome: "superseded" });
  const provider = smsProvider(world);
  const sms = { to: phone, text };
  const listedAt = promise.launchedAt?.add({ seconds: LISTED_AFTER_SECONDS }) ?? null;
  if (provider.find && listedAt && Temporal.Instant.compare(world.now(), listedAt) < 0) {
    // Its worker died a moment ago: whether it left, the list does not tell yet.
    const error = "The SMS may have been sent";
    await putOffSms(world.db, { outboxId, attempt, dueAt: listedAt, error, isInDoubt: true });
    return;
  }
  let isLaunched = promise.inFlightSince !== null;
  try {
    const known = await lookUp(world, sms, promise, withinMs);
    if (known !== null) {
      await close(world, outboxId, { outcome: "done", provider: provider.name, providerId: known });
      return;
    }
    if (!isLaunched && (await isTooMuch(world, phone)))
      return fail(world, outboxId, "Too many SMS to this number");
    if (!(await launchSms(world.db, { outboxId, attempt, now: world.now() }))) return;
    isLaunched = true;
    const { providerId } = await provider.send(sms, outboxId, AbortSignal.timeout(withinMs));
    await insist(() =>
      close(world, outboxId, { outcome: "done", provider: provider.name, providerId }),
    );
  } catch (error) {
    await failed(world, { outboxId, attempt }, { ...promise, phone, isLaunched }, error as Error);
  }
}

/** The SMS that an earlier dispatch has handed over without hearing of it. */
async function lookUp(
  world: World,
  sms: Sms,
  { inFlightSince }: TextPromise,
  withinMs: number,
): Promise<string | null> {
  const provider = smsProvider(world);
  if (inFlightSince === null || !provider.find) return null;
  return provider.find(sms, inFlightSince, AbortSignal.timeout(withinMs));
}

async function failed(
  world: World,
  { outboxId, attempt }: PromiseJob,
  promise: { createdAt: Temporal.Instant; phone: string; isLaunched: boolean },
  error: Error,
): Promise<void> {
  if (error instanceof SmsRefused) {
    if (error.isStopped) await stopSms(world.db, { phone: promise.phone, now: world.now() });
    await fail(world, outboxId, error.message);
    return;
  }
  const isInDoubt = promise.isLaunched && !(error instanceof SmsNotTaken);
  const told = error instanceof SmsNotTaken ? error.retryAfterSeconds : undefined;
  const next = nextAttempt(
    world,
    { createdAt: promise.createdAt, attempt },
    isInDoubt ? Math.max(LISTED_AFTER_SECONDS * attempt, LISTED_AFTER_SECONDS) : told,
  );
  const message = brief(error.message);
  if (next)
    await putOffSms(world.db, { outboxId, attempt, dueAt: next, error: message, isInDoubt });
  else await fail(world, outboxId, message);
}

/** A guest says so with his booking, a user chooses it by kind; who answered STOP gets none. */
function isSmsWanted({ kind: name, wishes, isOptedIn, isStopped }: TextPromise): boolean {
  if (isStopped) return false;
  const kind = kindOf(name);
  return wishes === null ? isOptedIn : kind !== null && isWanted(wishes, kind, "sms");
}

/** Whoever types in the number of another one may not make us ring him all day. */
async function isTooMuch(world: World, phone: string): Promise<boolean> {
  const key = createHash("sha256").update(phone).digest("base64url");
  return (await world.limits.of("sms", PER_NUMBER).take(key)).isOver;
}

type Ending =
  | { outcome: "done"; provider: string; providerId: string | null }
  | { outcome: "superseded" | "unwanted" };

async function close(world: World, outboxId: string, ending: Ending): Promise<void> {
  const isDone = ending.outcome === "done";
  await closePromise(world.db, {
    outboxId,
    outcome: ending.outcome,
    error: null,
    channel: isDone ? "sms" : null,
    provider: isDone ? ending.provider : null,
    providerId: isDone ? ending.providerId : null,
    now: world.now(),
  });
}

async function fail(world: World, outboxId: string, error: string): Promise<void> {
  await failSms(world.db, { outboxId, error: brief(error), now: world.now() });
}

const brief = (message: string): string => message.slice(0, 500);

import { AccountRefused, InDoubt, NotConnected } from "../messages/email/failure.ts";
import { fit } from "../messages/email/fit.ts";
import { type Email, type EmailProvider, emailProviders } from "../messages/email/provider.ts";
import type { World } from "../world.ts";

/** That a provider has not taken a mail, or may have; and which one. */
export class Undelivered extends Error {
  override readonly name = "Undelivered";
  readonly provider: EmailProvider;
  readonly reason: Error;

  constructor(provider: EmailProvider, reason: Error) {
    super(reason.message, { cause: reason });
    this.provider = provider;
    this.reason = reason;
  }

  get isInDoubt(): boolean {
    return this.reason instanceof InDoubt;
  }
}

interface ToHandOver {
  readonly outboxId: string;
  /** The provider that may have the mail already. */
  readonly inDoubtWith: string | null;
}

/**
 * Hands a mail to the provider. The fallback takes over only what cannot have left: after a refusal of
 * us, or where the first one was not reached. While one may have the mail, only that one is asked: it may
 * know the repeat, and the reader can tell it by its Message-ID. Throws Undelivered.
 */
export async function handOver(
  world: World,
  mail: Email,
  promise: ToHandOver,
  withinMs: number,
): Promise<{ provider: string; providerId: string | null }> {
  const { primary, fallback } = emailProviders(world);
  const isWithFallback = fallback !== null && promise.inDoubtWith === fallback.name;
  const message = fit(mail);
  try {
    return await attempt(isWithFallback ? fallback : primary, message, promise, withinMs);
  } catch (error) {
    if (fallback === null || promise.inDoubtWith !== null || !hasNothingLeft(error)) throw error;
    world.log.warn(
      { outboxId: promise.outboxId, to: fallback.name },
      "A mail goes by the fallback",
    );
    return attempt(fallback, message, promise, withinMs);
  }
}

const hasNothingLeft = (error: unknown): boolean =>
  error instanceof Undelivered &&
  (error.reason instanceof AccountRefused || error.reason instanceof NotConnected);

async function attempt(
  provider: EmailProvider,
  message: Email,
  { outboxId }: ToHandOver,
  withinMs: number,
): Promise<{ provider: string; providerId: string | null }> {
  const late = Promise.withResolvers<never>();
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    giveUp.abort();
    late.reject(new InDoubt("The mail provider does not answer: the mail may have been sent"));
  }, withinMs);
  try {
    const sending = provider.send(message, outboxId, giveUp.signal);
    const { providerId } = await Promise.race([sending, late.promise]);
    return { provider: provider.name, providerId };
  } catch (error) {
    throw new Undelivered(provider, error instanceof Error ? error : new Error(String(error)));
  } finally {
    clearTimeout(timer);
  }
}

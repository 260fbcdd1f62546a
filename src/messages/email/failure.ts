// Why a mail was not handed over. Each kind says what may be done next; any other error is a temporary
// one: nothing was taken, and trying again soon is worth it.

/** A refusal of this message for good: the address does not exist, the mail itself is not taken. */
export class DeliveryRefused extends Error {
  override readonly name: string = "DeliveryRefused";
}

/** A refusal of us: the key, the sender, the quota. Every other mail would hear the same. */
export class AccountRefused extends Error {
  override readonly name = "AccountRefused";
}

/** Too many at once; nothing was taken. */
export class SendingTooFast extends Error {
  override readonly name = "SendingTooFast";
  /** When the provider wants to hear of us again. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The provider was not reached: nothing has left the house. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
}

/** The mail was under way and no answer came: it may have been taken or not. */
export class InDoubt extends Error {
  override readonly name = "InDoubt";
}

/**
 * Seconds of a Retry-After header in seconds (RFC 9110, 10.2.3), else of so many; between one second and
 * an hour. Providers that write a date are taken for silent.
 */
export function retryAfter(header: string | null | undefined, fallback: number): number {
  const seconds = /^\d+$/.test(header ?? "") ? Number(header) : fallback;
  return Math.min(Math.max(seconds, 1), 3600);
}

// Of the runtime (Bun's fetch), of sockets, of name servers and of TLS: all of them before the first byte.
const UNREACHED =
  /^(ConnectionRefused|FailedToOpenSocket|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** What a request that got no answer means: NotConnected where nothing can have left, else InDoubt. */
export function unanswered(error: unknown, provider: string): NotConnected | InDoubt {
  const code = `${(error as { code?: unknown } | null)?.code ?? ""}`;
  return UNREACHED.test(code)
    ? new NotConnected(`${provider} cannot be reached (${code})`, { cause: error })
    : new InDoubt(`${provider} gave no answer: the mail may have been sent`, { cause: error });
}

// Why an SMS was not handed over. After anything else it may have been.

/** A refusal for good: the number takes none, the text is not taken. */
export class SmsRefused extends Error {
  override readonly name = "SmsRefused";
  /** The number has answered STOP, as the provider knows. */
  readonly isStopped: boolean;

  constructor(message: string, isStopped = false) {
    super(message);
    this.isStopped = isStopped;
  }
}

/** Nothing was sent, and trying again later is worth it. */
export class SmsNotTaken extends Error {
  override readonly name = "SmsNotTaken";
  /** When the provider wants to hear of us again, where it says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * What went wrong at a provider of calendars, as far as it matters here:
 * - `needs_reauth`: only its owner can mend it, by connecting anew;
 * - `forbidden`: the account may not do this, whoever asks;
 * - `throttled`: too much was asked; `retryAfterSeconds` as the provider says;
 * - `temporary`: no answer, a broken one, or a 5xx; what was written may have arrived;
 * - `refused`: the provider will not, however often it is asked;
 * - `not_found`: the calendar or event is gone;
 * - `changed`: somebody else changed the event meanwhile;
 * - `cursor_expired`: begin again without one.
 */
export type FailureKind =
  | "needs_reauth"
  | "forbidden"
  | "throttled"
  | "temporary"
  | "refused"
  | "not_found"
  | "changed"
  | "cursor_expired";

/** The only thing that a provider of calendars throws. Its message may be logged and kept: no secret, no address, no title. */
export class CalendarFailure extends Error {
  override readonly name = "CalendarFailure";
  readonly kind: FailureKind;
  /** As the provider asked; null where it did not. */
  readonly retryAfterSeconds: number | null;

  constructor(kind: FailureKind, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

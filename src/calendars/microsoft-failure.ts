import { CalendarFailure, type FailureKind } from "./failure.ts";

/** What of an answer says why it is a refusal. */
interface Refusal {
  readonly status: number;
  /** Graph's own word, if it said one. */
  readonly code: string | null;
  readonly retryAfter: string | null;
}

/** Words that say more than the status they come with. */
const BY_CODE: readonly [word: RegExp, kind: FailureKind][] = [
  [/^(syncState|resync|fullSync)/i, "cursor_expired"],
  // of an id that this mailbox does not know, as after it was moved
  [/^(ErrorItemNotFound|ErrorInvalidId|ErrorInvalidIdMalformed)$/, "not_found"],
  [/^(MailboxNotEnabledForRESTAPI|MailboxNotSupportedForRESTAPI)$/, "forbidden"],
  [/^ErrorIrresolvableConflict$/, "changed"],
  // our own door did not answer when a subscription was made
  [/^ValidationError$/, "temporary"],
];

const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: "needs_reauth",
  403: "forbidden",
  404: "not_found",
  408: "temporary",
  410: "cursor_expired",
  412: "changed",
  429: "throttled",
};

/**
 * What a refusal of Graph means (https://learn.microsoft.com/graph/errors). Its own sentence is left out: it quotes
 * titles and addresses. Whoever is told to wait is throttled, whatever the status.
 */
export function failureOf({ status, code, retryAfter }: Refusal): CalendarFailure {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : null;
  const word = code !== null && /^[\w.]{1,80}$/.test(code) ? code : "no code";
  const mustWait = status === 429 || (status >= 500 && seconds !== null);
  const kind = mustWait
    ? "throttled"
    : (BY_CODE.find(([said]) => said.test(word))?.[1] ??
      BY_STATUS[status] ??
      (status >= 400 && status < 500 ? "refused" : "temporary"));
  return new MicrosoftFailure(kind, status, word, seconds);
}

/** A failure that Graph told us. */
export class MicrosoftFailure extends CalendarFailure {
  readonly status: number;
  readonly code: string;

  constructor(kind: FailureKind, status: number, code: string, retryAfterSeconds: number | null) {
    super(kind, `microsoft: ${code} (${status})`, retryAfterSeconds);
    this.status = status;
    this.code = code;
  }
}

/** Whether it is a failure of this kind. */
export const isKind = (error: unknown, ...kinds: readonly FailureKind[]): boolean =>
  error instanceof CalendarFailure && kinds.includes(error.kind);

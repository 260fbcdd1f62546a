// What answers and errors of calendar servers mean.
import { TooLarge } from "../outbound/guarded-fetch.ts";
import { TargetRefused } from "../outbound/target.ts";
import { CalendarFailure, type FailureKind } from "./failure.ts";

/** An address that is not asked, whatever it would answer. */
export class NotAsked extends CalendarFailure {
  constructor(message: string) {
    super("refused", message);
  }
}

/** What went wrong before there was an answer. */
export function failureOf(error: unknown): CalendarFailure {
  if (error instanceof CalendarFailure) return error;
  if (error instanceof TargetRefused) return new NotAsked(`The address ${error.message}`);
  if (error instanceof TooLarge) return new CalendarFailure("refused", "The answer is too long");
  // Messages of the network name hosts and paths, which may be secret.
  const { code, message } = error as { code?: unknown; message?: string };
  const why = /^No answer within|^Redirected/.test(message ?? "") ? message : code;
  return new CalendarFailure("temporary", `The server cannot be reached (${why ?? "no answer"})`);
}

/** What an answer of no success means. */
export function failureOfAnswer({ status, headers }: Response, text = ""): CalendarFailure {
  const message = `The server answered ${status}`;
  const wait = secondsOf(headers.get("retry-after"));
  // RFC 6578, 3.2: some say so with 403, some with 409, some with 400 or 412.
  if (status >= 400 && status < 500 && /valid-sync-token/.test(text))
    return new CalendarFailure("cursor_expired", "The server has forgotten this sync token");
  if (status === 503 && wait !== null) return new CalendarFailure("throttled", message, wait);
  const kind: FailureKind | undefined = KINDS[status];
  if (kind) return new CalendarFailure(kind, message, kind === "throttled" ? wait : null);
  return new CalendarFailure(status >= 500 || status < 400 ? "temporary" : "refused", message);
}

const KINDS: Record<number, FailureKind> = {
  401: "needs_reauth",
  403: "forbidden",
  404: "not_found",
  408: "temporary",
  409: "changed",
  410: "not_found",
  412: "changed",
  423: "temporary",
  425: "temporary",
  429: "throttled",
  // WebDAV's: there is no room, or it will not list that much.
  507: "refused",
};

const DAY_SECONDS = 86_400;

/** Seconds of a Retry-After, at most a day; null for none, and for a date, which says as much as our own back-off. */
const secondsOf = (header: string | null): number | null =>
  /^\d{1,9}$/.test(header?.trim() ?? "") ? Math.min(Number(header), DAY_SECONDS) : null;

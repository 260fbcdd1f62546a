import { CalendarFailure, type FailureKind } from "./failure.ts";

/** What Google says of a refusal: https://developers.google.com/workspace/calendar/api/guides/errors */
export interface Refusal {
  /** Of the API, such as `events.list`. */
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | undefined;
}

/** With the status and Google's own word for it, for who has to tell refusals of one kind apart. */
export class GoogleFailure extends CalendarFailure {
  readonly status: number;
  readonly reason: string;

  constructor(refusal: Refusal) {
    const { reason, location } = firstError(refusal.body);
    const said = [refusal.status, reason].filter((each) => each !== "").join(" ");
    super(
      kindOf(refusal, reason, location),
      `google ${refusal.operation}: ${said}`,
      /^\d{1,6}$/.test(refusal.retryAfter ?? "") ? Number(refusal.retryAfter) : null,
    );
    this.status = refusal.status;
    this.reason = reason;
  }
}

// Both statuses are for both: too much of this user, of this calendar, or of all of us.
const TOO_MUCH = /^(userRateLimit|rateLimit|quota|dailyLimit|calendarUsageLimits?)(Exceeded)?$/;

function kindOf({ operation, status }: Refusal, reason: string, location: string): FailureKind {
  // Google's servers could not call us there: no token mends that.
  if (reason.startsWith("push.")) return "refused";
  if (location === "syncToken" && status === 400) return "cursor_expired";
  switch (status) {
    case 401:
      return "needs_reauth";
    case 403:
      if (TOO_MUCH.test(reason)) return "throttled";
      // A box that was left unticked when access was granted.
      return reason === "insufficientPermissions" ? "needs_reauth" : "forbidden";
    case 404:
      return "not_found";
    case 408:
      return "temporary";
    case 409:
    case 412:
      return "changed";
    case 410:
      return operation === "events.list" ? "cursor_expired" : "not_found";
    case 429:
      return "throttled";
    default:
      return status >= 400 && status < 500 ? "refused" : "temporary";
  }
}

// Google's messages name calendars, people and addresses; its words for reasons do not.
function firstError(body: unknown): { reason: string; location: string } {
  const first = (body as Answer | null)?.error?.errors?.[0];
  const word = (text: unknown) =>
    typeof text === "string" && /^[\w.]{1,60}$/.test(text) ? text : "";
  return { reason: word(first?.reason), location: word(first?.location) };
}

interface Answer {
  readonly error?: {
    readonly errors?: readonly { readonly reason?: unknown; readonly location?: unknown }[];
  };
}

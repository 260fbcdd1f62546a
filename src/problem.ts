// The closed list of what can go wrong, and how each looks over HTTP (RFC 9457).

/** code → status and title. The code is stable: clients branch on it. */
export const PROBLEMS = {
  moved: [308, "This is somewhere else now"],
  unreadable: [400, "The request cannot be read"],
  invalid_state: [400, "This sign-in did not begin in this browser, or it is over"],
  invalid_code: [400, "This code is not valid any more"],
  sign_in_denied: [400, "The provider did not sign you in"],
  sign_in_refused: [400, "What the provider answered cannot be believed"],
  calendar_denied: [400, "The provider lets us into no calendar"],
  unauthorized: [401, "Sign in first"],
  invalid_credentials: [401, "Wrong address or password"],
  forbidden: [403, "You may not do this"],
  origin_not_allowed: [403, "Pages of this origin may not show this meeting type"],
  account_inactive: [403, "This account is not active"],
  insufficient_scope: [403, "This API key may not do this"],
  plan_limit: [403, "The plan has no room for more"],
  calendar_limit: [403, "There is no room for more calendars"],
  sign_in_again: [403, "Sign in again first"],
  not_found: [404, "There is nothing here"],
  provider_not_configured: [404, "This provider is not set up here"],
  method_not_allowed: [405, "This method is not offered here"],
  timed_out: [408, "The request did not arrive in time"],
  last_admin: [409, "There would be no administrator left"],
  email_taken: [409, "This address is registered already"],
  identity_not_linked: [
    409,
    "An account of this address exists: link the provider in its settings",
  ],
  identity_taken: [409, "This identity is linked already"],
  last_way_in: [409, "This is the last way into the account: set a password first"],
  username_taken: [409, "This username is taken"],
  calendar_needs_reauth: [409, "This calendar has to be connected again"],
  slug_taken: [409, "You have a meeting type of this slug already"],
  slot_taken: [409, "This time is taken"],
  type_inactive: [409, "This meeting type takes no bookings"],
  cap_reached: [409, "No more bookings are taken in this period"],
  seats_full: [409, "Every seat is taken"],
  hold_expired: [409, "Your hold has ended and the time is taken"],
  holds_exhausted: [409, "No more times are held at present"],
  link_used_up: [409, "This link can no longer be booked by"],
  schedule_in_use: [409, "This schedule is in use"],
  booking_closed: [409, "This booking can no longer be changed"],
  event_deleted: [409, "The event was deleted in the calendar"],
  already_member: [409, "He is a member already"],
  owner_stays: [409, "An organization needs its owner"],
  organization_in_use: [409, "Meetings of this organization lie ahead"],
  delivery_stands: [409, "This message need not be sent again"],
  promise_stands: [409, "Only a promise that failed, or is put off, is tried again"],
  version_conflict: [409, "It was changed meanwhile"],
  precondition_failed: [412, "It was changed meanwhile"],
  too_large: [413, "The request is too large"],
  url_too_long: [414, "The address is too long"],
  unsupported_media_type: [415, "This kind of content is not understood"],
  invalid: [422, "The request is not valid"],
  outside_hours: [422, "This time is not offered"],
  too_soon: [422, "This time is too soon"],
  too_late: [422, "This time is too far ahead"],
  start_in_past: [422, "This time is past"],
  end_before_start: [422, "It ends before it starts"],
  calendar_scope_missing: [422, "The provider was not allowed all that this needs"],
  calendar_refused: [422, "The calendar server refuses this"],
  calendar_unreachable: [422, "The calendar server does not answer as it should"],
  policy_forbids: [422, "The host's rules do not allow this"],
  not_holdable: [422, "Times of this meeting type are not held"],
  idempotency_mismatch: [422, "This Idempotency-Key was used for another request"],
  email_missing: [422, "The provider did not tell your address"],
  rate_limited: [429, "Too many requests"],
  internal: [500, "Something went wrong here"],
  provider_failed: [502, "The provider does not answer as it should"],
  encryption_key_missing: [503, "This server has no ENCRYPTION_KEY, which this needs"],
  unavailable: [503, "Try again in a moment"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal that the caller is told of; `extra` joins the problem document. */
export class Problem extends Error {
  // "code" and "status" would be taken for Elysia's own.
  readonly problem: ProblemCode;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(problem: ProblemCode, detail?: string, extra: Record<string, unknown> = {}) {
    super(detail ?? `${PROBLEMS[problem][1]}.`);
    this.name = "Problem";
    this.problem = problem;
    this.extra = extra;
  }

  get httpStatus(): number {
    return PROBLEMS[this.problem][0];
  }
}

/** One wrong field of a request, by its path ("guest.email"). */
export const invalid = (path: string, message: string): Problem =>
  new Problem("invalid", `${path}: ${message}`, { errors: [{ path, message }] });

/** Every wrong field of a request. */
export const invalidAll = (errors: readonly { path: string; message: string }[]): Problem => {
  const shown = errors.slice(0, MAX_FIELD_ERRORS);
  const first = shown[0];
  return new Problem("invalid", first && `${first.path}: ${first.message}`, { errors: shown });
};

const MAX_FIELD_ERRORS = 20;

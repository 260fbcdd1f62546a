// What a stranger's site needs to show free times and book: no cookie, no token of a signed-in user.

/** Each with what it tells of the meeting type that it is about, by names that find_origins.sql knows. */
const PUBLIC: readonly (readonly [method: string, path: RegExp])[] = [
  ["GET", /^users\/(?!(me|profile)(\/|$))[^/]+$/],
  ["GET", /^users\/(?!(me|profile)\/)(?<username>[^/]+)\/(?<slug>[^/]+)(\/slots)?$/],
  ["GET", /^meeting-types\/(?<meetingTypeId>[^/]+)\/slots(\/events)?$/],
  ["POST", /^meeting-types\/(?<meetingTypeId>[^/]+)\/holds$/],
  // The id of a hold is a secret of the page that took it.
  ["DELETE", /^holds\/[^/]+$/],
  // Its body tells.
  ["POST", /^bookings$/],
  ["GET", /^bookings\/(?<bookingId>[^/]+)(\/calendar\.ics)?$/],
  ["PATCH", /^bookings\/(?<bookingId>[^/]+)\/(cancel|reschedule)$/],
  ["POST", /^analytics\/event$/],
];

export interface PublicRoute {
  /** What the path tells of a meeting type: its id, a booking of it, or the names of its page. */
  readonly about: Readonly<Record<string, string>>;
}

/** The public booking route that a request, or the one that a preflight announces, is for; null for any other. */
export function publicRouteOf(request: Request): PublicRoute | null {
  const asked = request.headers.get("access-control-request-method") ?? request.method;
  const path = new URL(request.url).pathname.replace(/^\/api\/v1\/|\/$/g, "");
  const method = asked === "HEAD" ? "GET" : asked;
  for (const [each, pattern] of PUBLIC) {
    const match = each === method ? pattern.exec(path) : null;
    if (match) return { about: { ...match.groups } };
  }
  return null;
}

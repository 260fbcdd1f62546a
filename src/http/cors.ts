import type { World } from "../world.ts";

// What a stranger's site needs to show free times and book: no cookie, no token of a signed-in user.
const PUBLIC: readonly (readonly [method: string, path: RegExp])[] = [
  ["GET", /^users\/(?!(me|profile)(\/|$))[^/]+(\/[^/]+(\/slots)?)?$/],
  ["GET", /^meeting-types\/[^/]+\/slots(\/events)?$/],
  ["POST", /^meeting-types\/[^/]+\/holds$/],
  ["DELETE", /^holds\/[^/]+$/],
  ["POST", /^bookings$/],
  ["GET", /^bookings\/[^/]+(\/calendar\.ics)?$/],
  ["PATCH", /^bookings\/[^/]+\/(cancel|reschedule)$/],
  ["POST", /^analytics\/event$/],
];

/** Whether the request, or the one that a preflight announces, is of a public booking route. */
function isPublic(request: Request): boolean {
  const asked = request.headers.get("access-control-request-method") ?? request.method;
  const path = new URL(request.url).pathname.replace(/^\/api\/v1\/|\/$/g, "");
  const method = asked === "HEAD" ? "GET" : asked;
  return PUBLIC.some(([each, pattern]) => each === method && pattern.test(path));
}

/**
 * Any origin for the public booking routes, CORS_ORIGINS for the rest. Credentials are never
 * allowed: tokens travel in headers that a page must set itself.
 */
export const corsOptions = (world: World) => {
  const listed = new Set(world.config.CORS_ORIGINS.split(",").map((origin) => origin.trim()));
  return {
    origin: (request: Request): boolean => {
      const origin = request.headers.get("origin");
      return origin !== null && (listed.has(origin) || isPublic(request));
    },
    credentials: false,
    methods: ["GET", "POST", "PATCH", "DELETE"] as ("GET" | "POST" | "PATCH" | "DELETE")[],
    allowedHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "if-match",
      "if-none-match",
      "x-booking-token",
      "x-request-id",
    ],
    exposeHeaders: [
      "etag",
      "idempotency-replayed",
      "ratelimit",
      "ratelimit-policy",
      "retry-after",
      "x-request-id",
    ],
    maxAge: 600,
  };
};

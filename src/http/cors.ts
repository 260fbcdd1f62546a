import type { World } from "../world.ts";

// What a stranger's site needs to show free times and book: no cookie, no token of a signed-in user.
const PUBLIC =
  /^\/api\/v1\/(users\/[^/]+(\/[^/]+)?|meeting-types\/[^/]+\/slots|bookings(\/[^/]+(\/(cancel|reschedule|calendar\.ics))?)?|analytics\/event)$/;

/**
 * Any origin for the public booking routes, CORS_ORIGINS for the rest. Credentials are never
 * allowed: tokens travel in headers that a page must set itself.
 */
export const corsOptions = (world: World) => {
  const listed = new Set(world.config.CORS_ORIGINS.split(",").map((origin) => origin.trim()));
  return {
    origin: (request: Request): boolean => {
      const origin = request.headers.get("origin");
      return origin !== null && (listed.has(origin) || PUBLIC.test(new URL(request.url).pathname));
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

import { listOf } from "../config.ts";
import type { World } from "../world.ts";
import { contextOf } from "./context.ts";
import { isForeign } from "./origins.ts";
import { publicRouteOf } from "./public-routes.ts";

/**
 * For the public booking routes any origin that origins.ts has not refused, CORS_ORIGINS for the rest. Credentials are never
 * allowed: tokens travel in headers that a page must set itself.
 */
export const corsOptions = (world: World) => {
  const listed = new Set(listOf(world.config.CORS_ORIGINS));
  return {
    origin: (request: Request): boolean => {
      const origin = request.headers.get("origin");
      if (origin === null) return false;
      if (listed.has(origin)) return true;
      return publicRouteOf(request) !== null && !isForeign(contextOf(request).refusal);
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

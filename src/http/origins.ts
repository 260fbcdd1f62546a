// Whose pages may ask about a meeting type. Held against browsers, which name the page's origin truly: it is no
// authentication, and who asks without an Origin is not asked for one.
import { Elysia } from "elysia";
import { listOf } from "../config.ts";
import { findOrigins } from "../embed/queries.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { contextOf, refuse } from "./context.ts";
import { publicRouteOf } from "./public-routes.ts";

/**
 * Judges requests that pages of other origins make of public booking routes, preflights too, by one small statement. A
 * refusal is noted for `refusals`, so that CORS knows of it. A booking's type stands in its body, so that its preflight
 * passes and the request itself is judged.
 */
export const origins = (world: World) => {
  const own = new Set([
    new URL(world.config.PUBLIC_URL).origin,
    ...listOf(world.config.CORS_ORIGINS),
  ]);

  /** The origin of the page that asks, where it is none of our own and none of CORS_ORIGINS. */
  function foreign(request: Request): string | null {
    const origin = request.headers.get("origin");
    if (origin === null || own.has(origin)) return null;
    // Our own page by a name that PUBLIC_URL does not have.
    const isOurs =
      request.headers.get("sec-fetch-site") === "same-origin" ||
      URL.parse(origin)?.host === request.headers.get("host");
    return isOurs ? null : origin;
  }

  async function demand(origin: string, about: Readonly<Record<string, unknown>>): Promise<void> {
    const { meetingTypeId = null, bookingId = null, username = null, slug = null } = about;
    if (![meetingTypeId, bookingId].every((id) => id === null || isId(id))) return;
    const found = await findOrigins(world.db, {
      meetingTypeId: meetingTypeId as string | null,
      bookingId: bookingId as string | null,
      username: plain(username),
      slug: plain(slug),
    });
    if (found.origins === null || found.origins.includes(origin)) return;
    throw new Problem(
      "origin_not_allowed",
      "The host of this meeting type does not let pages of this origin show it.",
    );
  }

  return new Elysia({ name: "origins" })
    .onRequest(async ({ request }) => {
      const origin = foreign(request);
      const route = origin === null ? null : publicRouteOf(request);
      if (origin === null || !route || contextOf(request).refusal) return;
      if (Object.keys(route.about).length === 0) return;
      await demand(origin, route.about).catch((error: Error) => refuse(request, error));
    })
    .onBeforeHandle({ as: "global" }, async ({ request, body, set }) => {
      const origin = foreign(request);
      const meetingTypeId = (body as { meetingTypeId?: unknown } | null | undefined)?.meetingTypeId;
      if (origin === null || request.method !== "POST" || meetingTypeId === undefined) return;
      if (!publicRouteOf(request)) return;
      await demand(origin, { meetingTypeId }).catch((error: Error) => {
        if (isForeign(error)) delete set.headers["access-control-allow-origin"];
        throw error;
      });
    });
};

/** Whether a request was refused because of the page that made it. */
export const isForeign = (refusal: Error | null): boolean =>
  refusal instanceof Problem && refusal.problem === "origin_not_allowed";

// Anything else is for the route to refuse.
const isId = (text: unknown): boolean =>
  typeof text === "string" && /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(text);

/** A part of a path as the router reads it; null where it is none. */
function plain(part: unknown): string | null {
  try {
    const text = typeof part === "string" ? decodeURIComponent(part) : null;
    return text?.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

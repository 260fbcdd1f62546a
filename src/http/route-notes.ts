import { Elysia } from "elysia";
import { noteRoute } from "./context.ts";

/** Notes which route a request has found. Comes before every feature, so that also a refusal is its route's. */
export const routeNotes = new Elysia({ name: "route-notes" })
  .onTransform({ as: "global" }, ({ request, route }) => {
    noteRoute(request, route);
  })
  // A body that cannot be read is refused before that.
  .onError({ as: "global" }, ({ request, route }) => {
    if (route) noteRoute(request, route);
  });

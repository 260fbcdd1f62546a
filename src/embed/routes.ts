// The embeddable widget: its module under a short-lived name, and each of its files under the hash of its content; and
// the small script for pages that show us in a frame instead.
import { Elysia } from "elysia";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import frames from "./frames.js" with { type: "text" };
import { hashOf } from "./widget-build.ts";

// Any page may load it: it holds nothing that is anybody's.
const OPEN = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };
const FOR_EVER = "public, max-age=31536000, immutable";
/** Long enough to carry a rush, short enough that a new version is everywhere soon. */
const SHORTLY = "public, max-age=300, stale-while-revalidate=86400";

const JAVASCRIPT = "text/javascript; charset=utf-8";

type Headers = Readonly<Record<string, string | undefined>>;

export const embed = ({ widget }: World) => {
  const built = () => {
    if (widget) return widget;
    throw new Problem("not_found", "The widget is not built here: bun run build:widget");
  };
  return new Elysia({ name: "embed", detail: { hide: true } })
    .get("/widget.js", ({ headers }) => {
      const { manifest, files } = built();
      return fresh(headers, files[manifest.script.path.slice(1)] ?? "", JAVASCRIPT);
    })
    .get("/widget.d.ts", ({ headers }) =>
      fresh(headers, built().types, "text/plain; charset=utf-8"),
    )
    .get("/embed.js", ({ headers }) => fresh(headers, frames, JAVASCRIPT))
    .get("/widget.:file", ({ path }) => {
      const text = built().files[path.slice(1)];
      // Of another version. What a page pins by a hash of its own must not be something else.
      if (text === undefined) throw new Problem("not_found");
      const contentType = path.endsWith(".js") ? JAVASCRIPT : "application/json";
      return answer(text, contentType, FOR_EVER);
    });
};

/** Under a name that stays while its content changes: 304 for who has the present one. */
function fresh(headers: Headers, text: string, contentType: string): Response {
  const etag = `"${hashOf(text)}"`;
  const isKnown = (headers["if-none-match"] ?? "").includes(etag);
  const response = isKnown
    ? new Response(null, { status: 304, headers: { ...OPEN, "cache-control": SHORTLY } })
    : answer(text, contentType, SHORTLY);
  response.headers.set("etag", etag);
  return response;
}

const answer = (text: string, contentType: string, cacheControl: string): Response =>
  new Response(text, {
    headers: { ...OPEN, "content-type": contentType, "cache-control": cacheControl },
  });

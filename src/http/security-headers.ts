import type { World } from "../world.ts";

const SELF_ONLY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
// Swagger UI sets style attributes on its elements.
const SWAGGER = SELF_ONLY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Sets what every answer carries; what a route set itself stays. */
export function secure(world: World, headers: Headers, path: string): void {
  const own = headers.get("content-security-policy") ?? NOTHING;
  const isPage = (headers.get("content-type") ?? "").startsWith("text/html");
  const always: Record<string, string> = {
    "content-security-policy": isPage
      ? path.startsWith("/swagger")
        ? SWAGGER
        : SELF_ONLY
      : NOTHING,
    // What is somebody's stays out of every cache; what anybody may keep says so itself.
    ...(path.startsWith("/api/") && { "cache-control": "no-store" }),
    "x-content-type-options": "nosniff",
    // Browsers that read frame-ancestors heed it instead; where frames are wanted it must say nothing else.
    ...(own.includes("frame-ancestors 'none'") && { "x-frame-options": "DENY" }),
    "x-xss-protection": "0",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "x-dns-prefetch-control": "off",
    "x-permitted-cross-domain-policies": "none",
    ...(world.config.NODE_ENV === "production" && {
      "strict-transport-security": "max-age=31536000; includeSubDomains",
    }),
  };
  for (const [name, value] of Object.entries(always))
    if (!headers.has(name)) headers.set(name, value);
}

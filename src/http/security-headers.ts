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
  const unlessSet = (name: string, value: string) => {
    if (!headers.has(name)) headers.set(name, value);
  };
  unlessSet("content-security-policy", policyOf(isPage, path));
  // What is somebody's stays out of every cache; what anybody may keep says so itself.
  if (path.startsWith("/api/")) unlessSet("cache-control", "no-store");
  // Browsers that read frame-ancestors heed it instead; where frames are wanted it must say nothing else.
  if (own.includes("frame-ancestors 'none'")) unlessSet("x-frame-options", "DENY");
  for (const [name, value] of ALWAYS) unlessSet(name, value);
  if (world.config.NODE_ENV === "production")
    unlessSet("strict-transport-security", "max-age=31536000; includeSubDomains");
}

const policyOf = (isPage: boolean, path: string): string => {
  if (!isPage) return NOTHING;
  return path.startsWith("/swagger") ? SWAGGER : SELF_ONLY;
};

const ALWAYS: readonly (readonly [name: string, value: string])[] = [
  ["x-content-type-options", "nosniff"],
  ["x-xss-protection", "0"],
  ["referrer-policy", "no-referrer"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "cross-origin"],
  ["x-dns-prefetch-control", "off"],
  ["x-permitted-cross-domain-policies", "none"],
];

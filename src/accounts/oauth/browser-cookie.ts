// What binds a sign-in, or the connecting of a calendar, to the browser that began it, so that nobody signs another in as
// himself. Not a session: it is worth nothing without the state that was sent to the provider.
import type { World } from "../../world.ts";
import { ATTEMPT_SECONDS } from "./begin.ts";

// With its prefix no neighbour under the same domain can set it (RFC 6265bis, section 4.1.3.2). It
// needs TLS, which development has not.
const isSecure = (world: World): boolean => world.config.PUBLIC_URL.startsWith("https:");
const nameIn = (world: World, purpose: Purpose): string =>
  `${isSecure(world) ? "__Host-" : ""}kalends-${purpose}`;

type Purpose = "sign-in" | "calendar";

/** The Set-Cookie that keeps the secret while somebody is at the provider; lets go of it where it is null. */
export const setCookie = (
  world: World,
  secret: string | null,
  purpose: Purpose = "sign-in",
): string =>
  [
    `${nameIn(world, purpose)}=${secret ?? ""}`,
    "Path=/",
    `Max-Age=${secret === null ? 0 : ATTEMPT_SECONDS}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(isSecure(world) ? ["Secure"] : []),
  ].join("; ");

/** The secret that the browser brings back, or null. */
export function cookieIn(
  world: World,
  header: string | undefined,
  purpose: Purpose = "sign-in",
): string | null {
  const values = (header ?? "")
    .split(";")
    .map((each) => each.trim().split("="))
    .filter(([name, value]) => name === nameIn(world, purpose) && /^[\w-]{43}$/.test(value ?? ""))
    .map(([, value]) => value);
  return values.length === 1 ? (values[0] ?? null) : null;
}

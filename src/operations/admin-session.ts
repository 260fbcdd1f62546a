// What lets an administrator's browser into the machinery: a cookie of its own that nothing else takes, for a quarter of
// an hour. Derived from his session and ended with it; who he is, is asked anew each time.
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";
import { findAdmin, openAdminSession } from "./queries.ts";

const SECONDS = 15 * 60;

/** Opens the machinery to the browser of this session: its Set-Cookie, and until when it is good. */
export async function openAdmin(
  world: World,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<{ cookie: string; expiresAt: Temporal.Instant }> {
  const now = world.now();
  await openAdminSession(world.db, { sessionId, userId, now });
  const expiresAt = now.add({ seconds: SECONDS });
  const token = makeToken(world, "admin-session", sessionId, "", expiresAt);
  return { cookie: cookieOf(world, token), expiresAt };
}

/** The id of the administrator whose browser brings this Cookie header; null where it is not let in. */
export async function adminIn(world: World, header: string | null): Promise<string | null> {
  const claim = readToken(valueIn(world, header) ?? "");
  if (!claim || claim.expiresAt === null || !isGenuine(world, "admin-session", claim, ""))
    return null;
  const admin = await findAdmin(world.db, { sessionId: claim.id, now: world.now() });
  return admin?.id ?? null;
}

/**
 * Whether a request was made by a page of ours: browsers say so themselves, and where they do not, the page's origin
 * must be ours.
 */
export function isOfOurPage(world: World, headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  return headers.get("origin") === new URL(world.config.PUBLIC_URL).origin;
}

const isSecure = (world: World): boolean => world.config.PUBLIC_URL.startsWith("https:");
// With its prefix nobody but this host can set it, and only over TLS, which development has not.
const nameIn = (world: World): string =>
  isSecure(world) ? "__Host-kalends-admin" : "kalends-admin";

const cookieOf = (world: World, token: string): string =>
  [
    `${nameIn(world)}=${token}`,
    "Path=/",
    `Max-Age=${SECONDS}`,
    "HttpOnly",
    "SameSite=Strict",
    ...(isSecure(world) ? ["Secure"] : []),
  ].join("; ");

function valueIn(world: World, header: string | null): string | null {
  const values = (header ?? "")
    .split(";")
    .map((each) => each.trim().split("="))
    .filter(([name]) => name === nameIn(world))
    .map(([, value]) => value);
  return values.length === 1 ? (values[0] ?? null) : null;
}

// Calendars on servers that users name: CalDAV by an app password, and feeds by their address.
import { createHash } from "node:crypto";
import { checkUrl } from "../outbound/check-url.ts";
import type { World } from "../world.ts";
import { connect } from "./connect.ts";

/** Connects an account on a CalDAV server (RFC 4791). Problems: invalid, and those of {@link connect}. */
export async function connectCalDav(
  world: World,
  userId: string,
  given: { url: string; username: string; password: string },
): Promise<{ id: string }> {
  const url = await checkUrl(world, given.url);
  const { host } = new URL(url);
  const { username, password } = given;
  return connect(world, {
    userId,
    provider: "caldav",
    accountId: `${url} ${username}`,
    account: username.includes("@") ? username : `${username}@${host}`,
    scopes: [],
    credentials: { kind: "password", url, username, password },
  });
}

/** Connects a calendar that is published at an address, which often is a secret. Problems: invalid, and those of {@link connect}. */
export async function connectIcs(
  world: World,
  userId: string,
  given: { url: string },
): Promise<{ id: string }> {
  // What calendars write to open one another; there is no such protocol.
  const url = await checkUrl(world, given.url.replace(/^webcals?:/i, "https:"));
  return connect(world, {
    userId,
    provider: "ics",
    accountId: createHash("sha256").update(url).digest("base64url"),
    account: new URL(url).host,
    scopes: [],
    credentials: { kind: "url", url },
  });
}

// Addresses on the network that users give us to call: webhooks, calendars.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { World } from "../world.ts";
import { isPublic } from "./address.ts";

/** Every address of a host's name, as the resolver tells them. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** A target that we do not call; `message` says why, and may be shown to whoever gave it. */
export class TargetRefused extends Error {
  override readonly name = "TargetRefused";
}

const PORTS = ["", "443", "80", "8443", "8080"];
const LONGEST = 2000;

/**
 * Takes a URL for a target, by its form alone: http or https (in production https only), no password,
 * a port of the web or of `ports`, and no host that is plainly inside. With OUTBOUND_ALLOW_PRIVATE any host and port, by
 * http too. Throws TargetRefused.
 */
export function targetOf(world: World, text: string, ports: readonly string[] = []): URL {
  const url = text.length <= LONGEST ? URL.parse(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "")
    throw new TargetRefused("must be a URL that begins with https://");
  if (url.username || url.password) throw new TargetRefused("must not hold a user or a password");
  if (url.hash) throw new TargetRefused("must not hold a fragment");
  const { OUTBOUND_ALLOW_PRIVATE, NODE_ENV } = world.config;
  if (OUTBOUND_ALLOW_PRIVATE) return url;
  if (NODE_ENV === "production" && url.protocol !== "https:")
    throw new TargetRefused("must begin with https://");
  const allowed = [...PORTS, ...ports];
  if (!allowed.includes(url.port))
    throw new TargetRefused(`must name port ${allowed.filter(Boolean).join(", ")}, or none`);
  const host = hostOf(url);
  if (isIP(host) ? !isPublic(host) : isInside(host)) throw new TargetRefused(NOT_PUBLIC);
  return url;
}

/**
 * The addresses that may be connected to: every one of the host, if all are public. Asked again at each
 * connection, since names change. Throws TargetRefused, or what the resolver throws.
 */
export async function addressesOf(world: World, hostname: string): Promise<readonly string[]> {
  const addresses = isIP(hostname) ? [hostname] : await (world.resolve ?? resolve)(hostname);
  if (addresses.length === 0) throw new Error("The name has no address");
  if (!world.config.OUTBOUND_ALLOW_PRIVATE && !addresses.every(isPublic))
    throw new TargetRefused(NOT_PUBLIC);
  return addresses;
}

/** The host of a URL without the brackets of IPv6. URL has brought odd spellings of numbers into form. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

const NOT_PUBLIC = "must lead to a public address";

// Names that never leave a machine or a site (RFC 6761, RFC 6762, RFC 9476), and names without a dot.
const isInside = (hostname: string): boolean => {
  const name = hostname.replace(/\.$/, "");
  return (
    /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|alt)$/i.test(name) ||
    !name.includes(".")
  );
};

const resolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

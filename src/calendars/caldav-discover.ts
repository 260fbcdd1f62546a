// From what a user types to where his calendars are (RFC 6764, RFC 5397, RFC 4791 §6.2.1).
import { servicesOf } from "../outbound/services.ts";
import type { World } from "../world.ts";
import { APPLE, type Dav, hrefsIn, siteOf } from "./caldav-dav.ts";
import { NotAsked } from "./caldav-failure.ts";
import { CalendarFailure } from "./failure.ts";

/** A collection of calendars, or a calendar that was named itself. */
export interface Home {
  readonly url: string;
  readonly depth: "0" | "1";
}

/**
 * Finds the calendars of an account by a URL, a host, or an address of mail. Throws CalendarFailure: needs_reauth at the
 * first refusal of the password, so that no server locks the account; refused where nothing speaks CalDAV.
 */
export async function findHomes(world: World, dav: Dav, typed: string): Promise<readonly Home[]> {
  const misses: CalendarFailure[] = [];
  for (const url of await startsOf(world, typed)) {
    try {
      const homes = await homesAt(dav, url);
      if (homes.length > 0) return homes;
    } catch (error) {
      if (!(error instanceof CalendarFailure) || error instanceof NotAsked) throw error;
      if (error.kind === "needs_reauth") throw error;
      misses.push(error);
    }
  }
  const why = misses.find(({ kind }) => kind === "throttled" || kind === "temporary");
  const forbidden = misses.find(({ kind }) => kind === "forbidden");
  throw (
    why ??
    forbidden ??
    new CalendarFailure("refused", "No calendars are found there: is this the CalDAV address?")
  );
}

/** Where to ask, one after the other. */
async function startsOf(world: World, typed: string): Promise<string[]> {
  const text = typed.trim();
  if (/^https?:\/\//i.test(text) || /[:/]/.test(text)) {
    const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
    if (!url) throw new CalendarFailure("refused", "The address cannot be read");
    const named = url.pathname === "/" ? [] : [url.href];
    return [...named, new URL("/.well-known/caldav", url).href, new URL("/", url).href];
  }
  const domain = text.split("@").at(-1)!.toLowerCase();
  const named = APPLE.test(domain) ? [] : await serversOf(world, domain);
  const host = `https://${APPLE.test(domain) ? `caldav.${siteOf(domain)}` : domain}`;
  return [...named, `${host}/.well-known/caldav`, `${host}/`];
}

/**
 * The servers that a domain names. One outside the domain is not asked: DNS proves nothing, and the password would go
 * there (RFC 6764 §8). Its owner can type that server himself.
 */
async function serversOf(world: World, domain: string): Promise<string[]> {
  const { NODE_ENV, OUTBOUND_ALLOW_PRIVATE } = world.config;
  const isOpen = OUTBOUND_ALLOW_PRIVATE || NODE_ENV !== "production";
  const schemes = isOpen ? (["https", "http"] as const) : (["https"] as const);
  for (const scheme of schemes) {
    const name = `_caldav${scheme === "https" ? "s" : ""}._tcp.${domain}`;
    const services = await servicesOf(world, name);
    const own = services.filter(({ target }) => target === domain || target.endsWith(`.${domain}`));
    if (services.length > 0 && own.length === 0)
      throw new CalendarFailure(
        "refused",
        `The domain names ${services[0]!.target} as its server: give that address if it is yours`,
      );
    if (own.length > 0)
      return own.map(({ target, port, path }) =>
        hrefAt(path ?? "/.well-known/caldav", `${scheme}://${target}:${port}/`),
      );
  }
  return [];
}

const HOME = "c:calendar-home-set";
const PRINCIPAL = "d:current-user-principal";

async function homesAt(dav: Dav, start: string): Promise<Home[]> {
  const { url, responses } = await dav.propfind(start, "0", [PRINCIPAL, HOME, "d:resourcetype"]);
  const props: Record<string, unknown> = responses[0]?.props ?? {};
  const principal = props["currentUserPrincipal"];
  if (isObject(principal) && "unauthenticated" in principal)
    throw new CalendarFailure("needs_reauth", "The server does not know the account");
  const [href] = hrefsIn(principal);
  const homes = homesIn(props, url);
  if (homes.length === 0 && href !== undefined) {
    const own = await dav.propfind(hrefAt(href, url), "0", [HOME]);
    homes.push(...homesIn(own.responses[0]?.props ?? {}, own.url));
  }
  if (homes.length > 0) return homes.map((each) => ({ url: each, depth: "1" }));
  const kinds = props["resourcetype"];
  return isObject(kinds) && "calendar" in kinds ? [{ url, depth: "0" }] : [];
}

const homesIn = (props: Record<string, unknown>, base: string): string[] =>
  hrefsIn(props["calendarHomeSet"]).map((href) => hrefAt(href, base));

const hrefAt = (href: string, base: string): string => URL.parse(href, base)?.href ?? base;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Addresses of the account, in lower case: its user name where it is one, and what the server knows. */
export async function addressesOfAccount(
  dav: Dav,
  calendar: string,
  username: string,
): Promise<ReadonlySet<string>> {
  const own = new Set(username.includes("@") ? [username.toLowerCase()] : []);
  try {
    const found = await dav.propfind(calendar, "0", [PRINCIPAL]);
    const [href] = hrefsIn(found.responses[0]?.props?.["currentUserPrincipal"]);
    if (href === undefined) return own;
    const principal = await dav.propfind(hrefAt(href, found.url), "0", [
      "c:calendar-user-address-set",
    ]);
    for (const each of hrefsIn(principal.responses[0]?.props?.["calendarUserAddressSet"]))
      if (/^mailto:/i.test(each)) own.add(each.slice(7).toLowerCase());
  } catch (error) {
    // Without them a declined invitation blocks, which is better than a calendar that is not read.
    if (!(error instanceof CalendarFailure)) throw error;
  }
  return own;
}

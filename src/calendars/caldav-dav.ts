// Requests to a CalDAV server. `tsdav` writes and reads their XML; its ways of finding calendars and following changes
// are not used: they take a wrong password for a missing calendar, and one broken event costs them the rest.
import { type DAVDepth, type DAVResponse, davRequest, propfind } from "tsdav";
import { guardedFetch, type Sent, TooLarge } from "../outbound/guarded-fetch.ts";
import { hostOf, targetOf } from "../outbound/target.ts";
import type { World } from "../world.ts";
import { failureOf, failureOfAnswer, NotAsked } from "./caldav-failure.ts";
import { CalendarFailure } from "./failure.ts";
import type { Access } from "./provider.ts";

/** Where CalDAV is found besides the ports of the web: Radicale's, and cPanel's over TLS. */
const CALDAV_PORTS = ["5232", "2080"];

/** What a call of the provider may take. */
export interface DavBounds {
  readonly requestMs: number;
  /** A full sync of a big calendar takes many requests. */
  readonly callMs: number;
  readonly answerBytes: number;
}

export type PasswordAccess = Extract<Access, { kind: "password" }>;

export interface DavAnswer {
  /** Who answered, after all redirects: what its relative hrefs belong to. */
  readonly url: string;
  readonly responses: readonly DAVResponse[];
}

/** A session with the server of an account: everything goes through src/outbound, the password to its site alone. */
export interface Dav {
  propfind(url: string, depth: DAVDepth, props: readonly string[]): Promise<DavAnswer>;
  /** Throws TooLarge where the answer is. */
  report(url: string, depth: DAVDepth, body: Record<string, unknown>): Promise<DavAnswer>;
  /** Any other request; what the server answers is not judged. */
  send(url: string, sent: Sent): Promise<Response>;
}

/** Opens a session of one call. */
export function openDav(world: World, access: PasswordAccess, bounds: DavBounds): Dav {
  const { username, password } = access;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const isTls = /^https:/i.test(access.url);
  const trusts = (url: URL) =>
    isOfSite(access.url, hostOf(url)) && (!isTls || url.protocol === "https:");
  const check = (url: URL) => {
    if (!trusts(url)) throw new NotAsked("The server leads to another site");
  };
  const ends = performance.now() + bounds.callMs;

  async function send(url: string, sent: Sent): Promise<Response> {
    const timeoutMs = Math.min(bounds.requestMs, ends - performance.now());
    if (timeoutMs <= 0) throw new CalendarFailure("temporary", "The calendar takes too long");
    try {
      check(targetOf(world, url, CALDAV_PORTS));
      const maxBytes = bounds.answerBytes;
      const headers = new Headers(sent.headers);
      headers.set("authorization", authorization);
      headers.set("user-agent", "Kalends");
      const fetch = guardedFetch(world, { timeoutMs, maxBytes, ports: CALDAV_PORTS, trusts });
      const response = await fetch(url, { ...sent, headers });
      // Redirected there it was asked without the password: its answer tells nothing.
      check(new URL(response.url));
      return response;
    } catch (error) {
      throw error instanceof TooLarge ? error : failureOf(error);
    }
  }

  /** Lets tsdav ask; whatever is no success does not come back to it. */
  async function ask(
    url: string,
    by: (fetch: typeof globalThis.fetch) => Promise<DAVResponse[]>,
  ): Promise<DavAnswer> {
    let from = url;
    const fetch = async (at: string, sent: Sent) => {
      const response = await send(at, sent);
      const text = await response.text();
      if (!response.ok) throw failureOfAnswer(response, text);
      // tsdav takes XML that breaks off for a shorter list, in which the rest would be gone.
      if (!/<(\/([\w.-]+:)?multistatus|([\w.-]+:)?multistatus[^<]*\/)\s*>\s*$/.test(text))
        throw new CalendarFailure("temporary", "The server's answer is no whole multistatus");
      from = response.url;
      return new Response(text, response);
    };
    const responses = await by(fetch as unknown as typeof globalThis.fetch);
    const raw: unknown = responses[0]?.raw;
    if (typeof raw !== "object" || raw === null || !("multistatus" in raw))
      throw new CalendarFailure("temporary", "The server's answer cannot be read");
    return { url: from, responses };
  }

  return {
    send,
    propfind: (url, depth, names) => {
      const props = Object.fromEntries(names.map((name) => [name, {}]));
      return ask(url, (fetch) => propfind({ url, depth, props, fetch }));
    },
    report: (url, depth, body) => {
      const init = { method: "REPORT" as const, namespace: "d", headers: { depth }, body };
      return ask(url, (fetch) => davRequest({ url, init, fetch }));
    },
  };
}

/** The namespaces that our prefixes stand for. */
export const NAMESPACES = {
  "xmlns:d": "DAV:",
  "xmlns:c": "urn:ietf:params:xml:ns:caldav",
  "xmlns:cs": "http://calendarserver.org/ns/",
};

/** The text of a property; null where it has none. */
export function textOfProp(value: unknown): string | null {
  const inner =
    typeof value === "object" && value !== null && "_cdata" in value ? value._cdata : value;
  // tsdav makes numbers and booleans of what looks like them.
  return ["string", "number", "boolean"].includes(typeof inner) && inner !== "" ? `${inner}` : null;
}

/** Every href in a property. */
export function hrefsIn(value: unknown): string[] {
  const { href } = (typeof value === "object" && value !== null ? value : {}) as { href?: unknown };
  return [href].flat().flatMap((each) => textOfProp(each) ?? []);
}

/**
 * A resource's URL, spelled the same however the server spells it. What is not of its collection's host is taken to be
 * there all the same: the host that answers may not be the one that is asked.
 */
export function urlOf(href: string, base: string): string {
  const url = URL.parse(href, base) ?? new URL(base);
  const path = url.pathname.split("/").map((part) => spelled(part));
  return new URL(path.join("/") + url.search, base).href;
}

function spelled(part: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(part)).replace(
      /%(40|3A|24|26|2B|2C|3B|3D)/g,
      (code) => decodeURIComponent(code),
    );
  } catch {
    return part;
  }
}

/** Hosts of a provider whose addresses lie elsewhere. */
export const APPLE = /^(me|mac|icloud)\.com$/i;

/**
 * Whether a host belongs to the site that a user has typed: the host itself, its siblings (iCloud answers from
 * p42-caldav.icloud.com) and what is below them.
 */
export function isOfSite(typed: string, host: string): boolean {
  const own = siteOf(typed);
  const parent = own.split(".").slice(1).join(".");
  const site = parent.includes(".") && !/^[\d.]+$|:/.test(own) ? parent : own;
  return [own, site].some((each) => host === each || host.endsWith(`.${each}`));
}

/** The host that somebody means by a URL, a host or an address of mail. */
export function siteOf(typed: string): string {
  const host =
    typed
      .trim()
      .replace(/^[a-z]+:\/\//i, "")
      .replace(/[/?#].*$/s, "")
      .split("@")
      .at(-1) ?? "";
  const name = URL.parse(`https://${host}`);
  const site = name ? hostOf(name) : host;
  return APPLE.test(site) ? "icloud.com" : site;
}

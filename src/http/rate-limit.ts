import type { Count, Limiter } from "../limits.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { limitKey } from "./address.ts";
import { knownKeys } from "./known-keys.ts";

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

interface Requests {
  /** Null: whatever it is. */
  readonly method: string | null;
  readonly path: RegExp;
}

/** Asks for a booking or a hold, by the API or by the form of a host's page. */
const BOOKING: Requests = {
  method: "POST",
  path: /^\/(api\/v1\/bookings|api\/v1\/meeting-types\/[^/]+\/holds|(?!(api|b|dev|assets)\/)[^/]+\/[^/]+)\/?$/,
};

interface Policy extends Requests {
  readonly name: string;
  readonly share: number;
  readonly byKey: boolean;
}

/**
 * What is dearer than a read is rationed tighter: a share of RATE_LIMIT_PER_MINUTE. It is counted by API key where
 * there is a right one, else by address; signing in always by address, for which no key is needed.
 */
const POLICIES: readonly Policy[] = [
  {
    name: "sign-in",
    share: 0.2,
    byKey: false,
    method: "POST",
    path: /^\/(api\/v1\/auth\/(login|register|password\/(forgot|reset)|email\/(verify|resend|undo))|verify|reset|undo-email)\/?$/,
  },
  {
    name: "provider sign-in",
    share: 0.3,
    byKey: false,
    method: null,
    path: /^\/api\/v1\/(auth\/((google|microsoft)(\/callback)?|exchange)|calendar\/callback\/[^/]+)\/?$/,
  },
  // Each makes us call somebody at once, whom the caller names.
  {
    name: "connecting",
    share: 0.1,
    byKey: false,
    method: "POST",
    path: /^\/api\/v1\/calendar\/connect\/[^/]+\/?$/,
  },
  { name: "booking", share: 0.3, byKey: true, ...BOOKING },
  // Of its own, so that a chatty page costs its visitor no booking.
  {
    name: "events",
    share: 0.6,
    byKey: true,
    method: "POST",
    path: /^\/api\/v1\/analytics\/event\/?$/,
  },
  // A provider tells of every mail and every changed calendar, from few addresses; what is not signed by it costs one hash.
  {
    name: "callbacks",
    share: 20,
    byKey: false,
    method: "POST",
    path: /^\/api\/v1\/(callbacks|calendar\/notifications)\/[^/]+\/?$/,
  },
  { name: "default", share: 1, byKey: true, method: null, path: /^(?!\/health)/ },
];

/** What takes time and sends mails is rationed by the day too, these together; not for who shows a right API key. */
const DAILY: readonly Requests[] = [
  BOOKING,
  { method: "PATCH", path: /^\/api\/v1\/bookings\/[^/]+\/reschedule\/?$/ },
  { method: "POST", path: /^\/b\/[^/]+\/reschedule\/?$/ },
];

export interface Limit {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the request is one too many. */
  readonly problem: Problem | null;
}

export interface RateLimit {
  /** Counts a request of an address or of an API key; null where nothing is limited. */
  count(request: Request, path: string, address: string): Promise<Limit | null>;
  /** Hears what a route found out about the request's API key: its id, null for a wrong one. */
  learnKey(request: Request, keyId: string | null): void;
}

export function rateLimit(world: World): RateLimit {
  const { RATE_LIMIT_PER_MINUTE: perMinute, CLIENT_BOOKINGS_PER_DAY: perDay } = world.config;
  if (perMinute === 0 && perDay === 0) return { count: async () => null, learnKey: () => {} };
  const keys = knownKeys(() => performance.now());
  const ration = (name: string, points: number, seconds: number) => ({
    name,
    points,
    seconds,
    limiter: world.limits.of(name, { points, seconds }),
  });
  const minutely = POLICIES.map(({ name, share, ...policy }) => ({
    ...policy,
    ...ration(name, Math.max(1, Math.floor(perMinute * share)), MINUTE_SECONDS),
  }));
  const daily = ration("bookings-of-a-day", Math.max(1, perDay), DAY_SECONDS);

  async function count(request: Request, path: string, address: string): Promise<Limit | null> {
    // A preflight costs nothing, and a browser that is refused one cannot tell its page why.
    if (request.method === "OPTIONS") return null;
    const isOne = ({ method, path: pattern }: Requests) =>
      (method === null || method === request.method) && pattern.test(path);
    const byAddress = limitKey(address);
    const keyId = keys.find(request);
    const taken: Promise<Counted>[] = [];
    const policy = perMinute > 0 ? minutely.find(isOne) : undefined;
    if (policy)
      taken.push(take(policy, policy.byKey && keyId !== null ? `key-${keyId}` : byAddress));
    if (perDay > 0 && keyId === null && DAILY.some(isOne)) taken.push(take(daily, byAddress));
    return taken.length === 0 ? null : limitOf(await Promise.all(taken));
  }
  return { count, learnKey: keys.learn };
}

interface Ration {
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
  readonly limiter: Limiter;
}
type Counted = Ration & { readonly count: Count };

const take = async (ration: Ration, key: string): Promise<Counted> => ({
  ...ration,
  count: await ration.limiter.take(key),
});

function limitOf(counted: readonly Counted[]): Limit {
  const over = counted.findLast(({ count }) => count.isOver);
  return {
    headers: {
      "ratelimit-policy": counted
        .map(({ name, points, seconds }) => `"${name}";q=${points};w=${seconds}`)
        .join(", "),
      ratelimit: counted
        .map(({ name, count }) => `"${name}";r=${count.remaining};t=${count.seconds}`)
        .join(", "),
    },
    problem: over ? tooMany("Too many requests.", over.count.seconds) : null,
  };
}

/** The refusal of what was one too many; says when to come back. */
export const tooMany = (why: string, seconds: number): Problem =>
  new Problem("rate_limited", `${why} Try again in ${seconds} seconds.`, {
    headers: { "retry-after": String(seconds) },
  });

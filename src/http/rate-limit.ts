import type { Count } from "../limits.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { limitKey } from "./address.ts";
import { knownKeys } from "./known-keys.ts";

const WINDOW_SECONDS = 60;

/**
 * What is dearer than a read is rationed tighter: a share of RATE_LIMIT_PER_MINUTE. It is counted by API key where
 * there is a right one, else by address; signing in always by address, for which no key is needed.
 */
const POLICIES = [
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
    path: /^\/api\/v1\/auth\/((google|microsoft)(\/callback)?|exchange)\/?$/,
  },
  {
    name: "booking",
    share: 0.3,
    byKey: true,
    method: "POST",
    path: /^\/api\/v1\/(bookings|meeting-types\/[^/]+\/holds)\/?$/,
  },
  // Of its own, so that a chatty page costs its visitor no booking.
  {
    name: "events",
    share: 0.6,
    byKey: true,
    method: "POST",
    path: /^\/api\/v1\/analytics\/event\/?$/,
  },
  { name: "default", share: 1, byKey: true, method: null, path: /^(?!\/health)/ },
] as const;

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
  const perMinute = world.config.RATE_LIMIT_PER_MINUTE;
  if (perMinute === 0) return { count: async () => null, learnKey: () => {} };
  const keys = knownKeys(() => performance.now());
  const policies = POLICIES.map((policy) => {
    const points = Math.max(1, Math.floor(perMinute * policy.share));
    const limiter = world.limits.of(policy.name, { points, seconds: WINDOW_SECONDS });
    return { ...policy, points, limiter };
  });
  async function count(request: Request, path: string, address: string): Promise<Limit | null> {
    // A preflight costs nothing, and a browser that is refused one cannot tell its page why.
    if (request.method === "OPTIONS") return null;
    const policy = policies.find(
      (each) => each.path.test(path) && (each.method === null || each.method === request.method),
    );
    if (!policy) return null;
    const keyId = policy.byKey ? keys.find(request) : null;
    const counted = keyId === null ? limitKey(address) : `key-${keyId}`;
    return limitOf(policy.name, policy.points, await policy.limiter.take(counted));
  }
  return { count, learnKey: keys.learn };
}

function limitOf(name: string, points: number, { isOver, remaining, seconds }: Count): Limit {
  return {
    headers: {
      "ratelimit-policy": `"${name}";q=${points};w=${WINDOW_SECONDS}`,
      ratelimit: `"${name}";r=${remaining};t=${seconds}`,
    },
    problem: isOver ? tooMany("Too many requests.", seconds) : null,
  };
}

/** The refusal of what was one too many; says when to come back. */
export const tooMany = (why: string, seconds: number): Problem =>
  new Problem("rate_limited", `${why} Try again in ${seconds} seconds.`, {
    headers: { "retry-after": String(seconds) },
  });

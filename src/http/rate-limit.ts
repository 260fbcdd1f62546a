import Redis from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { limitKey } from "./address.ts";

const WINDOW_SECONDS = 60;
/** No request waits longer for being counted. */
const STORE_TIMEOUT_MS = 1000;
/** How long a store that failed is left alone; each process counts for itself meanwhile. */
const STORE_REST_MS = 5000;

/** What is dearer than a read is rationed tighter: a share of RATE_LIMIT_PER_MINUTE. */
const POLICIES = [
  {
    name: "sign-in",
    share: 0.2,
    method: "POST",
    path: /^\/api\/v1\/auth\/(login|register|email\/verify)\/?$/,
  },
  {
    name: "booking",
    share: 0.3,
    method: "POST",
    path: /^\/api\/v1\/(bookings|meeting-types\/[^/]+\/holds)\/?$/,
  },
  { name: "default", share: 1, method: null, path: /^(?!\/health)/ },
] as const;

export interface Limit {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the request is one too many. */
  readonly problem: Problem | null;
}

export interface RateLimit {
  /** Counts a request of an address; null where nothing is limited. */
  count(request: Request, path: string, address: string): Promise<Limit | null>;
  close(): void;
}

export function rateLimit(world: World): RateLimit {
  const perMinute = world.config.RATE_LIMIT_PER_MINUTE;
  if (perMinute === 0) return { count: async () => null, close: () => {} };
  const { make, close } = sharedStore(world);
  const policies = POLICIES.map((policy) => {
    const points = Math.max(1, Math.floor(perMinute * policy.share));
    const options = { keyPrefix: `limit-${policy.name}`, points, duration: WINDOW_SECONDS };
    return { ...policy, points, shared: make?.(options), own: new RateLimiterMemory(options) };
  });
  let restsUntil = 0;

  async function consume(
    shared: RateLimiterAbstract | undefined,
    own: RateLimiterMemory,
    key: string,
  ): Promise<RateLimiterRes> {
    if (shared && performance.now() >= restsUntil) {
      const outcome = await inTime(shared.consume(key)).catch((refusal: unknown) => refusal);
      if (outcome instanceof RateLimiterRes) return outcome;
      restsUntil = performance.now() + STORE_REST_MS;
      world.log.warn({ err: outcome }, "The rate limit's store does not answer");
    }
    return own.consume(key).catch((refusal: RateLimiterRes) => refusal);
  }

  return {
    async count(request, path, address) {
      // A preflight costs nothing, and a browser that is refused one cannot tell its page why.
      if (request.method === "OPTIONS") return null;
      const policy = policies.find(
        (each) => each.path.test(path) && (each.method === null || each.method === request.method),
      );
      if (!policy) return null;
      const outcome = await consume(policy.shared, policy.own, limitKey(address));
      return limitOf(policy.name, policy.points, outcome);
    },
    close,
  };
}

function limitOf(name: string, points: number, result: RateLimiterRes): Limit {
  const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
  const isOver = result.consumedPoints > points;
  return {
    headers: {
      "ratelimit-policy": `"${name}";q=${points};w=${WINDOW_SECONDS}`,
      ratelimit: `"${name}";r=${Math.max(0, result.remainingPoints)};t=${seconds}`,
    },
    problem: isOver
      ? new Problem("rate_limited", `Too many requests. Try again in ${seconds} seconds.`, {
          headers: { "retry-after": String(seconds) },
        })
      : null,
  };
}

interface SharedStore {
  /** Makes a limiter whose count every process shares; absent where there is only this one. */
  make?: (options: { keyPrefix: string; points: number; duration: number }) => RateLimiterAbstract;
  close(): void;
}

/** Redis where there is one; else PostgreSQL; in development, with its one process, nothing. */
function sharedStore(world: World): SharedStore {
  const { REDIS_URL, REDIS_TLS_INSECURE, NODE_ENV } = world.config;
  if (REDIS_URL) {
    const client = new Redis(REDIS_URL, {
      // Until it is connected, commands wait, and inTime() bounds how long.
      maxRetriesPerRequest: 1,
      ...(REDIS_URL.startsWith("rediss:") && { tls: { rejectUnauthorized: !REDIS_TLS_INSECURE } }),
    });
    // It connects again by itself; what fails meanwhile is told by who asked.
    client.on("error", () => {});
    return {
      make: (options) => new RateLimiterRedis({ ...options, storeClient: client }),
      close: () => client.disconnect(),
    };
  }
  if (NODE_ENV !== "production") return { close: () => {} };
  return {
    make: (options) =>
      new RateLimiterPostgres({
        ...options,
        storeClient: postgresClient(world),
        storeType: "client",
        tableName: "rate_limits",
        tableCreated: true,
      }),
    close: () => {},
  };
}

const postgresClient = (world: World) => ({
  query: async ({ text, values }: { text: string; values: (string | number)[] }) => ({
    rows: await world.db.run(text, values),
  }),
});

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, STORE_TIMEOUT_MS, new Error("The store did not answer in time"));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

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

/** What is dearer than a read is rationed tighter: a share of RATE_LIMIT_PER_MINUTE. */
const POLICIES = [
  {
    name: "sign-in",
    share: 0.2,
    method: "POST",
    path: /^\/api\/v1\/auth\/(login|register|email\/verify)$/,
  },
  { name: "booking", share: 0.3, method: "POST", path: /^\/api\/v1\/bookings$/ },
  { name: "default", share: 1, method: null, path: /^(?!\/health)/ },
] as const;

export interface Limit {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the request is one too many. */
  readonly problem: Problem | null;
}

/** Counts a request of an address; null where nothing is limited. A store that fails lets it pass. */
export type RateLimit = (request: Request, path: string, address: string) => Promise<Limit | null>;

export function rateLimit(world: World): RateLimit {
  const perMinute = world.config.RATE_LIMIT_PER_MINUTE;
  if (perMinute === 0) return async () => null;
  const stores = POLICIES.map(({ name, share }) =>
    store(world, name, Math.max(1, Math.floor(perMinute * share))),
  );

  return async (request, path, address) => {
    const which = POLICIES.findIndex(
      (policy) =>
        policy.path.test(path) && (policy.method === null || policy.method === request.method),
    );
    const limiter = stores[which];
    if (!limiter) return null;
    const outcome = await limiter.consume(limitKey(address)).catch((refusal: unknown) => refusal);
    if (outcome instanceof RateLimiterRes)
      return limitOf(POLICIES[which]!.name, limiter.points, outcome);
    world.log.warn({ err: outcome }, "The rate limit's store does not answer");
    return null;
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

/** Redis where there is one; else PostgreSQL, so that processes share the count; in development memory. */
function store(world: World, name: string, points: number): RateLimiterAbstract {
  const options = { keyPrefix: `limit-${name}`, points, duration: WINDOW_SECONDS };
  const { REDIS_URL, NODE_ENV } = world.config;
  if (REDIS_URL) {
    const client = new Redis(REDIS_URL, redisOptions(world));
    client.on("error", () => {});
    return new RateLimiterRedis({ ...options, storeClient: client });
  }
  if (NODE_ENV !== "production") return new RateLimiterMemory(options);
  return new RateLimiterPostgres({
    ...options,
    storeClient: postgresClient(world),
    storeType: "client",
    tableName: "rate_limits",
    tableCreated: true,
  });
}

/** How every Redis client of ours connects: rediss:// verified unless told otherwise. */
export const redisOptions = ({ config }: World) => ({
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  ...(config.REDIS_URL?.startsWith("rediss:") && {
    tls: { rejectUnauthorized: !config.REDIS_TLS_INSECURE },
  }),
});

const postgresClient = (world: World) => ({
  query: async ({ text, values }: { text: string; values: (string | number)[] }) => ({
    rows: await world.db.run(text, values),
  }),
});

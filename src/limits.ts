// How often something may happen, counted for all processes together.
import Redis from "ioredis";
import type { Logger } from "pino";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import type { Config } from "./config.ts";
import type { Db } from "./db/sql.ts";

/** No request waits longer for being counted. */
const STORE_TIMEOUT_MS = 1000;
/** How long a store that failed is left alone; each process counts for itself meanwhile. */
const STORE_REST_MS = 5000;

/** So many points in so many seconds, from the first one on. */
export interface Allowance {
  readonly points: number;
  readonly seconds: number;
}

export interface Count {
  readonly isOver: boolean;
  readonly remaining: number;
  /** Until it begins anew; at least one. */
  readonly seconds: number;
}

export interface Limiter {
  /** Counts one. */
  take(key: string): Promise<Count>;
  /** Takes one back: it was none of those that are limited. */
  giveBack(key: string): Promise<void>;
}

export interface Limits {
  /** The limiter of a name; the same one each time. */
  of(name: string, allowance: Allowance): Limiter;
  /** Lets go of what is counted in. */
  close(): void;
}

/** Counts in Redis where there is one; else in PostgreSQL; in development, with its one process, here. */
export function makeLimits(
  world: { config: Config; db: Db; log: Logger },
  storeTimeoutMs = STORE_TIMEOUT_MS,
): Limits {
  const limiters = new Map<string, Limiter>();
  let redis: Redis | null = null;
  let restsUntil = 0;

  /** A limiter whose count every process shares; absent where there is only this one. */
  function sharedLimiter(options: Options): RateLimiterAbstract | null {
    const { REDIS_URL, NODE_ENV } = world.config;
    if (REDIS_URL) {
      redis ??= connect(world.config, REDIS_URL);
      return new RateLimiterRedis({ ...options, storeClient: redis });
    }
    return NODE_ENV === "production" ? inPostgres(world.db, options) : null;
  }

  /** What the shared store says; null where there is none that answers. */
  async function asked(work: () => Promise<unknown>): Promise<unknown> {
    if (performance.now() < restsUntil) return null;
    const outcome = await inTime(work(), storeTimeoutMs).catch((refusal: unknown) => refusal);
    if (outcome instanceof RateLimiterRes) return outcome;
    restsUntil = performance.now() + STORE_REST_MS;
    world.log.warn({ err: outcome }, "The rate limit's store does not answer");
    return null;
  }

  function limiter(name: string, { points, seconds }: Allowance): Limiter {
    const options = { keyPrefix: `limit-${name}`, points, duration: seconds };
    const shared = sharedLimiter(options);
    const own = new RateLimiterMemory(options);
    return {
      async take(key) {
        const outcome =
          (shared && (await asked(() => shared.consume(key)))) ??
          (await own.consume(key).catch((refusal: RateLimiterRes) => refusal));
        return countOf(outcome as RateLimiterRes, points);
      },
      async giveBack(key) {
        if (!(shared && (await asked(() => shared.reward(key))))) await own.reward(key);
      },
    };
  }

  return {
    of(name, allowance) {
      const known = limiters.get(name) ?? limiter(name, allowance);
      limiters.set(name, known);
      return known;
    },
    close: () => redis?.disconnect(),
  };
}

interface Options {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

const countOf = (result: RateLimiterRes, points: number): Count => ({
  isOver: result.consumedPoints > points,
  remaining: Math.max(0, result.remainingPoints),
  seconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
});

function connect({ REDIS_TLS_INSECURE }: Config, url: string): Redis {
  const client = new Redis(url, {
    // Until it is connected, commands wait, and inTime() bounds how long.
    maxRetriesPerRequest: 1,
    ...(url.startsWith("rediss:") && { tls: { rejectUnauthorized: !REDIS_TLS_INSECURE } }),
  });
  // It connects again by itself; what fails meanwhile is told by who asked.
  client.on("error", () => {});
  return client;
}

const inPostgres = (db: Db, options: Options): RateLimiterAbstract =>
  new RateLimiterPostgres({
    ...options,
    storeClient: {
      query: async ({ text, values }: { text: string; values: (string | number)[] }) => ({
        rows: await db.run(text, values),
      }),
    },
    storeType: "client",
    tableName: "rate_limits",
    tableCreated: true,
  });

async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, withinMs, new Error("The store did not answer in time"));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

import Redis from "ioredis";
import type { Logger } from "pino";
import type { Store } from "./cache.ts";
import type { Config } from "./config.ts";

/** Nobody waits longer for Redis than the database would take. */
const ANSWERS_WITHIN_MS = 50;
/** How long it is left alone after it was late, or refused something. */
const REST_MS = 5_000;
const PREFIX = "kalends:cache:";

/**
 * Keeps answers in Redis. It is the queue's too and evicts nothing, so that it must not be filled: each answer is kept for a
 * while, and in that while this process gives it so much and no more. Where Redis is away, late or full, nothing is
 * found and nothing kept, and that is said once.
 * @param keptForMs how long each answer is kept
 * @param most how many characters this process gives it in that time
 * @param answersWithinMs for tests
 */
export function redisStore(
  { config, log }: { config: Config; log: Logger },
  url: string,
  {
    keptForMs,
    most,
    answersWithinMs = ANSWERS_WITHIN_MS,
  }: { keptForMs: number; most: number; answersWithinMs?: number },
): Store {
  let client: Redis | null = null;
  let isAway = false;
  let restsUntil = 0;
  let isFullUntil = 0;
  let given = { characters: 0, until: 0 };

  /** The connection, opened when first wanted; null while it is not there. */
  function ready(): Redis | null {
    client ??= connect();
    return client.status === "ready" && performance.now() >= restsUntil ? client : null;
  }

  function connect(): Redis {
    const made = new Redis(url, {
      ...(url.startsWith("rediss:") && {
        tls: { rejectUnauthorized: !config.REDIS_TLS_INSECURE },
      }),
      commandTimeout: answersWithinMs,
      enableOfflineQueue: false,
      // What was not answered is asked of the database, not again of Redis.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      enableAutoPipelining: true,
    });
    made.on("error", away);
    made.on("ready", back);
    return made;
  }

  function away(error: Error): void {
    restsUntil = performance.now() + REST_MS;
    if (isAway) return;
    isAway = true;
    log.warn({ err: error }, "The cache does without Redis, which does not answer");
  }

  function back(): void {
    restsUntil = 0;
    if (isAway) log.info("The cache has Redis again");
    isAway = false;
  }

  function mayGive(characters: number): boolean {
    const now = performance.now();
    if (now < isFullUntil) return false;
    if (now >= given.until) given = { characters: 0, until: now + keptForMs };
    given.characters += characters;
    return given.characters <= most;
  }

  return {
    async get(key) {
      const redis = ready();
      if (!redis) return null;
      try {
        const text = await redis.get(PREFIX + key);
        if (isAway) back();
        return text;
      } catch (error) {
        away(error as Error);
        return null;
      }
    },
    set(key, text) {
      const redis = ready();
      if (!redis || !mayGive(text.length + key.length)) return;
      redis.set(PREFIX + key, text, "PX", keptForMs).catch((error: Error) => {
        isFullUntil = performance.now() + REST_MS;
        log.debug({ err: error }, "Redis keeps nothing at present");
      });
    },
    close: () => client?.disconnect(),
  };
}

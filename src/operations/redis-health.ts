import type { Logger } from "pino";
import type { Config } from "../config.ts";

const OLDEST = [6, 2] as const;

/** What was found, and how it is mended. */
export interface Verdict {
  readonly state: "ok" | "warning" | "problem";
  readonly said: string;
  readonly mend?: string;
}

/** What the Redis of this configuration says of itself (INFO). Throws why it cannot be asked. */
export async function redisInfo(url: string, { REDIS_TLS_INSECURE }: Config): Promise<string> {
  // Who has no Redis needs no client of it.
  const { Redis } = await import("ioredis");
  let failure: unknown;
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    retryStrategy: () => null,
    ...(url.startsWith("rediss:") && { tls: { rejectUnauthorized: !REDIS_TLS_INSECURE } }),
  });
  redis.on("error", (error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    return `${await redis.info()}`;
  } catch (error) {
    throw failure ?? error;
  } finally {
    redis.disconnect();
  }
}

/** What Redis says of itself (INFO), judged: jobs may wait there for days, so it may throw nothing away. */
export function judgeRedis(info: string): Verdict {
  const of = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const version = of("redis_version");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return {
      state: "problem",
      said: `Redis ${version} is too old`,
      mend: `Move to Redis ${OLDEST.join(".")} or later.`,
    };
  if (of("role") === "slave")
    return {
      state: "problem",
      said: `Redis ${version} is a replica`,
      mend: "Let REDIS_URL name the primary.",
    };
  const policy = of("maxmemory_policy");
  const mend =
    "Set `maxmemory-policy noeviction` (redis.conf, or the parameters of a managed Redis).";
  if (policy !== "" && policy !== "noeviction")
    return Number(of("maxmemory")) > 0
      ? {
          state: "problem",
          said: `Redis ${version} throws jobs away when its memory is full (${policy})`,
          mend,
        }
      : {
          state: "warning",
          said: `Redis ${version} would throw jobs away once maxmemory is set (${policy})`,
          mend,
        };
  return { state: "ok", said: `Redis ${version} answers, and throws nothing away` };
}

/**
 * Tells the log, when a process starts, of a Redis that is not as the queues need it. One that cannot be asked is not its
 * matter: whoever needs it says so. Never rejects.
 */
export async function warnOfRedis({ config, log }: { config: Config; log: Logger }): Promise<void> {
  if (config.REDIS_URL === undefined) return;
  const info = await redisInfo(config.REDIS_URL, config).catch(() => null);
  if (info === null) return;
  const { state, said, mend } = judgeRedis(info);
  if (state !== "ok") log.warn({ mend }, said);
}

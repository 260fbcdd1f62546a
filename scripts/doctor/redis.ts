import { Redis } from "ioredis";
import type { Config } from "../../src/config.ts";
import { ok, problem, type Result, reason, warning } from "./finding.ts";

const OLDEST = [6, 2] as const;

/** Whether Redis answers, and keeps what it is given. */
export async function checkRedis({ REDIS_URL, REDIS_TLS_INSECURE }: Config): Promise<Result> {
  if (REDIS_URL === undefined) return ok("not used: the queues are PostgreSQL's");
  let failure: unknown;
  const redis = new Redis(REDIS_URL, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: 5_000,
    retryStrategy: () => null,
    ...(REDIS_URL.startsWith("rediss:") && {
      tls: { rejectUnauthorized: !REDIS_TLS_INSECURE },
    }),
  });
  redis.on("error", (error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    return judgeRedis(`${await redis.info()}`);
  } catch (error) {
    return problem(
      `Redis cannot be reached: ${reason(failure ?? error)}`,
      "See whether it runs, and whether REDIS_URL names its host, port, user and password (rediss:// for TLS).",
    );
  } finally {
    redis.disconnect();
  }
}

/** What Redis says of itself (INFO), judged. */
export function judgeRedis(info: string): Result {
  const of = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const version = of("redis_version");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return problem(`Redis ${version} is too old`, `Move to Redis ${OLDEST.join(".")} or later.`);
  if (of("role") === "slave")
    return problem(`Redis ${version} is a replica`, "Let REDIS_URL name the primary.");
  const policy = of("maxmemory_policy");
  const mend =
    "Set `maxmemory-policy noeviction` (redis.conf, or the parameters of a managed Redis).";
  if (policy !== "" && policy !== "noeviction")
    return Number(of("maxmemory")) > 0
      ? problem(`Redis ${version} throws jobs away when its memory is full (${policy})`, mend)
      : warning(`Redis ${version} would throw jobs away once maxmemory is set (${policy})`, mend);
  return ok(`Redis ${version} answers, and throws nothing away`);
}

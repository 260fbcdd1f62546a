import type { Config } from "../../src/config.ts";
import { judgeRedis, redisInfo } from "../../src/operations/redis-health.ts";
import { ok, problem, type Result, reason } from "./finding.ts";

/** Whether Redis answers, and keeps what it is given. */
export async function checkRedis(config: Config): Promise<Result> {
  if (config.REDIS_URL === undefined) return ok("not used: the queues are PostgreSQL's");
  try {
    return judgeRedis(await redisInfo(config.REDIS_URL, config));
  } catch (error) {
    return problem(
      `Redis cannot be reached: ${reason(error)}`,
      "See whether it runs, and whether REDIS_URL names its host, port, user and password (rediss:// for TLS).",
    );
  }
}

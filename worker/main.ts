// The second process: keeps what was promised.
import { ConfigError, parseConfig } from "../src/config.ts";
import { warnOfRedis } from "../src/operations/redis-health.ts";
import { makeWorld } from "../src/world.ts";
import { startWork } from "./work.ts";

// Docker and Kubernetes lose their patience after 30 s: what hangs longer is promised still.
const STOP_WITHIN_MS = 28_000;

try {
  const world = makeWorld(parseConfig(process.env));
  // Drivers drop promises when connections die; no job depends on those.
  process.on("unhandledRejection", (error) =>
    world.log.error({ err: error }, "Unhandled rejection"),
  );
  const work = startWork(world);
  void warnOfRedis(world);
  if (world.config.NODE_ENV === "production" && world.config.EMAIL_PROVIDER === "mock")
    world.log.warn("EMAIL_PROVIDER is mock: mails are kept in the database and reach nobody");
  world.log.info({ queue: world.config.REDIS_URL ? "redis" : "postgres" }, "Keeping promises");
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await work.stop();
    await world.db.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(78);
}

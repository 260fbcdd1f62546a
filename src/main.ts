// The HTTP process.
import { createApp } from "./app.ts";
import { type Config, ConfigError, parseConfig } from "./config.ts";
import { edge } from "./http/edge.ts";
import { warnOfRedis } from "./operations/redis-health.ts";
import { makeWorld } from "./world.ts";

const STOP_WITHIN_MS = 10_000;
const noticeMs = ({ NODE_ENV, SHUTDOWN_NOTICE_SECONDS }: Config): number =>
  1000 * (SHUTDOWN_NOTICE_SECONDS ?? (NODE_ENV === "production" ? 3 : 0));

try {
  const config = parseConfig(process.env);
  const world = makeWorld(config);
  // Drivers drop promises when connections die; no request depends on those.
  process.on("unhandledRejection", (error) =>
    world.log.error({ err: error }, "Unhandled rejection"),
  );
  const app = createApp(world);
  const handle = edge(world, app.fetch);
  const server = Bun.serve({
    port: config.PORT,
    hostname: config.HOST,
    idleTimeout: 30,
    // The edge refuses what is too large, unread, by a problem document; Bun would by a bare 413.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    // Bun's own error page shows sources.
    development: false,
    fetch: (request, self) => handle(request, self.requestIP(request)?.address),
  });
  world.db
    .warm()
    .catch((error: unknown) => world.log.warn({ err: error }, "The database does not answer yet"));
  // It tells the log itself whether it can be read.
  world.replica?.warm().catch(() => {});
  void warnOfRedis(world);
  world.log.info({ port: server.port }, "Listening");

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    // Whoever spreads the load sees it by /health/ready and sends nothing new; what comes is still answered.
    world.life.isStopping = true;
    await new Promise((resolve) => setTimeout(resolve, noticeMs(config)));
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    // Streams end only when they are told to.
    await Promise.all([world.hints.close(), server.stop()]);
    world.limits.close();
    world.cache.close();
    // After the last request, before the database goes.
    await world.events.close();
    await world.queues.close();
    await world.replica?.close();
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

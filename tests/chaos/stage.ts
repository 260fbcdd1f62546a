// What runs: PostgreSQL, Redis, two APIs and two workers as processes of their own, and how each is broken.
import { join } from "node:path";
import { parseConfig } from "../../src/config.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { ownServer } from "../faults/support/server.ts";
import { freePort, type RedisProcess, startRedis } from "../support/redis.ts";
import type { Provider } from "./provider.ts";

const ROOT = join(import.meta.dir, "../..");
const SECRET = "a secret for chaos that is long enough";
const ENCRYPTION_KEY = "a-key-of-chaos-that-seals-what-is-read";

/** A process that is started again whenever it was killed. */
export interface Kept {
  kill(): Promise<void>;
  start(): void;
  stop(): Promise<number | null>;
}

export async function openStage(providers: readonly Provider[]) {
  const server = await ownServer();
  const redisPort = freePort();
  let redis: RedisProcess | null = await startRedis(redisPort);
  const REDIS_URL = `redis://127.0.0.1:${redisPort}`;
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    DATABASE_URL: server.url,
    DATABASE_POOL_SIZE: "5",
    JWT_SECRET: SECRET,
    ENCRYPTION_KEY,
    RATE_LIMIT_PER_MINUTE: "0",
    CLIENT_BOOKINGS_PER_DAY: "0",
    LOG_LEVEL: "silent",
    EMAIL_RATE_LIMIT: "100000",
    REDIS_URL,
    // Twilio is told where to say what became of an SMS by https only.
    PUBLIC_URL: "https://kalends.test",
    ...Object.assign({}, ...providers.map((each) => each.env)),
  };
  const ports = [freePort(), freePort()];
  const apis = ports.map((port) => keep(["src/main.ts"], { ...env, PORT: `${port}` }));
  // At the pace that production has: by the tests' own a worker counts as dead whose machine is busy for three seconds.
  const steady = { ...env, NODE_ENV: "development" };
  const workers = [keep(["worker/main.ts"], steady), keep(["worker/main.ts"], steady)];
  const world: World = makeWorld(
    parseConfig({
      NODE_ENV: "test",
      DATABASE_URL: server.url,
      JWT_SECRET: SECRET,
      ENCRYPTION_KEY,
      OUTBOUND_ALLOW_PRIVATE: "true",
      LOG_LEVEL: "silent",
    }),
  );
  const redisIs = {
    stop: async () => {
      await redis?.stop();
      redis = null;
    },
    start: async () => {
      redis ??= await startRedis(redisPort);
    },
    flush: async () => {
      const client = new Bun.RedisClient(REDIS_URL);
      await client.send("FLUSHALL", []).catch(() => {});
      client.close();
    },
  };
  return {
    world,
    server,
    redis: redisIs,
    apis,
    workers,
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    close: async () => {
      const codes = await Promise.all([...apis, ...workers].map((each) => each.stop()));
      await Promise.race([world.db.close(), Bun.sleep(1_000)]);
      await redisIs.stop();
      await server[Symbol.asyncDispose]();
      await Promise.all(providers.map((each) => each.stop()));
      return codes;
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

function keep(args: string[], env: Record<string, string>): Kept {
  let child: Bun.Subprocess | null = null;
  const start = () => {
    child ??= Bun.spawn([process.execPath, ...args], {
      cwd: ROOT,
      env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const dying = child;
    child = null;
    dying?.kill(signal);
    await dying?.exited;
    return dying?.exitCode ?? null;
  };
  start();
  return {
    start,
    kill: async () => {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
  };
}

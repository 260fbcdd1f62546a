// What runs: PostgreSQL, Redis, APIs and workers as processes of their own, a pooler where it is wanted, and how each is broken.
import { join } from "node:path";
import { parseConfig } from "../../src/config.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { ownServer } from "../faults/support/server.ts";
import { carriesPrepared, startPgBouncer } from "../support/pgbouncer.ts";
import { freePort } from "../support/port.ts";
import { type RedisProcess, startRedis } from "../support/redis.ts";
import type { Provider } from "./provider.ts";

const ROOT = join(import.meta.dir, "../..");
const SECRET = "a secret for chaos that is long enough";
const ENCRYPTION_KEY = "a-key-of-chaos-that-seals-what-is-read";

/** A process that is started again whenever it was killed. */
export interface Kept {
  /** Null while it does not run. */
  pid(): number | null;
  kill(): Promise<void>;
  start(): void;
  stop(): Promise<number | null>;
}

interface Cast {
  readonly apis?: number;
  readonly workers?: number;
  /** Whether they reach PostgreSQL by way of PgBouncer, which gives them so many connections. */
  readonly pooled?: number;
  /** Whatever else they are told. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function openStage(providers: readonly Provider[], cast: Cast = {}) {
  const server = await ownServer();
  const pooler =
    cast.pooled === undefined
      ? null
      : await startPgBouncer(server.url, { poolSize: cast.pooled, preparedStatements: 500 });
  // Behind a pooler no process may set them for itself.
  if (pooler)
    await server.sql(
      "alter database kalends set statement_timeout = '8s'; alter database kalends set lock_timeout = '5s'",
    );
  const redisPort = freePort();
  let redis: RedisProcess | null = await startRedis(redisPort);
  const REDIS_URL = `redis://127.0.0.1:${redisPort}`;
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    DATABASE_URL: server.url,
    ...(pooler && {
      DATABASE_URL: pooler.through(server.url),
      DATABASE_DIRECT_URL: server.url,
      DATABASE_PREPARE: `${carriesPrepared()}`,
    }),
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
  const ports = Array.from({ length: cast.apis ?? 2 }, freePort);
  const apis = ports.map((port) => keep(["src/main.ts"], { ...env, PORT: `${port}`, ...cast.env }));
  // At the pace that production has: by the tests' own a worker counts as dead whose machine is busy for three seconds.
  const steady = { ...env, NODE_ENV: "development", ...cast.env };
  const workers = Array.from({ length: cast.workers ?? 2 }, () => keep(["worker/main.ts"], steady));
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
    pooler,
    redisUrl: REDIS_URL,
    redis: redisIs,
    apis,
    workers,
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    close: async () => {
      const codes = await Promise.all([...apis, ...workers].map((each) => each.stop()));
      await Promise.race([world.db.close(), Bun.sleep(1_000)]);
      await redisIs.stop();
      await pooler?.stop();
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
    pid: () => child?.pid ?? null,
    kill: async () => {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
  };
}

import { afterAll, beforeAll, describe, test } from "bun:test";
import postgres from "postgres";
import { withDatabase } from "../../../scripts/postgres.ts";
import { findRedis, type RedisProcess, startRedis } from "../../support/redis.ts";

/** Where jobs wait while a test runs. */
export interface QueueBackend {
  readonly name: "PostgreSQL" | "Redis";
  /** What tells Kalends to use it. */
  env(): Record<string, string>;
  /** Loses every job, as an operator's FLUSHALL does. */
  wipe(databaseUrl: string): Promise<void>;
  /** How many jobs are kept in whatever state. */
  size(databaseUrl: string): Promise<number>;
}

export const onPostgres: QueueBackend = {
  name: "PostgreSQL",
  env: () => ({}),
  wipe: (url) => sql(url, "delete from bullmq.job").then(() => {}),
  size: async (url) => (await sql(url, "select count(*)::int as n from bullmq.job"))[0]?.["n"],
};

let redis: RedisProcess | null = null;
const redisUrl = () => redis?.url ?? "";

const onRedis: QueueBackend = {
  name: "Redis",
  env: () => ({ REDIS_URL: redisUrl() }),
  wipe: () => withRedis((client) => client.send("FLUSHALL", [])).then(() => {}),
  size: () =>
    withRedis(async (client) => {
      const keys = (await client.send("KEYS", ["kalends:*:*-*-*-*-*-*"])) as string[];
      return keys.filter((key) => !key.endsWith(":lock")).length;
    }),
};

/** The same promises on every backend; on Redis only where there is one. */
export function onEachBackend(what: string, body: (backend: QueueBackend) => void): void {
  describe(`${what}, queue on PostgreSQL`, () => body(onPostgres));
  if (findRedis() === null) {
    test.skip(`${what}, queue on Redis: skipped, no redis-server on the PATH`, () => {});
    return;
  }
  describe(`${what}, queue on Redis`, () => {
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(async () => {
      await redis?.stop();
      redis = null;
    });
    body(onRedis);
  });
}

async function withRedis<T>(work: (client: Bun.RedisClient) => Promise<T>): Promise<T> {
  const client = new Bun.RedisClient(redisUrl());
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** Runs a statement as an operator would, past the program. */
export async function sql(url: string, text: string, values: string[] = []) {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await client.unsafe(text, values);
  } finally {
    await client.end({ timeout: 1 });
  }
}

/** The same, from another database of the server: also when nobody may enter this one. */
export const fromOutside = (url: string, text: string, values: string[] = []) =>
  sql(withDatabase(url, "postgres"), text, values);

interface Housed {
  readonly url: string;
}

export const databaseName = ({ url }: Housed): string => new URL(url).pathname.slice(1);

/** Ends every connection to the database: of the worker's pools, of its LISTEN, of BullMQ's; when it settles, they are gone. */
export const cutOff = (house: Housed) =>
  fromOutside(
    house.url,
    "select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = $1",
    [databaseName(house)],
  );

/** The database goes away for everybody, until it is opened again. */
export async function closeDatabase(house: Housed): Promise<void> {
  await fromOutside(house.url, `alter database ${databaseName(house)} allow_connections false`);
  await cutOff(house);
}

export const openDatabase = (house: Housed) =>
  fromOutside(house.url, `alter database ${databaseName(house)} allow_connections true`);

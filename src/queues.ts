// Where jobs wait: Redis when REDIS_URL is set, else BullMQ's own tables in our database. The only file that chooses.
import type { PostgresConnectionOptions, Queue, QueueBaseOptions } from "bullmq";
import type { Pool, PoolConfig } from "pg";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import { QUEUES } from "./jobs.ts";

export type Store =
  | { readonly kind: "redis"; readonly connection: { url: string; tls?: object } }
  | { readonly kind: "postgres"; readonly pool: PoolConfig };

/** The store that the configuration names, and how it is reached. */
export function storeOf(config: Config): Store {
  const { REDIS_URL: url, REDIS_TLS_INSECURE, DATABASE_URL, DATABASE_DIRECT_URL } = config;
  if (url === undefined)
    return {
      kind: "postgres",
      pool: {
        connectionString: DATABASE_DIRECT_URL ?? DATABASE_URL,
        options: "-c search_path=bullmq",
        application_name: "kalends queue",
        keepAlive: true,
        connectionTimeoutMillis: 5_000,
        query_timeout: 10_000,
      },
    };
  const tls = url.startsWith("rediss:") && {
    tls: { rejectUnauthorized: !REDIS_TLS_INSECURE },
  };
  return { kind: "redis", connection: { url, ...tls } };
}

/** What every queue and worker is made with; on PostgreSQL the queues have a schema of their own. */
export const PREFIX = "kalends";

// The types of pg and BullMQ's picture of them differ in how parameters are written.
export const connectionOf = (pool: Pool) => pool as unknown as PostgresConnectionOptions;

/** The queues as who looks into them needs them: opened when first asked for. */
export interface Queues {
  open(): Promise<readonly Queue[]>;
  close(): Promise<void>;
}

export function makeQueues({ config, log }: { config: Config; log: Logger }): Queues {
  let opened: ReturnType<typeof openAll> | null = null;
  return {
    open: async () => {
      opened ??= openAll(config, log);
      return (await opened).queues;
    },
    close: async () => {
      const all = await opened;
      opened = null;
      await all?.close();
    },
  };
}

async function openAll(config: Config, log: Logger) {
  // Whoever never looks needs neither library.
  const [{ createPostgresBackend, Queue, withBackend }, { Pool }] = await Promise.all([
    import("bullmq"),
    import("pg"),
  ]);
  const store = storeOf(config);
  const complain = (error: Error) => log.debug({ err: error }, "A queue cannot be looked into");
  if (store.kind === "redis") {
    const connection: QueueBaseOptions["connection"] = {
      ...store.connection,
      // Who looks would rather know that Redis is away.
      maxRetriesPerRequest: 1,
    };
    const queues = QUEUES.map((name) =>
      new Queue(name, { connection, prefix: PREFIX }).on("error", complain),
    );
    return { queues, close: () => shut(queues) };
  }
  const pool = new Pool({ ...store.pool, max: 2 }).on("error", complain).setMaxListeners(0);
  const bound = withBackend(createPostgresBackend);
  const queues = QUEUES.map((name) =>
    new bound.Queue(name, { connection: connectionOf(pool) }).on("error", complain),
  );
  return {
    queues: queues as unknown as Queue[],
    close: async () => {
      await shut(queues);
      await pool.end();
    },
  };
}

const CLOSE_WITHIN_MS = 1_000;

/** What does not answer is not waited for: on Redis that is away, closing waits until it is back. */
async function shut(queues: readonly Pick<Queue, "disconnect">[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  const closing = Promise.allSettled(queues.map((queue) => queue.disconnect()));
  await Promise.race([closing, late]);
  clearTimeout(timer);
}

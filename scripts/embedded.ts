import { join, resolve } from "node:path";
import { ensureDatabase, runningPostgres, startPostgres, withDatabase } from "./postgres.ts";

/** Where everything that this checkout keeps lives. */
export const dataDir = (): string =>
  resolve(join(import.meta.dir, ".."), process.env["DATA_DIR"] || ".data");

export const embeddedDataDir = (): string => join(dataDir(), "postgres");

/** The database's name in the embedded server. */
export const DATABASE = "kalends";

/** The database that was configured, for whoever needs a session of its own (migrations, LISTEN). */
export const configuredUrl = (): string | undefined =>
  process.env["DATABASE_DIRECT_URL"] || process.env["DATABASE_URL"] || undefined;

/** Does the work on the configured database, else on the embedded one, which is started for it if it must. */
export async function withEmbedded<T>(work: (url: string) => Promise<T>): Promise<T> {
  const configured = configuredUrl();
  if (configured) return work(configured);
  const running = runningPostgres(embeddedDataDir());
  if (running) return work(withDatabase(running, DATABASE));
  const server = await startPostgres({ dataDir: embeddedDataDir(), log: console.log });
  try {
    return await work(await ensureDatabase(server.url, DATABASE));
  } finally {
    await server.stop();
  }
}

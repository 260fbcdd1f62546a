import { join, resolve } from "node:path";
import { settingIn } from "../src/config.ts";
import { ensureDatabase, runningPostgres, startPostgres, withDatabase } from "./postgres.ts";
import { keptSecret } from "./start/secrets.ts";

/** Where everything that this checkout keeps lives. */
export const dataDir = (): string =>
  resolve(join(import.meta.dir, ".."), process.env["DATA_DIR"] || ".data");

export const embeddedDataDir = (): string => join(dataDir(), "postgres");

/** The database's name in the embedded server. */
export const DATABASE = "kalends";

/** The database that was configured, for whoever needs a session of its own (migrations, LISTEN). */
export const configuredUrl = (): string | undefined =>
  settingIn(process.env, "DATABASE_DIRECT_URL") ?? settingIn(process.env, "DATABASE_URL");

/** The environment of a script that works on the database of this address, outside production with the kept secret. */
export function environmentOn(url: string): NodeJS.ProcessEnv {
  const isGiven = process.env["JWT_SECRET"] || process.env["JWT_SECRET_FILE"];
  return {
    ...process.env,
    DATABASE_URL: url,
    DATABASE_URL_FILE: "",
    ...(process.env["NODE_ENV"] !== "production" &&
      !isGiven && { JWT_SECRET: keptSecret(dataDir(), "jwt-secret") }),
    LOG_LEVEL: "error",
  };
}

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

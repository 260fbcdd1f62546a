import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { runMigrations as migrateBullmq } from "bullmq";
import { resolveBinary } from "dbmate";
import { Client } from "pg";
import postgres from "postgres";
import { settingIn } from "../src/config.ts";
import { withEmbedded } from "./embedded.ts";
import { withDatabase } from "./postgres.ts";

const ROOT = join(import.meta.dir, "..");
export const MIGRATIONS = join(ROOT, "sql/migrations");

/** How long a migration waits for a lock, and how often it is tried. Defaults for production; tests wait less. */
export interface Patience {
  readonly lockTimeoutMs: number;
  readonly attempts: number;
  readonly pauseMs: number;
}

// Who waits for a lock holds up everybody who comes after him: so it gives way soon, and comes again.
const PATIENCE: Patience = { lockTimeoutMs: 3_000, attempts: 20, pauseMs: 3_000 };

/**
 * Brings the database to what this checkout expects: our migrations by dbmate and, with `queue`, the tables
 * of BullMQ's PostgreSQL backend. Two at a time wait for each other. A migration that gets no lock within seconds
 * is taken back, and tried again once who waited behind it has had his turn.
 */
export async function migrate(
  url: string,
  options: { queue: boolean; patience?: Patience },
): Promise<string> {
  await createIfMissing(url);
  return alone(url, async () => {
    const said = await patiently(url, ["migrate"], options.patience ?? PATIENCE);
    if (options.queue) await migrateQueue(url);
    return said;
  });
}

/** Takes the last migration back. */
export function rollback(url: string): Promise<string> {
  return alone(url, async () => patiently(url, ["rollback"], PATIENCE));
}

const NO_LOCK = /canceling statement due to lock timeout/;

async function patiently(url: string, args: string[], patience: Patience): Promise<string> {
  const { lockTimeoutMs, attempts, pauseMs } = patience;
  const said: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      said.push(dbmate(url, args, lockTimeoutMs));
      return said.join("\n").trim();
    } catch (error) {
      if (!NO_LOCK.test((error as Error).message)) throw error;
      if (attempt === attempts)
        throw new Error(
          `A migration got no lock within ${lockTimeoutMs} ms, ${attempts} times: somebody holds a table for long. Look at pg_stat_activity for old transactions, end them, and run this again; nothing is half done.`,
        );
      console.error("Somebody holds a table; giving way, and trying again …");
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

// dbmate 2.36 takes no lock of its own: two starts at once would both apply the same file.
async function alone<T>(url: string, work: () => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(hashtext('kalends migrations'))`;
    return await work();
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function createIfMissing(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    if ((error as { code?: string }).code !== "3D000") throw error;
    dbmate(url, ["create"]);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function dbmate(url: string, args: string[], lockTimeoutMs = PATIENCE.lockTimeoutMs): string {
  if (args[0] === "migrate" && !readdirSync(MIGRATIONS).some((file) => file.endsWith(".sql")))
    return "";
  const binary = resolveBinary();
  // The address goes by the environment: a command line is for everybody on the machine to read.
  const ran = spawnSync(
    runnable(binary),
    ["--no-dump-schema", "--migrations-dir", MIGRATIONS, ...args],
    {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], DATABASE_URL: forDbmate(url, lockTimeoutMs) },
      encoding: "utf8",
    },
  );
  if (ran.status === 0) return ran.stdout.trim();
  throw new Error(
    `The migrations failed:\n${ran.error?.message ?? ""}${ran.stdout ?? ""}${ran.stderr ?? ""}`.trim(),
  );
}

function runnable(binary: string): string {
  if ((statSync(binary).mode & 0o111) === 0) chmodSync(binary, 0o755);
  return binary;
}

// dbmate's driver asks for TLS unless told otherwise; a server on loopback rarely has it.
function forDbmate(url: string, lockTimeoutMs: number): string {
  const parsed = new URL(url);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname);
  if (loopback && !parsed.searchParams.has("sslmode"))
    parsed.searchParams.set("sslmode", "disable");
  // Its driver sends what it does not know as settings of the session.
  parsed.searchParams.set("lock_timeout", String(lockTimeoutMs));
  return parsed.href;
}

async function migrateQueue(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await migrateBullmq(client);
  } finally {
    await client.end();
  }
}

async function main([command, name]: string[]): Promise<void> {
  if (command === "new" && name) {
    console.log(dbmate(withDatabase("postgres://127.0.0.1/", "none"), ["new", name]));
    return;
  }
  if (command !== "up" && command !== "rollback") {
    throw new Error("Usage: bun scripts/migrate.ts up | rollback | new <name>");
  }
  const queue = !settingIn(process.env, "REDIS_URL");
  const said = await withEmbedded((url) =>
    command === "up" ? migrate(url, { queue }) : rollback(url),
  );
  console.log(said || "Nothing to do.");
}

if (import.meta.main) {
  await main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}

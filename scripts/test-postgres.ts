// The tests' PostgreSQL: one server for everybody who tests in this checkout, started by whoever comes first.
// As a program this file is its keeper: it starts the server and stops it when nobody has been connected for a while.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { dataDir } from "./embedded.ts";
import { Taken } from "./postgres/lock.ts";
import { runningPostgres, type Server, startPostgres } from "./postgres.ts";

const DATA = join(dataDir(), "test-postgres");
const LOG = join(dataDir(), "test-postgres.log");
const FAILURE = join(dataDir(), "test-postgres.failed");
const START_MS = 120_000;
const IDLE_MS = Number(process.env["TEST_POSTGRES_IDLE_MS"] || 5_000);

/** Every clone's name begins so, followed by the server process of the session that asked for it. */
export const CLONE = "kalends_test_";

/** The running test server's address; starts one if there is none. */
export async function testServer(): Promise<string> {
  const until = Date.now() + START_MS;
  let startAgainAt = 0;
  while (Date.now() < until) {
    const url = runningPostgres(DATA);
    if (url && (await answers(url))) return url;
    if (existsSync(FAILURE) && startAgainAt > 0) {
      throw new Error(`The tests' PostgreSQL did not start:\n${readFileSync(FAILURE, "utf8")}`);
    }
    // Again after a while: the keeper we found or started may just have been on its way out.
    if (!url && Date.now() > startAgainAt) {
      startKeeper();
      startAgainAt = Date.now() + 5_000;
    }
    await Bun.sleep(50);
  }
  throw new Error(`The tests' PostgreSQL was not ready in ${START_MS / 1000} s.`);
}

/** Waits for the keeper to stop the server; not for long, since somebody else may be testing. */
export async function untilTestServerIsGone(): Promise<void> {
  const until = Date.now() + IDLE_MS + 10_000;
  while (runningPostgres(DATA) && Date.now() < until) await Bun.sleep(100);
}

/** Drops the clones that nobody uses any more and whose makers are gone. */
export async function sweep(sql: postgres.Sql): Promise<void> {
  const unused = await sql<{ name: string }[]>`
    select datname as name
    from pg_database d
    where starts_with(datname, ${CLONE})
      and not exists (select from pg_stat_activity a where a.datid = d.oid)
      and not exists (select from pg_stat_activity a where a.pid::text = split_part(d.datname, '_', 3))`;
  // Somebody else may sweep the same server: what is gone already is fine.
  for (const { name } of unused) await sql`drop database if exists ${sql(name)}`.catch(() => {});
}

// Two keepers at once are no harm: the second finds the lock taken and goes away quietly. By way of a shell
// that ends at once, because `bun test` ends the children that a test file leaves behind.
function startKeeper(): void {
  mkdirSync(dataDir(), { recursive: true });
  rmSync(FAILURE, { force: true });
  const line = '"$0" "$1" </dev/null >/dev/null 2>"$2" &';
  spawn("sh", ["-c", line, process.execPath, import.meta.path, LOG], {
    cwd: join(import.meta.dir, ".."),
    detached: true,
    stdio: "ignore",
  }).unref();
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function keep(server: Server): Promise<void> {
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  let lastSeen = Date.now();
  // Looked at last before it stops: to sweep takes long enough for somebody to come.
  do {
    await Bun.sleep(500);
    await sweep(sql);
    const [row] = await sql<{ others: number }[]>`
      select count(*)::int as others from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    if (row?.others) lastSeen = Date.now();
  } while (Date.now() - lastSeen < IDLE_MS);
  await sql.end({ timeout: 1 });
}

async function main(): Promise<void> {
  const server = await startPostgres({
    dataDir: DATA,
    disposable: true,
    settings: {
      fsync: "off",
      full_page_writes: "off",
      synchronous_commit: "off",
      wal_level: "minimal",
      max_wal_senders: "0",
      max_connections: "400",
    },
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => server.stop().then(() => process.exit(0)));
  }
  // Whatever goes wrong here (the data folder deleted under us), the server does not outlive its keeper.
  await keep(server).finally(() => server.stop());
}

if (import.meta.main) {
  await main().catch((error) => {
    if (error instanceof Taken) process.exit(0);
    writeFileSync(FAILURE, String(error?.message ?? error));
    console.error(error);
    process.exit(1);
  });
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import bullmq from "bullmq/package.json";
import postgres from "postgres";
import { MIGRATIONS, migrate } from "../../scripts/migrate.ts";
import { withDatabase } from "../../scripts/postgres.ts";
import { CLONE, sweep, testServer } from "../../scripts/test-postgres.ts";

type Session = { url: string; sql: postgres.Sql; backend: number; template: string };

let session: Promise<Session> | null = null;
let clones = 0;

/** A fresh, migrated database of one's own; it is dropped once the asking test file has ended. */
export async function testDatabaseUrl(): Promise<string> {
  session ??= open();
  const { url, sql, backend, template } = await session;
  clones += 1;
  const name = `${CLONE}${backend}_${clones}`;
  await sql`create database ${sql(name)} template ${sql(template)}`;
  return withDatabase(url, name);
}

/** Lets go of this file's databases; the preload calls it. */
export async function releaseTestDatabases(): Promise<void> {
  const open = session;
  session = null;
  if (open) await (await open).sql.end({ timeout: 1 });
}

async function open(): Promise<Session> {
  const own = process.env["TEST_DATABASE_URL"];
  const url = own || (await testServer());
  const sql = postgres(url, { max: 1, idle_timeout: 0, max_lifetime: null, onnotice: () => {} });
  if (own) await sweep(sql);
  const [me] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return { url, sql, backend: me?.pid ?? 0, template: await makeTemplate(url, sql) };
}

// Migrated once for each content of sql/migrations; whoever comes while it is being made waits.
async function makeTemplate(url: string, sql: postgres.Sql): Promise<string> {
  const name = `kalends_template_${fingerprint()}`;
  await sql`select pg_advisory_lock(hashtext('kalends test template'))`;
  try {
    const [found] = await sql`select from pg_database where datname = ${name}`;
    if (found) return name;
    await dropTemplates(sql);
    const building = "kalends_building";
    await sql`drop database if exists ${sql(building)} with (force)`;
    await sql`create database ${sql(building)}`;
    await migrate(withDatabase(url, building), { queue: true });
    await sql`alter database ${sql(building)} with allow_connections false`;
    await sql`alter database ${sql(building)} rename to ${sql(name)}`;
    return name;
  } finally {
    await sql`select pg_advisory_unlock(hashtext('kalends test template'))`;
  }
}

// Old ones; but a test run that began a moment ago may still be cloning the last.
async function dropTemplates(sql: postgres.Sql): Promise<void> {
  const old = await sql<{ name: string }[]>`
    select datname as name from pg_database where starts_with(datname, 'kalends_template_')
    order by oid desc offset 3`;
  for (const { name } of old) await sql`drop database if exists ${sql(name)}`.catch(() => {});
}

function fingerprint(): string {
  const hash = createHash("sha256").update(bullmq.version);
  for (const file of readdirSync(MIGRATIONS).sort()) {
    if (file.endsWith(".sql")) hash.update(file).update(readFileSync(join(MIGRATIONS, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

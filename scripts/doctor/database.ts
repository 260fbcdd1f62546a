import { readdirSync } from "node:fs";
import postgres from "postgres";
import { MIGRATIONS } from "../migrate.ts";
import { examine, type Finding, ok, problem, reason, warning } from "./finding.ts";

const OLDEST_MAJOR = 15;
const EXTENSIONS = ["btree_gist", "citext"];
const CLOCK_WARNING_SECONDS = 2;
const CLOCK_PROBLEM_SECONDS = 30;

/** Everything about the database: whether it answers, what it is, what is in it and what time it has. */
export async function examineDatabase(url: string): Promise<Finding[]> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    // Poolers refuse other settings, and may not carry what is prepared.
    prepare: false,
    connection: { application_name: "kalends doctor" },
  });
  try {
    const reached = await examine("database", () => reach(sql));
    if (reached.state === "problem") return [reached];
    return [
      reached,
      await examine("extensions", () => extensions(sql)),
      await examine("migrations", () => migrations(sql)),
      await examine("clock", () => clock(sql)),
    ];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function reach(sql: postgres.Sql) {
  try {
    const [row] = await sql<{ version: number; readOnly: boolean; text: string }[]>`
      select current_setting('server_version_num')::int as version, pg_is_in_recovery() as "readOnly",
        current_setting('server_version') as text`;
    const { version = 0, readOnly = false, text = "" } = row ?? {};
    if (version < OLDEST_MAJOR * 10_000)
      return problem(
        `PostgreSQL ${text} is too old`,
        `Move to PostgreSQL ${OLDEST_MAJOR} or later: pg_dump of the old server, into the new one.`,
      );
    if (readOnly)
      return problem(
        `PostgreSQL ${text} is a replica: nothing can be written`,
        "Let DATABASE_URL name the primary.",
      );
    return ok(`PostgreSQL ${text} answers`);
  } catch (error) {
    return problem(
      `PostgreSQL cannot be reached: ${reason(error)}`,
      "See whether it runs, whether DATABASE_URL names its host, port, user and database, and what stands between.",
    );
  }
}

async function extensions(sql: postgres.Sql) {
  const rows = await sql<{ name: string; isThere: boolean }[]>`
    select name, installed_version is not null as "isThere" from pg_available_extensions where name = any(${EXTENSIONS})`;
  const unknown = EXTENSIONS.filter((each) => !rows.some(({ name }) => name === each));
  if (unknown.length > 0)
    return problem(
      `the server does not offer ${unknown.join(" and ")}`,
      "Install the contrib package of its PostgreSQL; at a managed one allow these extensions.",
    );
  const missing = rows.filter(({ isThere }) => !isThere).map(({ name }) => name);
  if (missing.length > 0)
    return problem(
      `${missing.join(" and ")} not made in this database yet`,
      `bun run db:migrate makes them; if its user may not: ${missing.map((each) => `create extension ${each};`).join(" ")}`,
    );
  return ok(EXTENSIONS.join(", "));
}

async function migrations(sql: postgres.Sql) {
  const known = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.split("_")[0] ?? "");
  const rows = await sql<{ version: string }[]>`select version from schema_migrations`.catch(
    (error: { code?: string }) => {
      if (error.code === "42P01") return [];
      throw error;
    },
  );
  const applied = new Set(rows.map(({ version }) => version));
  const pending = known.filter((each) => !applied.has(each));
  if (pending.length > 0)
    return problem(
      `${pending.length} of ${known.length} are still to be applied, from ${pending[0]} on`,
      "Before this version starts: bun run db:migrate",
    );
  const newer = [...applied].filter((each) => !known.includes(each));
  if (newer.length > 0)
    return warning(
      `the database has ${newer.length} that this version does not know`,
      "Right while a newer version is being rolled out; else update this machine.",
    );
  return ok(`all ${known.length} are applied`);
}

async function clock(sql: postgres.Sql) {
  const before = Date.now();
  const [row] = await sql<
    { at: number }[]
  >`select (extract(epoch from clock_timestamp()) * 1000)::float8 as at`;
  const after = Date.now();
  // Its time was read somewhere in between.
  const ahead = ((row?.at ?? 0) - (before + after) / 2) / 1000;
  const doubt = (after - before) / 2000;
  return judgeClock(ahead, doubt);
}

/** What a clock deserves that is so many seconds ahead of ours, give or take the doubt. */
export function judgeClock(aheadSeconds: number, doubtSeconds: number) {
  const off = Math.abs(aheadSeconds) - doubtSeconds;
  const said = `the database's is ${Math.abs(aheadSeconds).toFixed(1)} s ${aheadSeconds < 0 ? "behind" : "ahead of"} this machine's`;
  const mend =
    "Let both machines take their time from the network (chrony, systemd-timesyncd), and see which one is wrong.";
  if (off > CLOCK_PROBLEM_SECONDS) return problem(said, mend);
  return off > CLOCK_WARNING_SECONDS ? warning(said, mend) : ok(said);
}

import { Client } from "pg";
import type { Config } from "../../src/config.ts";
import { ok, problem, type Result, reason, warning } from "./finding.ts";

// Whoever else uses the pooler may have taken the connection meanwhile that is to be kept busy, so that no statement has
// to go by another one. Directly each round is four statements.
const ROUNDS = 20;
// A pool of one connection answers nobody else while that is busy.
const PATIENCE_MS = 200;

/** Whether a pooler stands before the database that changes connections between statements, and whether the settings suit it. */
export async function checkPooler(config: Config): Promise<Result> {
  const { DATABASE_URL, DATABASE_DIRECT_URL, DATABASE_PREPARE } = config;
  // Not postgres.js: it prepares again what was lost, so that one would not see it.
  const open = () =>
    new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 5_000 }).on(
      "error",
      () => {},
    );
  const [one, other] = [open(), open()];
  const backendOf = async (client: Client, name: string) => {
    const text = "select pg_backend_pid() as pid, $1::text";
    const { rows } = await client.query<{ pid: number }>({
      text,
      values: [name],
      ...(DATABASE_PREPARE && { name: `kalends doctor ${name} ${process.pid}` }),
    });
    return rows[0]?.pid;
  };
  /** Where the first one's statement goes while the other one keeps a connection for itself. */
  const backendBeside = async () => {
    await other.query("begin");
    await backendOf(other, "other");
    const asking = backendOf(one, "one");
    await Promise.race([asking.catch(() => {}), Bun.sleep(PATIENCE_MS)]);
    await other.query("commit");
    return asking;
  };
  try {
    await Promise.all([one.connect(), other.connect()]);
  } catch (error) {
    return warning(
      `it cannot be found out: ${reason(error)}`,
      "A queue in PostgreSQL connects in this way too: without REDIS_URL see what stands behind the ? of the URL. Else it does not matter.",
    );
  }
  try {
    const before = await backendOf(one, "one");
    let isMoved = false;
    for (let round = 0; round < ROUNDS && !isMoved; round += 1)
      isMoved = (await backendBeside()) !== before;
    if (!isMoved) return ok("none that changes connections between statements");
    if (DATABASE_DIRECT_URL === undefined)
      return problem(
        "DATABASE_URL leads through a pooler in transaction mode, which carries neither LISTEN nor the queue",
        "Set DATABASE_DIRECT_URL to the same database past the pooler.",
      );
    const { rows } = await one.query<{ isEndless: boolean }>(
      `select '0' in (current_setting('statement_timeout'), current_setting('lock_timeout')) as "isEndless"`,
    );
    if (rows[0]?.isEndless)
      return warning(
        "statements through the pooler may take for ever: it carries no timeouts",
        "For the role that Kalends uses: alter role … set statement_timeout = '8s'; alter role … set lock_timeout = '5s';",
      );
    return ok("a pooler in transaction mode, and the settings suit it");
  } catch (error) {
    // What was prepared is not where the statement came to, or another one's is.
    if (["26000", "42P05", "08P01"].includes(`${(error as { code?: unknown }).code}`))
      return problem(
        "the pooler before DATABASE_URL carries no prepared statements",
        "Set DATABASE_PREPARE=false; or let it be PgBouncer 1.21 or later, with max_prepared_statements above 0.",
      );
    throw error;
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

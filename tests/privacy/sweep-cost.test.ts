// A sweep that finds nothing reads next to nothing, also when new rows lie where old ones were.
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld();
const host = await makeHost(world);
afterAll(() => world.db.close());

const sql = (text: string, ...values: unknown[]) => world.db.run(text, values as never);
const ROWS = 12_000;

interface Swept {
  readonly table: string;
  readonly statements: readonly string[];
  /** Makes rows of `i` from 1 to $1, each created at `at`. */
  readonly insert: (at: string) => string;
}

const TABLES: readonly Swept[] = [
  {
    table: "outbox",
    statements: ["delete_old_promises"],
    insert: (at) =>
      `insert into outbox (id, queue, kind, user_id, due_at, created_at, done_at, outcome)
       select gen_random_uuid(), 'emails', 'WELCOME', '${host.id}', ${at}, ${at}, ${at}, 'done'`,
  },
  {
    table: "notifications",
    statements: ["delete_old_notices", "delete_read_notices"],
    insert: (at) =>
      `insert into notifications (id, user_id, type, is_read, created_at)
       select gen_random_uuid(), '${host.id}', 'WELCOME', i % 2 = 0, ${at}`,
  },
  {
    table: "audit_log",
    statements: ["delete_old_audit"],
    insert: (at) =>
      `insert into audit_log (id, action, actor_id, created_at)
       select gen_random_uuid(), 'SOMETHING_DONE', '${host.id}', ${at}`,
  },
  {
    table: "idempotency_keys",
    statements: ["delete_old_claims"],
    insert: (at) =>
      `insert into idempotency_keys (scope, key, fingerprint, subject_id, created_at)
       select 'test', gen_random_uuid()::text, 'f', gen_random_uuid(), ${at}`,
  },
];

test.each(TABLES)("of $table", async ({ table, statements, insert }) => {
  const OLD = "timestamptz '2025-01-01'";
  const fill = (at: string, rows: number) =>
    sql(`${insert(at)} from generate_series(1, $1::int) i`, rows);
  // By age, as they come; then the older half goes, and what comes later takes its places.
  await fill(`${OLD} + i * interval '1 minute'`, ROWS);
  await sql(`vacuum analyze ${table}`);
  await sql(`delete from ${table} where created_at < ${OLD} + interval '${ROWS / 2} minutes'`);
  await sql(`vacuum ${table}`);
  await fill(`${OLD} + (${ROWS} + i) * interval '1 minute'`, ROWS / 2);
  await sql(`vacuum analyze ${table}`);
  const before = "2025-01-02T00:00:00Z";
  for (const name of statements) {
    const text = readFileSync(`sql/queries/privacy/${name}.sql`, "utf8");
    const rows = await sql(`explain (analyze, buffers, format json) ${text}`, before, 200);
    const [{ Plan }] = Object.values(rows[0]!)[0] as [{ Plan: Record<string, number> }];
    const [size] = await sql(
      "select (pg_relation_size($1::text::regclass) / 8192)::int as n",
      table,
    );
    expect(size!["n"]).toBeGreaterThan(80);
    expect([name, Plan["Shared Hit Blocks"]! + Plan["Shared Read Blocks"]! < 12]).toEqual([
      name,
      true,
    ]);
  }
});

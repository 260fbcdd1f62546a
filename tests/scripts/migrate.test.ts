import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import postgres from "postgres";
import { MIGRATIONS, migrate, rollback } from "../../scripts/migrate.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

const files = readdirSync(MIGRATIONS).filter((file) => file.endsWith(".sql"));

test("every migration can be taken back, and applied again", async () => {
  const url = await testDatabaseUrl();
  const before = await relations(url);
  for (const _ of files) await rollback(url);
  expect(await relations(url)).toEqual(["schema_migrations"]);
  await migrate(url, { queue: false });
  expect(await relations(url)).toEqual(before);
});

test("migrations that start at once wait for each other", async () => {
  const url = await testDatabaseUrl();
  for (const _ of files) await rollback(url);
  const said = await Promise.all([1, 2, 3].map(() => migrate(url, { queue: true })));
  expect(said.filter((each) => each.includes("Applied:"))).toHaveLength(1);
});

async function relations(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  try {
    const rows = await sql`
      select relname::text as name from pg_class where relnamespace = 'public'::regnamespace order by relname`;
    const own = rows.map((row) => row["name"] as string);
    return own.filter((name) => name !== "schema_migrations_pkey");
  } finally {
    await sql.end();
  }
}

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import postgres from "postgres";
import { MIGRATIONS, migrate, rollback } from "../../scripts/migrate.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

const files = readdirSync(MIGRATIONS).filter((file) => file.endsWith(".sql"));

test("every migration can be taken back, and applied again", async () => {
  const url = await testDatabaseUrl();
  const before = [await relations(url), await definitions(url)];
  for (const _ of files) await rollback(url);
  expect(await relations(url)).toEqual(["schema_migrations"]);
  expect(await definitions(url)).toEqual([]);
  await migrate(url, { queue: false });
  expect([await relations(url), await definitions(url)]).toEqual(before);
});

test("migrations that start at once wait for each other", async () => {
  const url = await testDatabaseUrl();
  for (const _ of files) await rollback(url);
  const said = await Promise.all([1, 2, 3].map(() => migrate(url, { queue: true })));
  expect(said.filter((each) => each.includes("Applied:"))).toHaveLength(1);
});

test("a migration that gets no lock gives way, holds nobody up, and comes again", async () => {
  const url = await testDatabaseUrl();
  await rollbackTo(url, "20261128320000");
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  const holder = await sql.reserve();
  try {
    await holder`begin`;
    await holder`lock table deliveries in row exclusive mode`;
    const patience = { lockTimeoutMs: 200, attempts: 2, pauseMs: 10 };
    await expect(migrate(url, { queue: false, patience })).rejects.toThrow(
      "got no lock within 200 ms, 2 times",
    );
    // Whoever reads or writes meanwhile is not held up for longer than that.
    await sql`select count(*) from deliveries`;
    const coming = migrate(url, {
      queue: false,
      patience: { lockTimeoutMs: 200, attempts: 1_000, pauseMs: 50 },
    });
    await Bun.sleep(300);
    await holder`commit`;
    expect(await coming).toContain("deliveries_by_time");
  } finally {
    holder.release();
    await sql.end({ timeout: 1 });
  }
});

/** Takes migrations back until this one is. */
async function rollbackTo(url: string, version: string): Promise<void> {
  for (const file of files.toSorted().reverse()) {
    await rollback(url);
    if (file.startsWith(version)) return;
  }
}

const relations = async (url: string): Promise<string[]> => {
  const own = await texts(
    url,
    "select relname::text as text from pg_class where relnamespace = 'public'::regnamespace order by relname",
  );
  // Which months have a partition depends on the day.
  return own
    .filter((name) => name !== "schema_migrations_pkey")
    .map((name) => name.replace(/_\d{4}_\d{2}/, "_month"));
};

/** Our functions and triggers, in full. */
const definitions = (url: string): Promise<string[]> =>
  texts(
    url,
    `select pg_get_functiondef(p.oid) as text from pg_proc p
     where pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
     union all
     select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'public'::regnamespace and not tgisinternal
     order by text`,
  );

async function texts(url: string, query: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql.unsafe(query)).map((row) => row["text"] as string);
  } finally {
    await sql.end();
  }
}

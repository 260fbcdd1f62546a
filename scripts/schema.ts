// Prints sql/schema.sql: what the migrations amount to, read from the catalog of a freshly migrated database.
// Not by pg_dump: the npm PostgreSQL has none, and others refuse a server newer than themselves.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";

const FILE = join(import.meta.dir, "../sql/schema.sql");

// Ours: not the system's, not BullMQ's, not what an extension brought, not dbmate's table.
const OURS = `
  n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'bullmq') and not starts_with(n.nspname, 'pg_')
  and not exists (select from pg_depend e where e.objid = o.oid and e.deptype = 'e')`;

// Partitions that come and go with time, and what each has of its table: neither is the schema.
const IS_PARTITION_IN_TIME = "o.relispartition and pg_get_expr(o.relpartbound, o.oid) <> 'DEFAULT'";

const SECTIONS: Record<string, string> = {
  Extensions: `
    select format('create extension %I;', extname) as text
    from pg_extension where extname <> 'plpgsql' order by extname`,
  Types: `
    select format(E'create type %I as enum (\\n  %s\\n);', o.typname,
      string_agg(quote_literal(l.enumlabel), E',\\n  ' order by l.enumsortorder)) as text
    from pg_type o join pg_namespace n on n.oid = o.typnamespace join pg_enum l on l.enumtypid = o.oid
    where ${OURS} group by o.typname
    union all
    select format('create domain %I as %s%s;', o.typname, format_type(o.typbasetype, o.typtypmod),
      (select string_agg(' ' || pg_get_constraintdef(c.oid), '' order by c.conname) from pg_constraint c where c.contypid = o.oid))
    from pg_type o join pg_namespace n on n.oid = o.typnamespace
    where ${OURS} and o.typtype = 'd'
    order by text`,
  Sequences: `
    select format('create sequence %I;', o.relname) as text
    from pg_class o join pg_namespace n on n.oid = o.relnamespace
    where ${OURS} and o.relkind = 'S'
      and not exists (select from pg_depend i where i.objid = o.oid and i.deptype in ('a', 'i'))
    order by o.relname`,
  Tables: `
    select case when o.relispartition then format('create table %I partition of %s default;', o.relname,
      (select inhparent::regclass from pg_inherits where inhrelid = o.oid))
    else format(E'create %stable %I (\\n  %s\\n)%s%s;', case o.relpersistence when 'u' then 'unlogged ' else '' end, o.relname,
      concat_ws(E',\\n  ',
        (select string_agg(format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then ' not null' else '' end,
            case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
                 when a.attgenerated <> '' then format(' generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid), case a.attgenerated when 's' then 'stored' else 'virtual' end)
                 when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end),
            E',\\n  ' order by a.attnum)
          from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped),
        (select string_agg(format('constraint %I %s', c.conname, pg_get_constraintdef(c.oid)), E',\\n  '
            order by array_position('{p,u,x,c,f}', c.contype::text), c.conname)
          from pg_constraint c where c.conrelid = o.oid and c.contype in ('p', 'u', 'x', 'c', 'f'))),
      case when o.reloptions is null then '' else ' with (' || array_to_string(o.reloptions, ', ') || ')' end,
      coalesce(' partition by ' || pg_get_partkeydef(o.oid), '')) end as text
    from pg_class o join pg_namespace n on n.oid = o.relnamespace
    where ${OURS} and o.relkind in ('r', 'p') and o.relname <> 'schema_migrations'
      and not (${IS_PARTITION_IN_TIME}) order by o.relname`,
  Views: `
    select format(E'create %sview %I as\\n%s', case o.relkind when 'm' then 'materialized ' else '' end, o.relname, pg_get_viewdef(o.oid)) as text
    from pg_class o join pg_namespace n on n.oid = o.relnamespace
    where ${OURS} and o.relkind in ('v', 'm') order by o.relname`,
  Indexes: `
    select replace(pg_get_indexdef(o.oid), ' ON ONLY ', ' ON ') || ';' as text
    from pg_class o join pg_namespace n on n.oid = o.relnamespace join pg_index i on i.indexrelid = o.oid
    where ${OURS} and i.indrelid::regclass::text <> 'schema_migrations' and not o.relispartition
      and not exists (select from pg_constraint c where c.conindid = o.oid and c.contype in ('p', 'u', 'x'))
    order by i.indrelid::regclass::text, o.relname`,
  Functions: `
    select rtrim(pg_get_functiondef(o.oid), E'\\n ') || ';' as text
    from pg_proc o join pg_namespace n on n.oid = o.pronamespace
    where ${OURS} and o.prokind in ('f', 'p') order by o.proname, pg_get_function_identity_arguments(o.oid)`,
  Triggers: `
    select pg_get_triggerdef(o.oid) || ';' as text
    from pg_trigger o join pg_class t on t.oid = o.tgrelid join pg_namespace n on n.oid = t.relnamespace
    where ${OURS} and not o.tgisinternal order by t.relname, o.tgname`,
  Comments: `
    select format('comment on %s is %L;', pg_describe_object(c.classoid, c.objoid, c.objsubid), c.description) as text
    from pg_description c join pg_class o on o.oid = c.objoid and c.classoid = 'pg_class'::regclass join pg_namespace n on n.oid = o.relnamespace
    where ${OURS} order by 1`,
};

/** The whole schema as readable SQL, always in the same order. */
async function printSchema(url: string): Promise<string> {
  const sql = postgres(url, { max: 1 });
  try {
    const parts = [
      "-- Printed by scripts/schema.ts from the migrations. Do not edit: `bun scripts/schema.ts` writes it anew.\n",
    ];
    for (const [title, query] of Object.entries(SECTIONS)) {
      const rows = await sql.unsafe<{ text: string }[]>(query);
      if (rows.length > 0)
        parts.push(
          `-- ${title}\n`,
          ...rows.map(({ text }) => `${text.replace(/[ \t]+$/gm, "")}\n`),
        );
    }
    return parts.join("\n");
  } finally {
    await sql.end();
  }
}

async function main(check: boolean): Promise<void> {
  const printed = await printSchema(await testDatabaseUrl());
  await releaseTestDatabases();
  const kept = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
  if (kept === printed) {
    console.log("sql/schema.sql says what the migrations amount to.");
  } else if (check) {
    const line = printed.split("\n").findIndex((text, at) => text !== kept.split("\n")[at]) + 1;
    console.error(
      `sql/schema.sql differs from the migrations, first in line ${line}. Run: bun scripts/schema.ts`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(FILE, printed);
    console.log("Wrote sql/schema.sql.");
  }
}

await main(process.argv.includes("--check"));

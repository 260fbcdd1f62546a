// What a binding claims of its statement, held against the statement itself and against PostgreSQL.
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type postgres from "postgres";
import type { Contract } from "../../src/db/query.ts";
import { pgTypeOf } from "../../src/db/type.ts";

/** What the server says of a statement. */
export interface Described {
  readonly parameters: readonly string[];
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** Whether the table lets it be null; null where it comes from no table. */
  readonly isNullable: boolean | null;
  /** The words that its table's CHECK lets it hold, if it names them. */
  readonly words: readonly string[];
}

interface Catalog {
  readonly types: ReadonlyMap<number, string>;
  readonly columns: ReadonlyMap<string, { isNullable: boolean; words: readonly string[] }>;
}

/** The types and table columns that descriptions speak of by number. */
export async function readCatalog(sql: postgres.Sql): Promise<Catalog> {
  const types = await sql`
    select t.oid, coalesce(e.typname || '[]', t.typname) as name
    from pg_type t left join pg_type e on e.typarray = t.oid`;
  const columns = await sql`
    select a.attrelid as table, a.attnum as number, not a.attnotnull as nullable,
      (select pg_get_constraintdef(c.oid) from pg_constraint c
       where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]
         and pg_get_constraintdef(c.oid) ~ '= ANY \\(ARRAY\\[' limit 1) as check
    from pg_attribute a where a.attnum > 0`;
  return {
    types: new Map(types.map(({ oid, name }) => [oid, name])),
    columns: new Map(
      columns.map(({ table, number, nullable, check }) => [
        `${table}.${number}`,
        { isNullable: nullable, words: [...(check ?? "").matchAll(/'([^']*)'/g)].map((m) => m[1]) },
      ]),
    ),
  };
}

/** Asks PostgreSQL what a statement takes and gives; a statement that cannot run throws here. */
export async function describeStatement(
  sql: postgres.Sql,
  catalog: Catalog,
  text: string,
): Promise<Described> {
  const { types, columns } = (await sql.unsafe(text).describe()) as unknown as {
    types: number[];
    columns: { name: string; type: number; table: number; number: number }[];
  };
  const typeName = (oid: number) => catalog.types.get(oid) ?? `oid ${oid}`;
  return {
    parameters: types.map(typeName),
    columns: columns.map(({ name, type, table, number }) => {
      const origin = catalog.columns.get(`${table}.${number}`);
      return {
        name,
        type: typeName(type),
        isNullable: origin?.isNullable ?? null,
        words: origin?.words ?? [],
      };
    }),
  };
}

/** Where the statement's comment is not a sentence followed by its parameters as they are bound. */
export function headerFaults({ text, params }: Contract): string[] {
  const comments = text.split("\n").filter((line) => line.startsWith("--"));
  const sentence = comments
    .filter((line) => !/^-- \$/.test(line))
    .map((line) => line.slice(3))
    .join(" ");
  const faults: string[] = [];
  if (!/^-- \p{Lu}/u.test(text) || !sentence.endsWith("."))
    faults.push("must begin with a comment that is a sentence");
  const said = comments.flatMap((line) => {
    const match = /^-- \$(\d+) +(\w+) +(\S+)$/.exec(line.trimEnd());
    return match ? [`$${match[1]} ${match[2]} ${match[3]}`] : [];
  });
  const bound = Object.entries(params).map(
    ([name, schema], i) => `$${i + 1} ${name} ${pgTypeOf(schema as TSchema)}`,
  );
  if (said.join() !== bound.join())
    faults.push(`header says [${said.join(", ")}], the binding [${bound.join(", ")}]`);
  return faults;
}

/** Where the binding and the server disagree on parameters, columns, types, nulls or words. */
export function serverFaults({ text, params, row }: Contract, server: Described): string[] {
  const faults: string[] = [];
  const bound = Object.values(params).map((schema) => pgTypeOf(schema as TSchema));
  if (bound.join() !== server.parameters.join())
    faults.push(`parameters are [${server.parameters.join(", ")}], bound as [${bound.join(", ")}]`);
  const names = Object.keys(row).sort().join(", ");
  const given = server.columns.map(({ name }) => name);
  if (Object.keys(row).length > 0 && names !== given.toSorted().join(", "))
    faults.push(`columns are [${given.toSorted().join(", ")}], bound as [${names}]`);
  if (new Set(given).size < given.length) faults.push("two columns have the same name");
  for (const column of server.columns) {
    const schema = row[column.name] as TSchema | undefined;
    if (schema) faults.push(...columnFaults(column, schema, text));
  }
  return faults;
}

function columnFaults(column: Column, schema: TSchema, text: string): string[] {
  const { name, type, isNullable, words } = column;
  const faults: string[] = [];
  const boundType = pgTypeOf(schema);
  if (boundType !== type) faults.push(`${name} is ${type}, bound as ${boundType}`);
  const takesNull = Value.Check(schema, null);
  const takesAnything = Value.Check(schema, Symbol.for("anything"));
  if (isNullable && !takesNull) faults.push(`${name} may be null, bound as if it never were`);
  // Beyond an outer join the catalog proves nothing; every row is looked at while testing instead.
  if (isNullable === false && takesNull && !takesAnything && !/\b(left|right|full)\b/i.test(text))
    faults.push(`${name} is never null, bound as if it might be`);
  const unknown = words.filter((word) => !Value.Check(schema, word));
  if (unknown.length > 0)
    faults.push(`${name} may be ${unknown.join(", ")}, the binding knows not`);
  return faults;
}

/** Every binding that a module exports, by its name. */
export const bindingsOf = (module: Record<string, unknown>): [name: string, Contract][] =>
  Object.entries(module).flatMap(([name, each]) =>
    typeof each === "function" && "contract" in each ? [[name, each.contract as Contract]] : [],
  );

/** insert_booking → insertBooking */
export const camel = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

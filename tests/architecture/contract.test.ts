// The checker itself: each way a contract can be broken is seen.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type TProperties, Type } from "@sinclair/typebox";
import postgres from "postgres";
import { IdT, InstantT, IntT, JsonT, MaybeT, NameT, OneOfT, TextT } from "../../src/db/type.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import { describeStatement, headerFaults, readCatalog, serverFaults } from "./contract.ts";

let sql: postgres.Sql;
let catalog: Awaited<ReturnType<typeof readCatalog>>;

beforeAll(async () => {
  sql = postgres(await testDatabaseUrl(), {
    max: 1,
    transform: { column: { from: postgres.toCamel } },
  });
  await sql`create table people (
    id uuid primary key, nick_name citext, age int not null, born_at timestamptz not null,
    mood text not null check (mood in ('glad', 'sad')), extra jsonb)`;
  catalog = await readCatalog(sql);
});
afterAll(() => sql?.end());

const TEXT = `-- Find people who were born before a time.
-- $1 nick   citext
-- $2 before timestamptz
select id, nick_name, age, mood, extra from people where nick_name = $1 and born_at < $2
`;
const PARAMS = { nick: NameT, before: InstantT };
const ROW = {
  id: IdT,
  nickName: MaybeT(NameT),
  age: IntT,
  mood: OneOfT("glad", "sad"),
  extra: MaybeT(JsonT(Type.Object({}))),
};

const faults = async (text: string, params: TProperties = PARAMS, row: TProperties = ROW) => {
  const contract = { text, params, row };
  const server = await describeStatement(sql, catalog, text);
  return [...headerFaults(contract), ...serverFaults(contract, server)].join("; ");
};

type Broken = [what: string, says: string, text: string, params?: TProperties, row?: TProperties];

test("a true contract has no faults", async () => {
  expect(await faults(TEXT)).toBe("");
});

describe("a broken contract is seen:", () => {
  const { age, ...withoutAge } = ROW;
  const broken: Broken[] = [
    ["no sentence", "a sentence", TEXT.replace(/^.*\n/, "")],
    ["half a sentence", "a sentence", TEXT.replace("time.\n", "time\n")],
    ["a small letter", "a sentence", TEXT.replace("Find", "find")],
    ["another name in the header", "header says", TEXT.replace("nick ", "name ")],
    ["another type in the header", "header says", TEXT.replace("citext", "text")],
    [
      "a parameter not in the header",
      "header says",
      TEXT.replace("-- $2 before timestamptz\n", ""),
    ],
    ["parameters swapped", "header says", TEXT, { before: InstantT, nick: NameT }],
    ["a wrong parameter", "parameters are", TEXT, { nick: TextT, before: InstantT }],
    ["a parameter too few", "parameters are", TEXT, { nick: NameT }],
    ["a column unknown", "columns are", TEXT, PARAMS, withoutAge],
    ["a column too many", "columns are", TEXT, PARAMS, { ...ROW, size: IntT }],
    ["a column twice", "the same name", TEXT.replace("age,", "age, age,")],
    ["a column's type", "age is int4", TEXT, PARAMS, { ...ROW, age: TextT }],
    ["a null unforeseen", "nickName may be null", TEXT, PARAMS, { ...ROW, nickName: NameT }],
    ["a null that never comes", "age is never null", TEXT, PARAMS, { ...ROW, age: MaybeT(IntT) }],
    ["a word unknown", "may be sad", TEXT, PARAMS, { ...ROW, mood: OneOfT("glad") }],
    ["a count, which is int8", "n is int8", "-- Count.\nselect count(*) as n", {}, { n: IntT }],
  ];
  // A loop, because test.each would pass its own "done" for what a row leaves out.
  for (const [what, says, text, params, row] of broken)
    test(what, async () => {
      expect(await faults(text, params, row)).toContain(says);
    });

  test("a statement that PostgreSQL refuses", async () => {
    expect(faults("-- Broken.\nselect size from people")).rejects.toThrow("size");
  });
});

test("an outer join may bring a null into any column", async () => {
  const text = "-- Join.\nselect b.age from people a left join people b on b.id = a.id\n";
  expect(await faults(text, {}, { age: MaybeT(IntT) })).toBe("");
});

test("a column that a statement returns from a data-modifying CTE still knows its table", async () => {
  const text =
    "-- Age.\nwith a as (update people set age = 1 returning *) select nick_name from a\n";
  expect(await faults(text, {}, { nickName: NameT })).toContain("nickName may be null");
});

// One SQL file, one binding, one call: what goes in and what comes out.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { refused, shouldRetry, violated } from "../../src/db/conflict.ts";
import { newId } from "../../src/db/id.ts";
import { byId, many, maybe, one } from "../../src/db/query.ts";
import { connect, type Db } from "../../src/db/sql.ts";
import { IdsT, InstantT, IntsT, IntT, JsonT, MaybeT, TextT } from "../../src/db/type.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

let db: Db;
const options = { poolSize: 2, prepare: true, setTimeouts: true };
beforeAll(async () => {
  db = connect({ ...options, url: await testDatabaseUrl(), checkRows: true });
});
afterAll(() => db.close());

const NUMBERS = "-- Count up.\nselect n::int4 as n from generate_series(1, $1::int4) n";

describe("many, maybe and one", () => {
  test("give every row, the first or null, and the one that there must be", async () => {
    const row = { n: IntT };
    const params = { upTo: IntT };
    expect(await many(NUMBERS, params, row)(db, { upTo: 3 })).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
    expect(await many(NUMBERS, params, row)(db, { upTo: 0 })).toEqual([]);
    expect(await maybe(NUMBERS, params, row)(db, { upTo: 0 })).toBeNull();
    expect(await one(NUMBERS, params, row)(db, { upTo: 1 })).toEqual({ n: 1 });
    expect(one(NUMBERS, params, row)(db, { upTo: 0 })).rejects.toThrow(
      "Cannot find a row: Count up.",
    );
  });

  test("while testing, a row that is not as its binding says is an error that names the statement", () => {
    const wrong = many(NUMBERS, { upTo: IntT }, { n: TextT });
    expect(wrong(db, { upTo: 1 })).rejects.toThrow('Cannot trust a row of "Count up."');
  });
});

describe("byId", () => {
  const [first, other, none] = [newId(), newId(), newId()];
  const rowOf = byId(
    `-- Is there.\nselect id, count(*) over ()::int4 as asked from unnest($1::uuid[]) x(id) where id <> '${none}'`,
    { asked: IntT },
  );

  test("gives the row of each id, and null for one that has none, by one statement that asks for each once", async () => {
    const found = await Promise.all([first, none, other, first].map((id) => rowOf(db, id)));
    expect(found).toEqual([
      { id: first, asked: 2 },
      null,
      { id: other, asked: 2 },
      { id: first, asked: 2 },
    ]);
  });

  test("takes an id as it is written, in whatever case", async () => {
    expect(await rowOf(db, first.toUpperCase())).toEqual({ id: first, asked: 1 });
  });
});

describe("values cross the driver unchanged:", () => {
  const params = {
    at: InstantT,
    json: JsonT(Type.Unknown()),
    ids: IdsT,
    ints: IntsT,
    none: MaybeT(TextT),
  };
  const echo = one(
    "-- Echo.\nselect $1::timestamptz as at, $2::jsonb as json, $3::uuid[] as ids, $4::int4[] as ints, $5::text as none",
    params,
    params,
  );
  const id = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";
  const base = {
    at: Temporal.Instant.from("2026-12-01T09:00:00.123456Z"),
    ids: [id, id],
    ints: [1, -2],
    none: null,
  };
  test.each([
    [{ deep: [{ "quote'": '"\\', unicode: "😀", nul: null }] }],
    ["text"],
    ["null"],
    [5],
    [[]],
    [[[1, 2], "x"]],
    [true],
  ])("%j as jsonb, an instant to the microsecond, arrays", async (json) => {
    expect(await echo(db, { ...base, json })).toEqual({ ...base, json });
  });
  test("empty arrays, and text that looks like something else", async () => {
    const empty = { ...base, json: {}, ids: [], ints: [] };
    expect(await echo(db, { ...empty, none: "{1,2}" })).toEqual({ ...empty, none: "{1,2}" });
  });
  test.each(["0001-01-01T00:00:00Z", "9998-12-31T23:59:59Z", "1969-12-31T23:59:59.999999Z"])(
    "the instant %s",
    async (text) => {
      const at = Temporal.Instant.from(text);
      expect((await echo(db, { ...base, json: {}, at })).at.toString()).toBe(at.toString());
    },
  );
});

test("it works as well without prepared statements, for poolers that cannot carry them", async () => {
  const plain = connect({
    ...options,
    url: await testDatabaseUrl(),
    checkRows: true,
    prepare: false,
  });
  for (let i = 0; i < 3; i += 1)
    expect(await many(NUMBERS, { upTo: IntT }, { n: IntT })(plain, { upTo: 2 })).toHaveLength(2);
  await plain.close();
});

describe("what the database refused is told by", () => {
  const failing = async (text: string): Promise<unknown> =>
    db.run(text, []).then(
      () => null,
      (error) => error,
    );
  test("its constraint", async () => {
    const insert = `insert into users (id, email, username, first_name)
      values (gen_random_uuid(), 'twice@example.com', 'twice', 'T')`;
    await db.run(insert, []);
    expect(violated(await failing(insert))).toBe("users_email_key");
    expect(violated(await failing("select 1/0"))).toBeNull();
  });
  test("the code that refuse() raised", async () => {
    expect(refused(await failing("select 1/0"))).toBeNull();
    const raise = "do $$ begin raise exception 'cap_reached' using errcode = 'KA001'; end $$";
    expect(refused(await failing(raise))).toBe("cap_reached");
  });
  test("whether trying again may help", () => {
    expect(["40P01", "40001", "23505", undefined].map((code) => shouldRetry({ code }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

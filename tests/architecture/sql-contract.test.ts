// The statements of sql/queries and what TypeScript believes of them.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { basename, dirname, join } from "node:path";
import postgres from "postgres";
import type { Contract } from "../../src/db/query.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import {
  bindingsOf,
  camel,
  describeStatement,
  headerFaults,
  readCatalog,
  serverFaults,
} from "./contract.ts";

const ROOT = join(import.meta.dir, "../..");
const files = [...new Bun.Glob("sql/queries/**/*.sql").scanSync(ROOT)].sort();
const modules = [...new Bun.Glob("{src,worker}/**/*queries.ts").scanSync(ROOT)].sort();

interface Bound {
  readonly module: string;
  readonly name: string;
  readonly contract: Contract;
}
const bound: Bound[] = [];
let sql: postgres.Sql;
let catalog: Awaited<ReturnType<typeof readCatalog>>;

beforeAll(async () => {
  for (const module of modules)
    for (const [name, contract] of bindingsOf(await import(join(ROOT, module))))
      bound.push({ module, name, contract });
  const column = { from: postgres.toCamel };
  sql = postgres(await testDatabaseUrl(), { max: 1, transform: { column } });
  catalog = await readCatalog(sql);
});
afterAll(() => sql?.end());

test("there are statements to look at", () => {
  expect(files.length).toBeGreaterThan(10);
});

describe.each(files)("%s", (file) => {
  const text = Bun.file(join(ROOT, file)).text();

  test("is bound by one export of its feature, named after the file", async () => {
    const here = await text;
    const by = bound.filter(({ contract }) => contract.text === here);
    const feature = basename(dirname(file));
    expect(by.map(({ module, name }) => `${dirname(module)} ${name}`)).toEqual([
      `src/${feature} ${camel(basename(file, ".sql"))}`,
    ]);
  });

  test("says its purpose and its parameters as they are bound", async () => {
    const here = await text;
    for (const { contract } of bound.filter((each) => each.contract.text === here))
      expect(headerFaults(contract)).toEqual([]);
  });

  test("takes and gives what its binding says", async () => {
    const here = await text;
    const server = await describeStatement(sql, catalog, here);
    for (const { contract } of bound.filter((each) => each.contract.text === here))
      expect(serverFaults(contract, server)).toEqual([]);
  });
});

test("every binding's statement is a file of sql/queries", async () => {
  const texts = await Promise.all(files.map((file) => Bun.file(join(ROOT, file)).text()));
  const strays = bound.filter(({ contract }) => !texts.includes(contract.text));
  expect(strays.map(({ module, name }) => `${module} ${name}`)).toEqual([]);
});

test("no statement converts a zone in the database, whose zone data are not ours", async () => {
  const all = [...files, ...new Bun.Glob("sql/migrations/*.sql").scanSync(ROOT)];
  const converting: string[] = [];
  for (const file of all) {
    const text = await Bun.file(join(ROOT, file)).text();
    if (/at\s+time\s+zone|\btimezone\s*\(/i.test(text)) converting.push(file);
  }
  expect(converting).toEqual([]);
});

test("nothing opens a transaction from TypeScript: the driver breaks its atomicity", async () => {
  const openers: string[] = [];
  // "BEGIN:VEVENT" opens something of a calendar.
  for (const file of new Bun.Glob("{src,worker}/**/*.ts").scanSync(ROOT))
    if (/\.begin\s*\(|[`"']begin\b(?!:)/i.test(await Bun.file(join(ROOT, file)).text()))
      openers.push(`${file}: write the change as one statement`);
  expect(openers).toEqual([]);
});

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = `${import.meta.dir}/../../src/availability`;
const files = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(`${FOLDER}/${name}`, "utf8"),
}));

test("availability imports itself, rrule and zone data, and nothing else", () => {
  const foreign = files.flatMap(({ name, text }) =>
    [...text.matchAll(/from "([^"]+)"/g)]
      .map((match) => match[1]!)
      .filter((from) => !/^\.\/[a-z-]+\.ts$/.test(from))
      .map((from) => `${name}: ${from}`),
  );
  expect(foreign.sort()).toEqual([
    "rule.ts: rrule",
    "tables.ts: moment-timezone/data/packed/latest.json",
  ]);
});

test("availability asks neither a clock nor the runtime's zones, and waits for nothing", () => {
  const banned =
    /\b(await|async|Promise|Intl|Temporal|Bun|process|fetch|setTimeout|toLocale\w*)\b|Date\.now|new Date\(\)|\.get(Hours|Day|Date|Month|FullYear|TimezoneOffset)\(/;
  const code = files.map(({ name, text }) => ({
    name,
    lines: text.split("\n").filter((line) => !/^\s*(\/\/|\/?\*)/.test(line)),
  }));
  expect(code.length).toBeGreaterThan(10);
  expect(
    code.flatMap(({ name, lines }) =>
      lines.filter((line) => banned.test(line)).map((line) => `${name}: ${line}`),
    ),
  ).toEqual([]);
});

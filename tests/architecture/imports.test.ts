// The direction of imports and the words of the house.
import { describe, expect, test } from "bun:test";
import { breaches, IMPORT_RULES, idleExceptions, WORD_RULES } from "./rules.ts";
import { circles, source, sources } from "./sources.ts";

const MAX_LINES = 250;
const files = sources();

test("there are files to look at", () => {
  expect(files.map(({ path }) => path)).toContain("src/app.ts");
});

describe.each([...IMPORT_RULES, ...WORD_RULES].map((rule) => [rule.name, rule] as const))(
  "%s",
  (_name, rule) => {
    test("in every file", () => {
      expect(breaches(rule, files)).toEqual([]);
    });
    test("and a file that breaks it is seen", () => {
      const { path, text } = rule.bad;
      expect(breaches(rule, [source(path, text)])).toEqual([`${path}: ${rule.instead}`]);
    });
  },
);

// Not yet written files are no idle exceptions.
const AWAITED = new Set(["worker/main.ts"]);

test("no exception outlives its reason", () => {
  const idle = [...IMPORT_RULES, ...WORD_RULES].flatMap((rule) =>
    idleExceptions(rule, files).map((pattern) => `${rule.name}: ${pattern}`),
  );
  expect(idle.filter((each) => ![...AWAITED].some((awaited) => each.endsWith(awaited)))).toEqual(
    [],
  );
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter(({ lines }) => lines > MAX_LINES);
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines; split it by subject`)).toEqual([]);
});

test("imports go in no circle", () => {
  const told = circles(files).map((circle) => `${circle.join(" → ")}: move what they share out`);
  expect(told).toEqual([]);
});

describe("circles()", () => {
  const file = (path: string, ...to: string[]) =>
    source(path, to.map((each) => `import "${each}";`).join("\n"));

  test("finds one over three files", () => {
    const all = [
      file("src/a.ts", "./b.ts"),
      file("src/b.ts", "./c/c.ts"),
      file("src/c/c.ts", "../a.ts"),
    ];
    expect(circles(all)).toEqual([["src/a.ts", "src/b.ts", "src/c/c.ts", "src/a.ts"]]);
  });
  test("finds none where two ways lead to the same file", () => {
    const all = [
      file("src/a.ts", "./b.ts", "./c.ts"),
      file("src/b.ts", "./c.ts"),
      file("src/c.ts"),
    ];
    expect(circles(all)).toEqual([]);
  });
});

test("imports over several lines, of types, re-exported and dynamic are all seen", () => {
  const text = `import {\n  a,\n  type B,\n} from "./b.ts";\nimport type { C } from "./c.ts";
export { d } from "../d.ts";\nimport "./e.ts";\nawait import("./f.ts");
import g from "./g.json" with {\n  type: "json",\n};\n`;
  expect(source("src/x/a.ts", text).imports).toEqual([
    "src/x/b.ts",
    "src/x/c.ts",
    "src/d.ts",
    "src/x/e.ts",
    "src/x/f.ts",
    "src/x/g.json",
  ]);
});

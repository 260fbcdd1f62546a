import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dependencies } from "../../package.json";
import { isAllowed, runtimePackages } from "./licences.ts";

const ROOT = join(import.meta.dir, "../..");

test("every package that is needed at run time may be passed on, theirs included", () => {
  const packages = runtimePackages(ROOT);
  expect(packages.length).toBeGreaterThan(100);
  const others = packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(({ name, version, licence }) => `${name} ${version}: ${licence || "no licence"}`);
  expect(others).toEqual([]);
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0)", true],
  ["MIT AND GPL-3.0", false],
  ["AGPL-3.0-only", false],
  ["SEE LICENSE IN LICENSE.md", false],
  ["", false],
])("a licence %j is allowed: %p", (licence, expected) => {
  expect(isAllowed(licence)).toBe(expected);
});

test("each direct dependency has its sentence in README.md, and no other has one", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const table = readme.slice(readme.indexOf("| package | why |"));
  const rows = [...table.matchAll(/^\| (`[^|]*`) \| ([^|]+) \|$/gm)];
  const said = rows.flatMap(([, names = ""]) => [...names.matchAll(/`([^`]+)`/g)].map((m) => m[1]));
  expect(said.toSorted()).toEqual(Object.keys(dependencies).sort());
  for (const [, , why = ""] of rows) expect(why.trim().length).toBeGreaterThan(3);
});

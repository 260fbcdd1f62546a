// docs/faults.md is whole and true: every fault has its line, every file that a line names is there.
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const PATH = join(ROOT, "docs/faults.md");
// Where only the built program is, there are no documents.
const lines = existsSync(PATH)
  ? readFileSync(PATH, "utf8")
      .split("\n")
      .filter((line) => /^\| F\d/.test(line))
      .map((line) => line.split("|").map((cell) => cell.trim()))
  : [];

test.skipIf(lines.length === 0)("every fault has one line", () => {
  const all = Array.from({ length: 77 }, (_, i) => `F${String(i + 1).padStart(2, "0")}`);
  expect(lines.map(([, fault]) => fault)).toEqual(all);
});

test.skipIf(lines.length === 0)(
  "every line names tests that are there, or says why there are none",
  () => {
    const wrong = lines.flatMap(([, fault, , , shown = ""]) => {
      const files = [...shown.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
      if (files.length === 0 && shown.length < 20) return [`${fault} says nothing`];
      return files
        .filter((file) => !/^tests\/.*\.test\.ts$/.test(file) || !existsSync(join(ROOT, file)))
        .map((file) => `${fault} names ${file}`);
    });
    expect(wrong).toEqual([]);
  },
);

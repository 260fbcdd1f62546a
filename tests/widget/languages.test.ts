import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fill, plural } from "../../src/widget/text.ts";

const FOLDER = join(import.meta.dir, "../../src/widget/languages");
const files = readdirSync(FOLDER);
const wordsOf = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), "utf8"));

/** Every text by its path; a text by plural categories is one, by its `other`. */
function texts(value: unknown, at = ""): [string, string][] {
  if (typeof value === "string") return [[at, value]];
  const entries = Object.entries(value as object);
  if ("other" in (value as object) && "one" in (value as object))
    return [[at, (value as { other: string }).other]];
  return entries.flatMap(([name, each]) => texts(each, `${at}.${name}`));
}
const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

const english = new Map(texts(wordsOf("en.json")));

test("there are three languages at least", () => {
  expect(files.sort()).toEqual(expect.arrayContaining(["ar.json", "de.json", "en.json"]));
});

describe.each(files)("%s", (file) => {
  const words = wordsOf(file);

  test("says all that English says, with the same values", () => {
    const here = new Map(texts(words));
    expect([...here.keys()].sort()).toEqual([...english.keys()].sort());
    const wrong = [...here].filter(
      ([at, text]) => holes(text).join() !== holes(english.get(at) ?? "").join(),
    );
    expect(wrong).toEqual([]);
    expect([...here.values()].filter((text) => text.trim() === "")).toEqual([]);
  });

  test("counts as the language does", () => {
    const locale = file.replace(".json", "");
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    const counted = [...Object.values(words.times), ...Object.values(words.later)].filter(
      (each) => typeof each === "object" && each !== null && "other" in each && "one" in each,
    ) as object[];
    expect(counted.length).toBe(4);
    for (const each of counted) expect(Object.keys(each).sort()).toEqual([...needed].sort());
  });
});

test("values stand apart from the direction of the text around them", () => {
  expect(fill("to {email}.", { email: "a@b.c" })).toBe("to \u2068a@b.c\u2069.");
  expect(plural({ one: "{n} time", other: "{n} times" }, 1200, "en")).toBe("1,200 times");
});

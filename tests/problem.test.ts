// The closed list of what can go wrong.
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { invalid, PROBLEMS, Problem, type ProblemCode } from "../src/problem.ts";

const entries = Object.entries(PROBLEMS);

describe("every problem", () => {
  test("has a code that clients can branch on, a status of its kind and a title for people", () => {
    for (const [code, [status, title]] of entries) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      // The one that leads on instead of refusing.
      if (code === "moved") expect(status).toBe(308);
      else expect(status).toBeWithin(400, 504);
      expect(title).toMatch(/^[A-Z][^.]+$/);
    }
  });
  test("is thrown somewhere: the list holds nothing that cannot happen", () => {
    const src = join(import.meta.dir, "../src");
    const all = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && path !== "problem.ts")
      .map((path) => readFileSync(join(src, path), "utf8"))
      .concat(readFileSync(join(src, "../sql/schema.sql"), "utf8"))
      .join("\n");
    const unused = entries
      .map(([code]) => code)
      .filter((code) => !new RegExp(`["'\`]${code}["'\`]`).test(all));
    expect(unused).toEqual([]);
  });
});

test("a Problem says its title where it is given no detail, and keeps what is extra", () => {
  const bare = new Problem("slot_taken");
  expect([bare.message, bare.httpStatus]).toEqual(["This time is taken.", 409]);
  const told = new Problem("slot_taken", "Taken by Grace.", { alternatives: [] });
  expect([told.message, told.extra]).toEqual(["Taken by Grace.", { alternatives: [] }]);
});

test("a Problem is told from other errors by its class: it has no code or status of its own", () => {
  for (const [code] of entries) {
    const problem = new Problem(code as ProblemCode);
    expect("code" in problem || "status" in problem).toBe(false);
    expect(problem).toBeInstanceOf(Error);
  }
});

test("invalid() names its field once", () => {
  const problem = invalid("guest.email", "must be a mail address");
  expect(problem.message).toBe("guest.email: must be a mail address");
  expect(problem.extra["errors"]).toEqual([
    { path: "guest.email", message: "must be a mail address" },
  ]);
});

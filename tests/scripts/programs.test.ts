// The build that production starts.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { areProgramsFresh, buildPrograms, programFile } from "../../scripts/programs/build.ts";

const home = mkdtempSync(join(tmpdir(), "kalends-programs-"));
const folder = join(home, "programs");
const stamp = join(folder, "built-from");

beforeAll(() => buildPrograms(folder), 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("holds both programs, each with its bytecode, and leaves nothing else behind", () => {
  for (const name of ["api", "worker"] as const)
    for (const file of [programFile(name, folder), `${programFile(name, folder)}.jsc`])
      expect(existsSync(file), file).toBe(true);
  expect(readdirSync(home)).toEqual(["programs"]);
});

test("is known as fresh, and as stale once it is of other sources", () => {
  expect(areProgramsFresh(folder)).toBe(true);
  const hash = readFileSync(stamp, "utf8");
  writeFileSync(
    stamp,
    hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
  );
  expect(areProgramsFresh(folder)).toBe(false);
  writeFileSync(stamp, hash);
  expect(areProgramsFresh(join(home, "none"))).toBe(false);
});

test("leaves in node_modules what few requests need, and holds what all do", () => {
  const outsideOf = (name: "api" | "worker") => {
    const text = readFileSync(programFile(name, folder), "utf8");
    return new Set([...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, each]) => each));
  };
  const [api, worker] = [outsideOf("api"), outsideOf("worker")];
  for (const name of ["bullmq", "pg", "@bull-board/api", "oauth4webapi"])
    expect(api, name).toContain(name);
  for (const name of ["resend", "@googleapis/calendar", "oauth4webapi"])
    expect(worker, name).toContain(name);
  for (const name of ["bullmq", "pg"]) expect(worker, name).not.toContain(name);
  for (const name of ["elysia", "postgres", "ioredis", "prom-client"])
    for (const outside of [api, worker]) expect(outside).not.toContain(name);
});

// The one gate: everything that must hold before a change lands, here and in CI. It goes on after a failure,
// so that one run names all that is wrong. `--tests "<command>"` runs the tests by another command, `--chaos 60` also
// breaks everything for so many seconds.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { untilTestServerIsGone } from "./test-postgres.ts";

type Step = { name: string; command: string };
type Result = { name: string; passed: boolean; output: string };

const ROOT = join(import.meta.dir, "..");
const LONGEST_MS = 50 * 60_000;

const flag = (name: string): string | undefined =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const tests = flag("--tests");
const chaosSeconds = flag("--chaos");

const steps: Step[] = [
  { name: "style", command: "biome ci --colors=off ." },
  { name: "types", command: "tsc --noEmit" },
  { name: "schema", command: "bun scripts/schema.ts --check" },
  { name: "tests", command: tests || "bun run test" },
  ...(chaosSeconds
    ? [
        {
          name: "chaos",
          command: `bun run test:chaos --seconds ${chaosSeconds}`,
        },
      ]
    : []),
  { name: "unused", command: "knip --no-progress" },
  { name: "widget", command: "bun scripts/build-widget.ts --check" },
];

function run({ name, command }: Step): Promise<Result> {
  return new Promise((resolve) => {
    const started = performance.now();
    console.log(`\n== ${name}: ${command}`);
    // node_modules/.bin first, as package scripts have it: `bun` there is the one this checkout pins.
    const env = {
      ...process.env,
      PATH: `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`,
    };
    const child = spawn("sh", ["-c", command], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_MS,
    });
    let output = "";
    const show = (chunk: Buffer) => {
      output += chunk;
      process.stdout.write(chunk);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.once("close", (code) => {
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      console.log(`== ${name}: ${code === 0 ? "passed" : "FAILED"} in ${seconds} s`);
      resolve({ name, passed: code === 0, output });
    });
  });
}

/** The numbers of `bun test`'s summary. A file that cannot be loaded is there as a failure and as an error. */
function count(output: string): { passed: number; failed: number; skipped: number } {
  const last = (word: string) =>
    Number([...output.matchAll(new RegExp(`^ (\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
  return {
    passed: last("pass"),
    failed: Math.max(last("fail"), last("errors?")),
    skipped: last("skip") + last("todo"),
  };
}

const results: Result[] = [];
for (const step of steps) results.push(await run(step));
await untilTestServerIsGone();

const tested = results.find(({ name }) => name === "tests");
const totals = count(tested?.output ?? "");
const broken = results.filter(({ passed }) => !passed).map(({ name }) => name);
// A check that failed is a failure too, so that the last line alone tells whether all is well.
const failed =
  totals.failed + broken.filter((name) => name !== "tests" || totals.failed === 0).length;
const nothingRan = totals.passed === 0;

console.log(broken.length > 0 ? `\nNot ok: ${broken.join(", ")}.` : "\nAll ok.");
if (nothingRan) console.log("No test ran.");
console.log(
  `${totals.passed} passed, ${failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`,
);
process.exit(broken.length > 0 || nothingRan ? 1 : 0);

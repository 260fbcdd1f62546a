import { expect, test } from "bun:test";
import { answers } from "./support/answers.ts";

const PROCESS_ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles"];

/** What an expression is, as text, in a process whose own zone is `zone`. */
async function evaluateIn(zone: string, expression: string): Promise<string> {
  const code = `
    import { answers } from "${import.meta.dir}/support/answers.ts";
    process.stdout.write(String(${expression}));`;
  const child = Bun.spawn([process.execPath, "-e", code], {
    env: { ...process.env, TZ: zone },
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return output;
}

test("the answers do not depend on the zone of the process", async () => {
  const here = answers();
  expect(here.length).toBeGreaterThan(100_000);
  const there = await Promise.all(PROCESS_ZONES.map((zone) => evaluateIn(zone, "answers()")));
  expect(there.map((text) => text === here)).toEqual([true, true, true]);
});

test("the zones of those processes were indeed different", async () => {
  const offset = "new Date(0).getTimezoneOffset()";
  const offsets = await Promise.all(PROCESS_ZONES.map((zone) => evaluateIn(zone, offset)));
  expect(offsets).toEqual(["0", "-540", "480"]);
});

import { expect, test } from "bun:test";

const PROCESS_ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles"];

async function runIn(zone: string, ...command: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, ...command], {
    env: { ...process.env, TZ: zone },
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return output;
}

test("the answers do not depend on the zone of the process", async () => {
  const script = `${import.meta.dir}/support/answers.ts`;
  const [utc = "", ...others] = await Promise.all(PROCESS_ZONES.map((zone) => runIn(zone, script)));
  expect(utc.length).toBeGreaterThan(100_000);
  expect(JSON.parse(utc).year.length).toBe(7);
  for (const other of others) expect(other === utc).toBe(true);
}, 30_000);

test("the zones of those processes were indeed different", async () => {
  const show = ["-e", "process.stdout.write(String(new Date(0).getTimezoneOffset()))"];
  const offsets = await Promise.all(PROCESS_ZONES.map((zone) => runIn(zone, ...show)));
  expect(offsets).toEqual(["0", "-540", "480"]);
});

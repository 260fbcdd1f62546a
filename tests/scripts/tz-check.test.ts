import { expect, test } from "bun:test";
import { TZDATA_VERSION } from "../../src/availability/zone.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

test("bun run tz:check says which tables we use, and where runtime and database differ", async () => {
  const child = Bun.spawn([process.execPath, "scripts/tz-check.ts"], {
    env: { PATH: process.env["PATH"] ?? "", DATABASE_URL: await testDatabaseUrl() },
    stdout: "pipe",
    stderr: "pipe",
  });
  const said = await new Response(child.stdout).text();
  expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ""]);
  expect(said).toStartWith(`Kalends uses its own tables: tzdata ${TZDATA_VERSION}, `);
  for (const who of ["This runtime", "The database"])
    expect(said).toMatch(new RegExp(`^${who}.*: (agrees|\\d+ zones differ)\\.$`, "m"));
  // Whoever has tables of before 2026 has clocks go back in Vancouver.
  for (const line of said.split("\n").filter((each) => each.includes("America/Vancouver")))
    expect(line).toMatch(/-08:00, right is -07:00|−08:00, right is −07:00/);
});

// What the processes load when they start: nobody waits or pays for what few requests need, or nobody has.
import { expect, test } from "bun:test";
import { testDatabaseUrl } from "./support/postgres.ts";

const LATER = [
  "@googleapis/calendar",
  "@microsoft/microsoft-graph-client",
  "tsdav",
  "ical.js",
  "oauth4webapi",
  "nodemailer",
  "resend",
  "@sendgrid/mail",
  "prom-client",
  "@bull-board/api",
];
/** Only the worker hands jobs over and writes invitations all day. */
const LATER_IN_API = [...LATER, "bullmq", "pg", "ics"];

/** The packages that a program has loaded once its first statements are through, and then after `more`. */
async function packagesOf(program: string, more = ""): Promise<string[]> {
  const script = `
    await import("./${program}");
    await Bun.sleep(1_000);
    ${more}
    const packages = Object.keys(require.cache).flatMap((path) =>
      /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(path)?.[1] ?? []);
    console.log("LOADED " + JSON.stringify([...new Set(packages)]));
    process.exit(0);`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_ENV: "test",
      HOST: "127.0.0.1",
      PORT: "0",
      DATABASE_URL: await testDatabaseUrl(),
      JWT_SECRET: "a secret for tests that is long enough",
      ENCRYPTION_KEY: "a-key-of-tests-that-seals-what-is-read",
      PUBLIC_URL: "https://kalends.example",
      LOG_LEVEL: "silent",
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const said = await new Response(child.stdout).text();
  const line = /LOADED (.*)/.exec(said)?.[1];
  if (line === undefined) throw new Error(said + (await new Response(child.stderr).text()));
  return JSON.parse(line);
}

test.each([
  ["src/main.ts", LATER_IN_API],
  ["worker/main.ts", LATER],
] as const)("%s starts without what the first requests do not need", async (program, later) => {
  const loaded = await packagesOf(program);
  expect(loaded).toContain("postgres");
  expect(loaded.filter((each) => later.includes(each))).toEqual([]);
});

test("what is loaded later is seen by the same look", async () => {
  const imports = LATER_IN_API.map((each) => `await import("${each}");`).join("\n");
  const loaded = await packagesOf("src/main.ts", imports);
  expect(loaded).toEqual(expect.arrayContaining(LATER_IN_API));
});

// bun run admin:create, as a program: by flags and environment, by standard input, at a terminal.
import { afterAll, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeHost, PASSWORD } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const SCRIPT = join(import.meta.dir, "../../scripts/admin-create.ts");
const world = await testWorld();
const api = client(world);
const dataDir = mkdtempSync(join(tmpdir(), "kalends-admin-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const GOOD = "a long and odd sentence";

interface Ran {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a program to its end; `answers` are typed one after the other, each when its question is there. */
function run(
  command: string,
  args: string[],
  given: { env?: Record<string, string>; input?: string; answers?: [string, string][] } = {},
): Promise<Ran> {
  const { ADMIN_PASSWORD: _, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: world.config.DATABASE_URL, DATA_DIR: dataDir };
  const child = spawn(command, args, { env: { ...env, NODE_ENV: "development", ...given.env } });
  let said = "";
  const waiting = [...(given.answers ?? [])];
  const hear = (chunk: Buffer) => {
    said += chunk;
    if (waiting[0] && said.includes(waiting[0][0])) child.stdin.write(`${waiting.shift()?.[1]}\r`);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  if (!given.answers) child.stdin.end(given.input ?? "");
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}
const create = (args: string[], given?: Parameters<typeof run>[2]) =>
  run(process.execPath, [SCRIPT, ...args], given);

const login = (email: string, password: string) =>
  api("POST", "/auth/login", { body: { email, password } });

test("makes an administrator who can sign in, by flags and the environment", async () => {
  const email = "root@example.com";
  const { code, said } = await create(["--email", email, "--name", "Grace Hopper"], {
    env: { ADMIN_PASSWORD: GOOD },
  });
  expect([said, code]).toEqual([expect.stringContaining(`${email} is an administrator`), 0]);
  expect(said).not.toContain(GOOD);
  const { body } = await login(email, GOOD);
  expect(body.user).toMatchObject({ role: "admin", name: "Grace Hopper" });
  expect((await api("GET", "/users", { token: body.token })).status).toBe(200);
  const audit = await world.db.run(
    "select action, actor_id, metadata from audit_log where subject_id = $1",
    [body.user.id],
  );
  expect(audit).toEqual([
    { action: "USER_ROLE_CHANGED", actorId: null, metadata: { before: "member", after: "admin" } },
  ]);
});

test("takes the password from standard input, without the end of its line", async () => {
  const email = "piped@example.com";
  const args = ["--email", email, "--name", "Piped"];
  expect((await create(args, { input: `${GOOD}\n` })).code).toBe(0);
  expect((await login(email, GOOD)).body.user.role).toBe("admin");
});

test("makes one of somebody who has an account, whose password stays; again changes nothing", async () => {
  const host = await makeHost(world);
  for (const _ of [1, 2]) {
    const { code, said } = await create(["--email", host.email.toUpperCase()]);
    expect([said, code]).toEqual([expect.stringContaining("the password is what it was"), 0]);
  }
  expect((await login(host.email, PASSWORD)).body.user.role).toBe("admin");
  const audit = await world.db.run("select from audit_log where subject_id = $1", [host.id]);
  expect(audit).toHaveLength(1);
});

test.each([
  ["short", "at least 12 characters"],
  ["aaaaaaaaaaaaaaaa", "different characters"],
  ["weakling-and-more", "must not contain the address"],
  ["x1!y2?".repeat(13), "at most 72 bytes"],
  ["", "at least 12 characters"],
])("refuses the password %j, and makes nobody", async (password, why) => {
  const { code, said } = await create(["--email", "weakling@example.com", "--name", "W"], {
    input: password,
  });
  expect([said, code]).toEqual([expect.stringContaining(why), 1]);
  const found = await world.db.run("select from users where email = 'weakling@example.com'", []);
  expect(found).toEqual([]);
});

test.each([
  [["--name", "Nobody"], "--email must be a mail address"],
  [["--email", "nobody", "--name", "Nobody"], "--email must be a mail address"],
  [["--email", "nobody@example.com"], "--name must be a name"],
  [["--email", "nobody@example.com", "--password", "x"], "Unknown option '--password'"],
])("%j is refused by name", async (args, why) => {
  const { code, said } = await create(args, { env: { ADMIN_PASSWORD: GOOD } });
  expect([said, code]).toEqual([expect.stringContaining(why), 1]);
  expect(said).not.toMatch(/\n\s+at /);
});

test("a suspended account stays one", async () => {
  const host = await makeHost(world);
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
  const { code, said } = await create(["--email", host.email]);
  expect([said, code]).toEqual([expect.stringContaining("is SUSPENDED"), 1]);
});

// util-linux, which gives a program a terminal of its own.
const hasScript = existsSync("/usr/bin/script");
const atTerminal = test.skipIf(!hasScript);
const inTerminal = (answers: [string, string][]) =>
  run("/usr/bin/script", ["-qefc", `'${process.execPath}' '${SCRIPT}'`, "/dev/null"], { answers });

atTerminal("at a terminal it asks for all of it and shows no password", async () => {
  const { code, said } = await inTerminal([
    ["Address: ", "typed@example.com"],
    ["Name: ", "Ada Typed"],
    ["Password: ", GOOD],
    ["Once more: ", GOOD],
  ]);
  expect([said, code]).toEqual([
    expect.stringContaining("typed@example.com is an administrator"),
    0,
  ]);
  expect(said).not.toContain(GOOD);
  expect((await login("typed@example.com", GOOD)).body.user.name).toBe("Ada Typed");
});

atTerminal("a password typed in two ways makes nobody", async () => {
  const { code, said } = await inTerminal([
    ["Address: ", "twice@example.com"],
    ["Name: ", "Twice"],
    ["Password: ", GOOD],
    ["Once more: ", `${GOOD}!`],
  ]);
  expect([said, code]).toEqual([expect.stringContaining("not the same"), 1]);
});
if (!hasScript) test.skip("at a terminal: there is no script(1) on this machine", () => {});

test("says what to do where the tables are not there", async () => {
  const empty = new URL(world.config.DATABASE_URL);
  // Not template1: as long as somebody is in it no database can be made.
  empty.pathname = "/postgres";
  const { code, said } = await create(["--email", "early@example.com"], {
    env: { DATABASE_URL: empty.href },
  });
  expect([said, code]).toEqual([expect.stringContaining("bun run db:migrate"), 1]);
});

// bun run import:users: people come with their passwords, once, and wrong lines are named.
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPeople } from "../../scripts/import/people.ts";
import { importUsers, type Person } from "../../src/accounts/import-users.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const folder = mkdtempSync(join(tmpdir(), "kalends-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hash = await Bun.password.hash("their old password", { algorithm: "bcrypt", cost: 4 });

function run(name: string, text: string, ...args: string[]) {
  const file = join(folder, name);
  writeFileSync(file, text);
  const env = { PATH: process.env["PATH"] ?? "", DATA_DIR: folder };
  const ran = spawnSync(process.execPath, ["scripts/import-users.ts", file, ...args], {
    cwd: join(import.meta.dir, "../.."),
    env: { ...env, DATABASE_URL: world.config.DATABASE_URL, NODE_ENV: "development" },
    encoding: "utf8",
  });
  return { code: ran.status, said: ran.stdout + ran.stderr };
}
const countUsers = async () =>
  (await world.db.run("select count(*)::int as n from users", []))[0]?.["n"];

test("people come with names, zone, language and password, and can sign in", async () => {
  const csv = `email,name,time_zone,locale,passwordHash,emailVerified,shoe size
marie@import.example,Marie Curie,Europe/Warsaw,de-AT,${hash.replace("$2b$", "$2y$")},true,36
pierre@import.example,"Curie, Pierre",Europe/Paris,fr,,,
`;
  const before = await countUsers();
  const dry = run("people.csv", csv, "--dry-run");
  expect([dry.code, await countUsers()]).toEqual([0, before]);
  expect(dry.said).toContain("Would import 2; 0 were there already; 0 wrong.");
  const real = run("people.csv", csv);
  expect(real.said).toContain("Not used: shoe size.");
  expect(real.said).toContain("Imported 2; 0 were there already; 0 wrong.");
  const again = run("people.csv", csv);
  expect(again.said).toContain("Imported 0; 2 were there already; 0 wrong.");
  const { status, body } = await api("POST", "/auth/login", {
    body: { email: "marie@import.example", password: "their old password" },
  });
  expect(status).toBe(200);
  expect(body.user).toMatchObject({
    username: "marie-curie",
    firstName: "Marie",
    timeZone: "Europe/Warsaw",
    locale: "de",
    emailVerified: true,
  });
  const schedules = await api("GET", "/schedules", { token: body.token });
  expect(schedules.body.data).toMatchObject([{ isDefault: true, timeZone: "Europe/Warsaw" }]);
  const told = await world.db.run(
    "select from outbox where user_id in (select id from users where email in ('marie@import.example', 'pierre@import.example'))",
    [],
  );
  expect(told).toEqual([]);
  const audit = await world.db.run(
    `select from audit_log where action = 'USER_IMPORTED'
     and subject_id in (select id from users where email in ('marie@import.example', 'pierre@import.example'))`,
    [],
  );
  expect(audit).toHaveLength(2);
});

test("a wrong line is named by its number, without its values, and nothing is imported", async () => {
  const csv = `email;name;hash;tz
good@import.example;Good;;Europe/Berlin

bad;Bad;$2b$31$${"a".repeat(53)};Mars/Base
good@IMPORT.example;Twice;;
none@import.example;;;
`;
  const before = await countUsers();
  const { code, said } = run("wrong.csv", csv);
  expect(code).toBe(1);
  for (const line of [
    "line 4: email must be a mail address",
    "line 4: passwordHash must be a hash of bcrypt",
    "line 4: timeZone must be an IANA time zone",
    "line 5: has the address of line 2",
    "line 6: name is needed",
  ])
    expect(said).toContain(line);
  expect(said).not.toContain("aaaa");
  expect(await countUsers()).toBe(before);
  const skipping = run("wrong.csv", csv, "--skip-wrong");
  expect(skipping.said).toContain("Imported 1;");
  expect(skipping.code).toBe(1);
});

test("JSON comes as an array or an object a line, and CSV that is none is refused", () => {
  const person = { email: "a@b.example", firstName: "A", lastName: "B" };
  const array = readPeople(JSON.stringify([person, 7]));
  expect(array.people).toMatchObject([{ line: 1, ...person, timeZone: "UTC", locale: "en" }]);
  expect(array.wrong).toEqual([{ line: 2, why: "is no JSON object" }]);
  const lines = readPeople(`${JSON.stringify(person)}\n\n{"email":\n`);
  expect(lines.people).toMatchObject([{ line: 1 }]);
  expect(lines.wrong).toEqual([{ line: 3, why: "is no JSON object" }]);
  expect(readPeople('email,name\n"a@b.example,A\n').wrong).toHaveLength(1);
  expect(readPeople("email,name\na@b.example\n").wrong[0]?.why).toContain("is no CSV");
});

const person = (line: number, over: Partial<Person> = {}): Person => ({
  line,
  email: `p${line}-${crypto.randomUUID()}@import.example`,
  firstName: "Same",
  lastName: "Name",
  username: null,
  timeZone: "UTC",
  locale: "en",
  passwordHash: null,
  isVerified: false,
  ...over,
});

test("people of one name get a name each; a username that was asked for and is taken is told", async () => {
  const host = await makeHost(world);
  const outcomes = await importUsers(world, [
    ...Array.from({ length: 20 }, (_, i) => person(i + 1)),
    person(21, { username: host.username }),
    person(22, { email: host.email.toUpperCase() }),
  ]);
  expect(outcomes.slice(0, 20).every(({ outcome }) => outcome === "made")).toBe(true);
  expect(outcomes.slice(20)).toEqual([
    { line: 21, outcome: "username taken" },
    { line: 22, outcome: "there" },
  ]);
});

test("two imports at once make everybody once", async () => {
  const people = Array.from({ length: 10 }, (_, i) =>
    person(i + 1, { firstName: "At", lastName: "Once" }),
  );
  const both = await Promise.all([importUsers(world, people), importUsers(world, people)]);
  const made = both.flat().filter(({ outcome }) => outcome === "made");
  expect(made.map(({ line }) => line).sort((a, b) => a - b)).toEqual(
    people.map(({ line }) => line),
  );
});

test("a name and an address that are held for who had them are not given away", async () => {
  const host = await makeHost(world);
  await world.db.run("insert into former_usernames (username, user_id) values ('held-name', $1)", [
    host.id,
  ]);
  await world.db.run(
    `insert into email_changes (id, user_id, email, was_verified, created_at)
     values (gen_random_uuid(), $1, 'held@import.example', true, now())`,
    [host.id],
  );
  const outcomes = await importUsers(world, [
    person(1, { email: "held@import.example" }),
    person(2, { username: "held-name" }),
    person(3, { firstName: "Held", lastName: "Name" }),
  ]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["held", "username taken", "made"]);
});

// bun run doctor, of things that are broken one by one.
import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { examineDatabase, judgeClock } from "../../scripts/doctor/database.ts";
import { examineAll } from "../../scripts/doctor/examine-all.ts";
import { examine, ok, redactor } from "../../scripts/doctor/finding.ts";
import { checkMail } from "../../scripts/doctor/mail.ts";
import { checkKeys, checkPromises } from "../../scripts/doctor/promises.ts";
import { checkRedis } from "../../scripts/doctor/redis.ts";
import { checkPublicUrl, checkZones, judgeRooms } from "../../scripts/doctor/surroundings.ts";
import { withDatabase } from "../../scripts/postgres.ts";
import { newId } from "../../src/db/id.ts";
import { judgeRedis } from "../../src/operations/redis-health.ts";
import { seal } from "../../src/secret-box.ts";
import { startApi } from "../support/api-process.ts";
import { makeHost } from "../support/make.ts";
import { freePort } from "../support/port.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import { findRedis, startRedis } from "../support/redis.ts";
import { openMailServer } from "../support/smtp.ts";
import { openVendor } from "../support/vendor.ts";
import { testWorld } from "../support/world.ts";

const SECRET = "a secret for tests that is long enough";
const stateOf = (findings: readonly { name: string; state: string }[], name: string) =>
  findings.find((each) => each.name === name)?.state;

async function runDoctor(env: Record<string, string>, ...args: string[]) {
  const script = join(import.meta.dir, "../../scripts/doctor.ts");
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, said };
}

test("a sound installation is well: exit code 0, and --json says the same", async () => {
  const env = { NODE_ENV: "test", DATABASE_URL: await testDatabaseUrl(), JWT_SECRET: SECRET };
  const plain = await runDoctor(env);
  expect(plain.said).toContain("OK       migrations: all");
  expect(plain.said).toContain("0 problems");
  expect(plain.code).toBe(0);
  const { code, said } = await runDoctor(env, "--json");
  const told = JSON.parse(said);
  expect([code, told.ok]).toEqual([0, true]);
  for (const name of ["configuration", "database", "extensions", "migrations", "clock", "redis"])
    expect(stateOf(told.findings, name)).toBe("ok");
});

test("what is broken is a problem each, with how to mend it, exit code 1 and no secret", async () => {
  const secrets = ["pa55-of-the-database", "pa55 of smtp", "re_very-secret-key", SECRET];
  const [database, smtp, resend] = secrets as [string, string, string];
  const { code, said } = await runDoctor(
    {
      NODE_ENV: "production",
      PUBLIC_URL: `http://127.0.0.1:${freePort()}`,
      DATABASE_URL: `postgres://kalends:${database}@127.0.0.1:${freePort()}/kalends`,
      REDIS_URL: `redis://:${database}@127.0.0.1:${freePort()}`,
      JWT_SECRET: SECRET,
      PORT: "1.5",
      EMAIL_PROVIDER: "smtp",
      EMAIL_FROM: "kalends@example.com",
      SMTP_URL: `smtp://kalends:${encodeURIComponent(smtp)}@127.0.0.1:${freePort()}`,
      EMAIL_FALLBACK_PROVIDER: "resend",
      RESEND_API_KEY: resend,
      RESEND_BASE_URL: `http://127.0.0.1:${freePort()}`,
    },
    "--json",
  );
  expect(code).toBe(1);
  const { findings } = JSON.parse(said);
  for (const name of ["configuration", "database", "redis", "mail", "mail fallback"])
    expect([name, stateOf(findings, name)]).toEqual([name, "problem"]);
  expect(stateOf(findings, "public address")).toBe("warning");
  for (const { state, mend } of findings) expect(mend !== undefined).toBe(state !== "ok");
  for (const secret of [...secrets, encodeURIComponent(smtp)]) expect(said).not.toContain(secret);
});

test("secrets that come from files are used, and not told either", async () => {
  await using vendor = await openVendor(({ headers }) => ({
    status: 500,
    body: `${headers.authorization}`,
  }));
  const folder = mkdtempSync(join(tmpdir(), "kalends-doctor-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { code, said } = await runDoctor({
    NODE_ENV: "test",
    DATABASE_URL_FILE: file("url", await testDatabaseUrl()),
    JWT_SECRET_FILE: file("jwt", SECRET),
    REDIS_URL: `redis://:pa55-of-redis@127.0.0.1:${freePort()}`,
    EMAIL_PROVIDER: "resend",
    EMAIL_FROM: "a@b.example",
    RESEND_API_KEY_FILE: file("resend", "re_from-a-file"),
    RESEND_BASE_URL: vendor.url,
  });
  rmSync(folder, { recursive: true });
  expect(said).toContain("OK       database");
  expect(said).toContain("PROBLEM  mail: resend answers 500");
  expect(vendor.heard[0]?.headers.authorization).toBe("Bearer re_from-a-file");
  expect(code).toBe(1);
  for (const secret of [SECRET, "re_from-a-file", "pa55-of-redis"])
    expect(said).not.toContain(secret);
});

test("a database without tables needs migrations and extensions; one of a newer version is warned of", async () => {
  const url = await testDatabaseUrl();
  const sql = postgres(url, { max: 1 });
  await sql`insert into schema_migrations (version) values ('29991231000000')`;
  expect(stateOf(await examineDatabase(url), "migrations")).toBe("warning");
  await sql`delete from schema_migrations where version in ('29991231000000', '20261128300000')`;
  const behind = await examineDatabase(url);
  expect(behind.find(({ name }) => name === "migrations")).toMatchObject({
    state: "problem",
    said: expect.stringContaining("20261128300000"),
    mend: expect.stringContaining("db:migrate"),
  });
  const empty = `${new URL(url).pathname.slice(1)}_empty`;
  await sql`create database ${sql(empty)}`;
  const found = await examineDatabase(withDatabase(url, empty));
  await sql`drop database ${sql(empty)} with (force)`;
  await sql.end();
  expect([stateOf(found, "extensions"), stateOf(found, "migrations")]).toEqual([
    "problem",
    "problem",
  ]);
});

test.each([
  [0.4, 0, "ok"],
  [-3, 0, "warning"],
  [3, 2.5, "ok"],
  [45, 0.1, "problem"],
])("a clock that is %d s ahead, with a doubt of %d s: %s", (ahead, doubt, state) => {
  expect(judgeClock(ahead, doubt).state).toBe(state as "ok");
});

test.each([
  ["redis_version:7.0.15\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n", "ok"],
  ["redis_version:7.0.15\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n", "warning"],
  ["redis_version:7.0.15\r\nmaxmemory:1048576\r\nmaxmemory_policy:volatile-lru\r\n", "problem"],
  ["redis_version:5.0.1\r\nmaxmemory_policy:noeviction\r\n", "problem"],
  ["redis_version:7.2.0\r\nrole:slave\r\nmaxmemory_policy:noeviction\r\n", "problem"],
])("Redis that says %j is judged %s", (info, state) => {
  expect(judgeRedis(info).state).toBe(state as "ok");
});

const redisTest = findRedis() ? test : test.skip;
redisTest("a Redis that runs is asked (skipped without redis-server)", async () => {
  const redis = await startRedis();
  const { config } = await testWorld({ REDIS_URL: redis.url });
  expect(await checkRedis(config)).toMatchObject({ state: "ok" });
  await redis.stop();
  expect(await checkRedis(config)).toMatchObject({ state: "problem" });
});

test("SMTP: a right password is taken, a wrong one told apart, and no mail is sent", async () => {
  await using server = await openMailServer({ allowInsecureAuth: true });
  const check = async (url: string) =>
    checkMail(
      (await testWorld({ EMAIL_PROVIDER: "smtp", EMAIL_FROM: "a@b.example", SMTP_URL: url }))
        .config,
      "smtp",
    );
  const at = `127.0.0.1:${server.port}`;
  expect(await check(`smtp://kalends:secret@${at}`)).toMatchObject({ state: "ok" });
  expect(await check(`smtp://kalends:wrong@${at}`)).toMatchObject({
    state: "problem",
    mend: expect.stringContaining("password"),
  });
  expect(server.received).toEqual([]);
});

test.each([
  ["resend", 200, { data: [] }, "ok"],
  ["resend", 401, { name: "restricted_api_key" }, "ok"],
  ["resend", 400, { name: "validation_error", message: "API key is invalid" }, "problem"],
  ["resend", 500, "no JSON", "problem"],
  ["sendgrid", 200, { scopes: ["mail.send"] }, "ok"],
  ["sendgrid", 200, { scopes: ["stats.read"] }, "problem"],
  ["sendgrid", 401, { errors: [] }, "problem"],
])(
  "%s that answers %d %j is judged %s, and no mail is sent",
  async (provider, status, body, state) => {
    await using vendor = await openVendor(() => ({ status, body }));
    const name = provider.toUpperCase();
    const { config } = await testWorld({
      EMAIL_PROVIDER: provider,
      EMAIL_FROM: "a@b.example",
      EMAIL_API_KEY: "the-key",
      [`${name}_BASE_URL`]: vendor.url,
    });
    expect((await checkMail(config, provider)).state).toBe(state as "ok");
    expect(vendor.heard.map(({ method }) => method)).toEqual(["GET"]);
    expect(vendor.heard[0]?.headers.authorization).toBe("Bearer the-key");
  },
);

test("PUBLIC_URL: Kalends behind http is warned of, a stranger and a redirect are problems", async () => {
  const api = await startApi();
  const at = async (url: string) =>
    (await checkPublicUrl((await testWorld({ PUBLIC_URL: url })).config)).state;
  expect(await at(api.url)).toBe("warning");
  api.child.kill("SIGTERM");
  await api.child.exited;
  await using stranger = await openVendor(() => ({ status: 200, body: { hello: true } }));
  expect(await at(stranger.url)).toBe("problem");
  await using moved = await openVendor(() => ({
    status: 301,
    headers: { location: "https://x.example" },
  }));
  expect(await at(moved.url)).toBe("problem");
});

test("a key that is lost is a problem that names what it sealed", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  expect((await checkKeys(world)).state).toBe("ok");
  const id = newId();
  const secret = seal(world, { table: "webhook_endpoints", column: "secret", id }, "whsec_x");
  await world.db.run(
    "insert into webhook_endpoints (id, owner_id, url, events, secret) values ($1, $2, 'https://203.0.114.7/', '[]', $3)",
    [id, host.id, secret],
  );
  expect(await checkKeys(world)).toMatchObject({ state: "ok", said: expect.stringContaining("1") });
  const lost = {
    ...world,
    config: { ...world.config, ENCRYPTION_KEY: "another-key-that-was-put-in-its-place" },
  };
  expect(await checkKeys(lost)).toMatchObject({
    state: "problem",
    said: expect.stringContaining(`webhook_endpoints.secret of ${id}`),
  });
});

test("promises that nobody keeps are a problem", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  await world.db.run(
    "update outbox set done_at = now(), outcome = 'superseded' where done_at is null",
    [],
  );
  expect((await checkPromises(world)).state).toBe("ok");
  await world.db.run(
    "insert into outbox (id, queue, kind, user_id, due_at) values ($1, 'emails', 'WELCOME', $2, '2026-11-22T09:00:00Z')",
    [newId(), host.id],
  );
  expect(await checkPromises(world)).toMatchObject({
    state: "problem",
    mend: expect.stringContaining("worker"),
  });
});

test("old zone data and a full disk are told", () => {
  expect(checkZones(2026).state).toBe("ok");
  expect(checkZones(2026, "2024a").state).toBe("warning");
  const disk = (free: number) =>
    judgeRooms([{ folder: "/", free: free * 2 ** 30, all: 100 * 2 ** 30 }]);
  expect([disk(50), disk(1), disk(0.1)].map(({ state }) => state)).toEqual([
    "ok",
    "warning",
    "problem",
  ]);
});

test("a check that throws or does not end is a problem, not the end of the others", async () => {
  const thrown = await examine("x", () => {
    throw new Error("no such thing");
  });
  expect(thrown).toMatchObject({ name: "x", state: "problem", said: "no such thing" });
  expect((await examine("y", () => new Promise(() => {}), 5)).state).toBe("problem");
  expect((await examine("z", () => ok("fine"))).state).toBe("ok");
});

test("secrets are taken out of what is said, those in addresses too", () => {
  const redact = redactor({
    DATABASE_URL: "postgres://u:p%40ss@h/d",
    JWT_SECRET: "abcdef",
    ENCRYPTION_KEY: "key-one,key-two",
  });
  expect(redact("p@ss p%40ss abcdef key-one key-two h")).toBe("… … … … … h");
});

test("a configuration of which nothing can be used is one problem, and the machine is looked at still", async () => {
  const findings = await examineAll({ DATABASE_URL: "mysql://x" });
  expect(stateOf(findings, "configuration")).toBe("problem");
  expect(stateOf(findings, "database")).toBeUndefined();
  expect(stateOf(findings, "zone data")).toBe("ok");
});

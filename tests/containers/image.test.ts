// What the image starts, started without Docker: from the files that the Dockerfile copies, with the packages of
// production alone, with the settings that Compose gives, only that other hosts and ports are named.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { withDatabase } from "../../scripts/postgres.ts";
import { newId } from "../../src/db/id.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/port.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import { findRedis } from "../support/redis.ts";
import { fromOutside, sql } from "../worker/support/backends.ts";
import { development, OPERATORS_ENV, production, type Service, servicesOf } from "./files.ts";
import { buildImage, type Image } from "./image.ts";

// Empty at first, unlike the databases of tests.
const DATABASE = `kalends_image_${process.pid}`;
let image: Image;
let databaseUrl: string;
const redisPort = freePort();
const running: Bun.Subprocess[] = [];

beforeAll(async () => {
  image = await buildImage();
  const other = await testDatabaseUrl();
  await fromOutside(other, `create database ${DATABASE}`);
  databaseUrl = withDatabase(other, DATABASE);
}, 240_000);

afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(running.map((child) => child.exited));
  if (databaseUrl)
    await fromOutside(databaseUrl, `drop database if exists ${DATABASE} with (force)`);
  image?.[Symbol.dispose]();
});

/** What a service is given, with our hosts and ports for those of its network. */
const settings = ({ environment }: Service, port: number): Record<string, string> => ({
  ...image.env,
  ...environment,
  HOST: "127.0.0.1",
  PORT: `${port}`,
  DATABASE_URL: databaseUrl,
  // Without Redis the queue is in PostgreSQL: the programs are the same.
  REDIS_URL: findRedis()
    ? environment["REDIS_URL"]!.replace(/redis:6379/, `127.0.0.1:${redisPort}`)
    : "",
});

function start(command: readonly string[], env: Readonly<Record<string, string>>) {
  const child = Bun.spawn([...command], {
    cwd: image.folder,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  running.push(child);
  const said = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]).then((both) => both.join(""));
  return { child, said };
}

/** Runs to its end. */
async function outcomeOf(command: readonly string[], env: Readonly<Record<string, string>>) {
  const { child, said } = start(command, env);
  return { code: await child.exited, said: await said };
}

test("holds what it needs and nothing of the developers", () => {
  expect(readdirSync(image.folder).toSorted()).toEqual([
    "bun.lock",
    "dist",
    "node_modules",
    "package.json",
    "scripts",
    "sql",
    "src",
    "tsconfig.json",
    "worker",
  ]);
  const packages = ["elysia", "bun", "@biomejs/biome", "knip", "playwright-core", "fast-check"];
  const isThere = (name: string) => existsSync(join(image.folder, "node_modules", name));
  expect(packages.filter(isThere)).toEqual(["elysia"]);
});

// One after the other, as Compose waits for them.
test.each([
  ["production", servicesOf(production(OPERATORS_ENV))],
  ["development", servicesOf(development())],
] as const)(
  "as Compose starts it in %s, every part comes up, works and goes in order",
  async (mode, services) => {
    const { redis, migrate, api, worker } = services;
    const port = freePort();
    const store = findRedis() ? await startRedisOf(redis!) : null;
    await migrateTwice(migrate!, port);
    await tryApi(api!, port, mode === "production");
    await tryWorker(worker!, port);
    store?.kill("SIGKILL");
    await store?.exited;
  },
  240_000,
);

/** Redis by its own command, once its own check finds it well. */
async function startRedisOf({ command, healthcheck, environment }: Service) {
  const where = ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--dir", image.folder];
  const { child } = start([...command!, ...where, "--appendonly", "no", "--save", ""], image.env);
  const [, client = "", ...words] = healthcheck!.test!;
  const check = [client, "-p", `${redisPort}`, ...words];
  await eventually(async () => {
    const { said } = await outcomeOf(check, { ...image.env, ...environment });
    expect(said).toContain("PONG");
  });
  return child;
}

async function migrateTwice(service: Service, port: number): Promise<void> {
  for (const _time of [1, 2]) {
    const { code, said } = await outcomeOf(service.command!, settings(service, port));
    expect(code, said).toBe(0);
  }
  const [row] = await sql(databaseUrl, "select count(*)::int as n from schema_migrations");
  expect(row?.["n"]).toBeGreaterThan(20);
}

async function tryApi(service: Service, port: number, isProduction: boolean): Promise<void> {
  const env = settings(service, port);
  expect((await outcomeOf(image.healthcheck, env)).code).toBe(1);
  const { child, said } = start(service.command ?? image.command, env);
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(await said);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
  expect((await outcomeOf(image.healthcheck, env)).code).toBe(0);
  const assets = ["bundle.js", "style.css"].map((name) => `/swagger/assets/${name}`);
  for (const path of ["/widget.js", "/swagger", "/swagger/json", ...assets]) {
    const response = await fetch(url + path);
    expect(response.status, path).toBe(200);
    expect((await response.text()).length, path).toBeGreaterThan(200);
  }
  child.kill("SIGTERM");
  expect(await child.exited, await said).toBe(0);
  expect(await said).toContain("Listening");
  // In development for people to read, by a package that the build leaves outside.
  expect(/^\{"level":30/m.test(await said)).toBe(isProduction);
}

async function tryWorker(service: Service, port: number): Promise<void> {
  const { child, said } = start(service.command!, settings(service, port));
  const [user, id] = [newId(), newId()];
  const name = `u${user.replaceAll("-", "").slice(-20)}`;
  await sql(
    databaseUrl,
    "insert into users (id, email, username, first_name) values ($1, $2, $3, 'Ada')",
    [user, `${name}@example.com`, name],
  );
  await sql(
    databaseUrl,
    "insert into outbox (id, queue, kind, user_id, due_at) values ($1, 'emails', 'WELCOME', $2, now() - interval '1 minute')",
    [id, user],
  );
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(await said);
    const kept = "select from outbox where id = $1 and done_at is not null";
    expect(await sql(databaseUrl, kept, [id])).toHaveLength(1);
  });
  child.kill("SIGTERM");
  expect(await child.exited, await said).toBe(0);
}

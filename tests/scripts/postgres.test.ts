import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { removePlace } from "../../scripts/postgres/place.ts";
import { type Server, startPostgres } from "../../scripts/postgres.ts";

test("startPostgres() recovers from what a power cut leaves", async () => {
  await using made = await makeServer();
  await made.server.stop();
  const data = join(made.dataDir, "data");
  // A note of a process that lives but is no PostgreSQL, and half a data folder.
  writeFileSync(
    join(data, "postmaster.pid"),
    `${process.pid}\n${data}\n0\n1\n\n127.0.0.1\n\nready   \n`,
  );
  mkdirSync(`${data}.new`);
  await made.start();
  expect(await ask(made.server, "select 1 as well")).toEqual([{ well: 1 }]);
});

test("startPostgres() keeps its port, and takes another when somebody has it", async () => {
  await using made = await makeServer();
  const port = portOf(made.server);
  await made.server.stop();
  await made.start();
  expect(portOf(made.server)).toBe(port);
  await made.server.stop();
  const squatter = createServer().listen(Number(port), "127.0.0.1");
  try {
    await made.start();
    expect(portOf(made.server)).not.toBe(port);
  } finally {
    squatter.close();
  }
});

test("startPostgres() refuses data of another PostgreSQL plainly", async () => {
  await using made = await makeServer();
  await made.server.stop();
  const version = join(made.dataDir, "data/PG_VERSION");
  const ours = readFileSync(version, "utf8");
  writeFileSync(version, "17\n");
  await expect(made.start()).rejects.toThrow("was written by PostgreSQL 17");
  writeFileSync(version, ours);
  await made.start();
});

test("startPostgres() sorts and folds by Unicode, keeps UTC, and listens on loopback only", async () => {
  await using made = await makeServer();
  const text = `select current_setting('TimeZone') as zone, current_setting('listen_addresses') as listens,
    lower('ÄÖÉ') as folded, getdatabaseencoding() as encoding`;
  expect(await ask(made.server, text)).toEqual([
    { zone: "UTC", listens: "127.0.0.1", folded: "äöé", encoding: "UTF8" },
  ]);
});

async function makeServer() {
  const folder = mkdtempSync(join(tmpdir(), "kalends-"));
  const dataDir = join(folder, "post gres");
  const start = () => startPostgres({ dataDir, disposable: true });
  const made = {
    dataDir,
    server: await start(),
    async start() {
      made.server = await start();
    },
    async [Symbol.asyncDispose]() {
      await made.server.stop();
      removePlace(dataDir);
      rmSync(folder, { recursive: true });
    },
  };
  return made;
}

async function ask(server: Server, text: string): Promise<unknown[]> {
  const sql = postgres(server.url, { max: 1 });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

const portOf = (server: Server): string => new URL(server.url).port;

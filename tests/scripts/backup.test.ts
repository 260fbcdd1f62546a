// docs/operating.md, "Backup and restore", walked through with Debian's PostgreSQL and its own programs.
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { examineDatabase } from "../../scripts/doctor/database.ts";
import { checkKeys } from "../../scripts/doctor/promises.ts";
import { migrate } from "../../scripts/migrate.ts";
import { withDatabase } from "../../scripts/postgres.ts";
import { newId } from "../../src/db/id.ts";
import { connect } from "../../src/db/sql.ts";
import { seal } from "../../src/secret-box.ts";
import { makeHost } from "../support/make.ts";
import { freePort } from "../support/port.ts";
import { testWorld } from "../support/world.ts";

const DEBIAN = "/usr/lib/postgresql";
const bin = (existsSync(DEBIAN) ? readdirSync(DEBIAN) : [])
  .filter((major) => Number(major) >= 15 && existsSync(join(DEBIAN, major, "bin/postgres")))
  .map((major) => join(DEBIAN, major, "bin"))[0];
const GUIDE = readFileSync(join(import.meta.dir, "../../docs/operating.md"), "utf8");

const restoreTest = bin ? test : test.skip;
const why = bin ? "" : ": skipped, no PostgreSQL with its programs under /usr/lib/postgresql";

restoreTest(
  `what was dumped comes back whole, and the guide's commands are these${why}`,
  async () => {
    await using server = await startServer(bin!);
    const url = withDatabase(server.url, "kalends");
    await migrate(url, { queue: true });
    const inTests = await testWorld();
    const world = {
      ...inTests,
      db: connect({ url, poolSize: 2, prepare: true, setTimeouts: true, checkRows: true }),
    };
    const host = await makeHost(world);
    const id = newId();
    const sealed = seal(world, { table: "webhook_endpoints", column: "secret", id }, "whsec_x");
    await world.db.run(
      "insert into webhook_endpoints (id, owner_id, url, events, secret) values ($1, $2, 'https://203.0.114.7/', '[]', $3)",
      [id, host.id, sealed],
    );
    await world.db.close();
    const before = await contents(url);

    const restored = withDatabase(server.url, "kalends_restored");
    const dump = join(server.folder, "kalends.dump");
    const commands = [...GUIDE.matchAll(/^(pg_dump|createdb|pg_restore) .*$/gm)].map(
      ([line]) => line,
    );
    expect(commands.map((line) => line.split(" ")[0])).toEqual([
      "pg_dump",
      "createdb",
      "pg_restore",
    ]);
    for (const line of commands) {
      const ran = spawnSync("sh", ["-ec", line], {
        env: {
          PATH: `${bin}:${process.env["PATH"]}`,
          DATABASE_URL: url,
          SERVER_URL: server.url,
          RESTORED_URL: restored,
          DUMP: dump,
        },
        encoding: "utf8",
      });
      expect([line, ran.status, ran.stderr]).toEqual([line, 0, ""]);
    }

    expect(await contents(restored)).toEqual(before);
    expect(before["users"]).toBe(1);
    const found = await examineDatabase(restored);
    expect(found.filter(({ state }) => state !== "ok")).toEqual([]);
    const back = {
      ...inTests,
      db: connect({
        url: restored,
        poolSize: 1,
        prepare: true,
        setTimeouts: true,
        checkRows: true,
      }),
    };
    expect(await checkKeys(back)).toMatchObject({
      state: "ok",
      said: expect.stringContaining("1"),
    });
    await back.db.close();
  },
);

/** How many rows each table has, constraints and triggers by their number. */
async function contents(url: string): Promise<Record<string, number>> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'bullmq') order by 1`;
    const counted: Record<string, number> = {};
    for (const { name } of tables) {
      const [row] = await sql.unsafe<{ n: number }[]>(`select count(*)::int as n from ${name}`);
      counted[name.replace("public.", "")] = row?.n ?? -1;
    }
    const [rules] = await sql<{ constraints: number; triggers: number }[]>`
      select (select count(*)::int from pg_constraint where connamespace = 'public'::regnamespace) as constraints,
        (select count(*)::int from pg_trigger where not tgisinternal) as triggers`;
    return { ...counted, ...rules };
  } finally {
    await sql.end();
  }
}

async function startServer(programs: string) {
  const folder = mkdtempSync(join(tmpdir(), "kalends-backup-"));
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"]).stdout.toString().trim());
  // PostgreSQL refuses to run as root.
  const runner: { uid?: number; gid?: number } =
    process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  if (runner.uid !== undefined) chownSync(folder, runner.uid, runner.gid ?? runner.uid);
  const run = (program: string, args: string[]) => {
    const ran = spawnSync(join(programs, program), args, {
      cwd: folder,
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      stdio: "ignore",
      ...runner,
    });
    if (ran.status !== 0) throw new Error(`${program} failed (${ran.status})`);
  };
  run("initdb", ["-D", data, "-U", "kalends", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const port = freePort();
  const flags = `-p ${port} -h 127.0.0.1 -k ${folder} -c fsync=off`;
  run("pg_ctl", ["-D", data, "-w", "-l", join(folder, "log"), "-o", flags, "start"]);
  return {
    folder,
    url: `postgres://kalends@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: async () => {
      run("pg_ctl", ["-D", data, "-w", "-m", "immediate", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

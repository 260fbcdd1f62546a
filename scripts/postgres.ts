import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { takeLock } from "./postgres/lock.ts";
import { findHome, makePlace, type Place, removePlace } from "./postgres/place.ts";
import { disarmStaleNote, ENV, halt, launch, runningOn, StartFailure } from "./postgres/process.ts";

export type StartOptions = {
  /** Where the data lives, e.g. `.data/postgres`; for root a link to a folder under /var/lib/kalends. */
  dataDir: string;
  /** Default: a free one, kept for the next start. */
  port?: number;
  log?: (line: string) => void;
  /** Test data: quick to make, worth nothing after a power cut, deleted once its checkout is gone. */
  disposable?: boolean;
  settings?: Record<string, string>;
};

export type Server = { url: string; pid: number; stop(): Promise<void> };

const USER = "kalends";

/** Starts the PostgreSQL that npm brought, on data of its own; makes the data the first time. */
export async function startPostgres(options: StartOptions): Promise<Server> {
  const { log = () => {}, disposable = false, settings = {} } = options;
  const place = makePlace(options.dataDir, disposable);
  let release = () => {};
  try {
    release = takeLock(place.home);
    await stopOrphan(place, log);
    if (!existsSync(join(place.data, "PG_VERSION"))) makeData(place, disposable, log);
    refuseOtherVersion(place);
    const { pid, port } = await launchOnSomePort(place, options.port, settings);
    let stopped: Promise<void> | null = null;
    // Once only: later the number may be another program's.
    const stop = () => (stopped ??= halt(pid).then(release));
    return { url: urlOf(place.home, port), pid, stop };
  } catch (error) {
    release();
    throw plainly(error, place);
  }
}

/** Deletes the data, unless somebody uses it. */
export async function resetPostgres(dataDir: string): Promise<void> {
  const home = findHome(dataDir);
  if (home) {
    const release = takeLock(home);
    const orphan = runningOn(join(home, "data"));
    if (orphan) await halt(orphan.pid);
    release();
  }
  removePlace(dataDir);
}

/** The address of the server that already runs on `dataDir`, if one does. */
export function runningPostgres(dataDir: string): string | null {
  const home = findHome(dataDir);
  const running = home && runningOn(join(home, "data"));
  return home && running ? urlOf(home, running.port) : null;
}

/** Creates the database unless it is there; gives its address. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<string> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (!found) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
  return withDatabase(serverUrl, name);
}

/** The same server's address with another database's name. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

// We hold the lock, so whoever started this server is dead. A fresh start also ends what still talks to it.
async function stopOrphan(place: Place, log: (line: string) => void): Promise<void> {
  const orphan = runningOn(place.data);
  if (orphan) {
    log("Stopping the PostgreSQL that an earlier start left running.");
    await halt(orphan.pid);
  }
  disarmStaleNote(place.data);
}

// In a folder aside, renamed when complete: killed in the middle, the next start begins again.
function makeData(place: Place, disposable: boolean, log: (line: string) => void): void {
  log("Making a new PostgreSQL database folder.");
  const aside = `${place.data}.new`;
  rmSync(aside, { recursive: true, force: true });
  rmSync(place.data, { recursive: true, force: true });
  const password = join(place.home, "password");
  writeFileSync(
    password,
    Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url"),
    { mode: 0o600 },
  );
  if (place.runner) chownSync(password, place.runner.uid, place.runner.gid);
  // The built-in C.UTF-8 sorts the same on every machine and does not ask the system for its locales.
  const flags = [
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
  ];
  const made = spawnSync(
    join(place.native.bin, "initdb"),
    [
      "-D",
      aside,
      "-U",
      USER,
      `--pwfile=${password}`,
      ...flags,
      ...(disposable ? ["--no-sync"] : []),
    ],
    { cwd: place.home, env: ENV, ...place.runner },
  );
  if (made.status !== 0)
    throw new StartFailure(`${made.error?.message ?? ""}${made.stdout ?? ""}${made.stderr ?? ""}`);
  renameSync(aside, place.data);
}

function refuseOtherVersion({ data, native }: Place): void {
  const major = Number(readFileSync(join(data, "PG_VERSION"), "utf8"));
  if (major === native.major) return;
  throw new Error(
    `The data in ${data} was written by PostgreSQL ${major}; this Kalends brings PostgreSQL ${native.major}. Move it with a dump made by the version of Kalends that wrote it, or start anew: bun start --reset`,
  );
}

async function launchOnSomePort(
  place: Place,
  fixed: number | undefined,
  settings: Record<string, string>,
) {
  const kept = join(place.home, "port");
  let port = fixed ?? (existsSync(kept) ? Number(readFileSync(kept, "utf8")) : await freePort());
  for (let attempt = 1; ; attempt += 1) {
    try {
      const pid = await launch(place, port, settings);
      if (fixed === undefined) writeFileSync(kept, String(port));
      return { pid, port };
    } catch (error) {
      const taken = error instanceof StartFailure && /Address already in use/.test(error.said);
      if (!taken || fixed !== undefined || attempt === 5) throw error;
      port = await freePort();
    }
  }
}

/** A TCP port on loopback that nobody uses right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function urlOf(home: string, port: number): string {
  const password = readFileSync(join(home, "password"), "utf8").trim();
  return `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
}

function plainly(error: unknown, place: Place): unknown {
  const said =
    error instanceof StartFailure ? error.said : String((error as Error)?.message ?? error);
  if (/No space left on device|ENOSPC|disk is full|Disk quota exceeded/.test(said)) {
    return new Error(
      `The disk that holds ${place.home} is full. Make room and start again; nothing was lost.`,
    );
  }
  if (/Address already in use/.test(said)) {
    return new Error("The port that PostgreSQL was to listen on is taken by another program.");
  }
  if (/could not (create|resize|open) shared memory/.test(said)) {
    return new Error(
      `PostgreSQL got no shared memory (in a container, raise --shm-size). It said:\n${said}`,
    );
  }
  return error;
}

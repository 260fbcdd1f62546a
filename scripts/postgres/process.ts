import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";

const LONGEST_LOG = 10_000_000;
/** Recovery after a power cut reads the whole log of changes: give it time. */
const START_MS = 120_000;

/** PostgreSQL said why it could not start. */
export class StartFailure extends Error {
  readonly said: string;
  constructor(said: string) {
    super(`PostgreSQL did not start:\n${said}`);
    this.said = said;
  }
}

/** Starts `postgres` in a session of its own, so that a terminal's Ctrl-C leaves its end to us; resolves when it is ready. */
export async function launch(
  place: Place,
  port: number,
  settings: Record<string, string>,
): Promise<number> {
  const log = join(place.home, "server.log");
  if (existsSync(log) && statSync(log).size > LONGEST_LOG) truncateSync(log);
  const fd = openSync(log, "a", 0o600);
  const said = statSync(log).size;
  const all: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    // A refused statement may hold a guest's address: the log names the error only.
    log_min_error_statement: "panic",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(join(place.native.bin, "postgres"), ["-D", place.data, ...flags], {
    cwd: place.home,
    env: ENV,
    detached: true,
    stdio: ["ignore", fd, fd],
    ...place.runner,
  });
  closeSync(fd);
  child.unref();
  const failed = new Promise<Error>((resolve) => {
    child.once("error", resolve);
    // Also asked when a server that ran has been stopped, and perhaps its folder is gone.
    child.once("exit", () =>
      resolve(
        new StartFailure(existsSync(log) ? readFileSync(log, "utf8").slice(said).trim() : ""),
      ),
    );
  });
  const problem = await Promise.race([failed, ready(place.data, () => child.pid)]);
  if (problem) throw problem;
  return child.pid as number;
}

async function ready(data: string, pid: () => number | undefined): Promise<Error | null> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const file = pidFile(data);
    if (file?.ready && file.pid === pid()) return null;
    await Bun.sleep(10);
  }
  return new Error(
    `PostgreSQL was not ready after ${START_MS / 1000} s; its log is beside ${data}.`,
  );
}

/** Asks a server to end its connections and stop, and makes it when it does not. */
export async function halt(pid: number): Promise<void> {
  for (const [signal, patience] of [
    ["SIGINT", 30_000],
    ["SIGQUIT", 10_000],
    ["SIGKILL", 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const until = Date.now() + patience;
    while (Date.now() < until) {
      if (!isAlive(pid)) return;
      await Bun.sleep(10);
    }
  }
}

/** The server that runs on this data, if one does. */
export function runningOn(data: string): { pid: number; port: number } | null {
  const file = pidFile(data);
  if (!file || !isAlive(file.pid)) return null;
  return commandOf(file.pid).includes(data) ? { pid: file.pid, port: file.port } : null;
}

/**
 * After a `kill -9` or a power cut the noted process may by now be another program, and PostgreSQL would
 * refuse to start beside it. The note then gets the number of a process that is surely gone; the rest of
 * the file stays, because PostgreSQL reads from it whether old children still share memory.
 */
export function disarmStaleNote(data: string): void {
  const file = pidFile(data);
  if (!file || runningOn(data) || !isAlive(file.pid)) return;
  const gone = spawnSync("true").pid;
  const path = join(data, "postmaster.pid");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^\d+/, String(gone)));
}

/** Whether a process runs; one that ended and waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  }
  return spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)]).stdout?.toString() ?? "";
}

function pidFile(data: string): { pid: number; port: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
  } catch {
    return null;
  }
}

/** Nothing of ours leaks in: PGDATA or PGPORT in a developer's shell would mislead the programs. */
export const ENV = { LC_ALL: "C", TZ: "UTC", PATH: process.env["PATH"] ?? "/usr/bin:/bin" };

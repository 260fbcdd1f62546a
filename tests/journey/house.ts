// Kalends as it runs: its two programs as processes, on a database of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../support/port.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

const ROOT = join(import.meta.dir, "../..");
const START_WITHIN_MS = 60_000;
const SHELL_WITHIN_MS = 100_000;

export interface House {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Starts the API and, unless it is not wanted, the worker. `settings` go to both. */
export async function startHouse(
  options: { worker?: boolean; settings?: Record<string, string> } = {},
): Promise<House> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: "development",
    PORT: String(port),
    HOST: "127.0.0.1",
    PUBLIC_URL: url,
    DATABASE_URL: await testDatabaseUrl(),
    DATABASE_DIRECT_URL: "",
    DATABASE_POOL_SIZE: "4",
    // A Redis would be shared with the worker of another test, which has another database.
    REDIS_URL: "",
    JWT_SECRET: "a secret for the journey that is long enough",
    LOG_LEVEL: "warn",
    ...options.settings,
  };
  const programs = options.worker === false ? ["src/main.ts"] : ["src/main.ts", "worker/main.ts"];
  const running = programs.map((file) => launch([file], env));
  const house = {
    url,
    env,
    async [Symbol.asyncDispose]() {
      for (const { child } of running) child.kill("SIGTERM");
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
  try {
    const early = Promise.race(running.map(({ ended }) => ended)).then(({ code, output }) => {
      throw new Error(`A program of the house ended with code ${code}:\n${output}`);
    });
    await Promise.race([early, untilHealthy(url)]);
    early.catch(() => {});
    return house;
  } catch (error) {
    await house[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs a script of this checkout to its end. */
export const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  launch(args, env).ended;

/** Runs lines of a POSIX shell, which stop at the first that fails. */
export const runShell = (lines: string): Promise<Ended> =>
  collect(
    spawn("sh", ["-eu", "-c", lines], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: SHELL_WITHIN_MS,
    }),
  );

function launch(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, ended: collect(child) };
}

function collect(child: ChildProcess): Promise<Ended> {
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

async function untilHealthy(url: string): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    await Bun.sleep(50);
  }
  throw new Error(`Nothing healthy at ${url} within ${START_WITHIN_MS / 1000} s`);
}

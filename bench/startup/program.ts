// A program that is started to be looked at.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../tests/support/port.ts";
import { cpuOf, settings as production } from "../support/child.ts";

const ROOT = join(import.meta.dir, "../..");
const LOOK_EVERY_MS = 5;

export interface Program {
  readonly url: string;
  /** User and system time so far (proc(5)). */
  cpuMs(): number;
  residentMb(): number;
  /** Waits until it is ready, by its own word or by `look`. An Error where it ends instead. */
  untilReady(look?: () => Promise<boolean>): Promise<void>;
  /** Stops it, in order. */
  [Symbol.asyncDispose](): Promise<void>;
}

export const POOL = 10;

/** The settings of production, its figures to be read with a token. */
export const settings = (databaseUrl: string) => ({
  ...production(databaseUrl, POOL),
  HOST: "127.0.0.1",
  METRICS_TOKEN: "b7Kq2Xc7Vb4Nq8Wz1Rt6Yk3H",
  SHUTDOWN_NOTICE_SECONDS: "0",
  LOG_LEVEL: "error",
});

export function startProgram(file: string, databaseUrl: string): Program {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = Bun.spawn([process.execPath, file], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", ...settings(databaseUrl), PORT: `${port}` },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  return {
    url,
    cpuMs: () => cpuOf(child.pid),
    residentMb: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    },
    untilReady: async (look = isReady) => {
      while (!(await look())) {
        if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
        await Bun.sleep(LOOK_EVERY_MS);
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

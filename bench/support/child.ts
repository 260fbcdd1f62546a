// The programs that are measured, as processes of their own with the settings of production.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../tests/support/port.ts";

const ROOT = join(import.meta.dir, "../..");
const TICKS_A_SECOND = 100;

process.once("SIGTERM", () => process.exit(143));

export interface Child {
  readonly url: string;
  /** User and system time so far, in milliseconds (proc(5)); NaN where there is no /proc. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** What a world and an API of a bench are set to. Nothing is rationed: one client asks for what a thousand would. */
export const settings = (databaseUrl: string, poolSize: number) => ({
  NODE_ENV: "production",
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: `${poolSize}`,
  JWT_SECRET: "4Zt0aQ9xX2mVbN7rLk5eYw8uHs1dGf3j",
  ENCRYPTION_KEY: "9pLm2Xc7Vb4Nq8Wz1Rt6Yk3Hd5Js0FgTq6",
  PUBLIC_URL: "https://kalends.example",
  RATE_LIMIT_PER_MINUTE: "0",
  CLIENT_BOOKINGS_PER_DAY: "0",
});

/** The API. Its log is written as ever, and thrown away. */
export const startApi = (env: Record<string, string>): Promise<Child> =>
  start(["src/main.ts"], { LOG_LEVEL: "info", SHUTDOWN_NOTICE_SECONDS: "0", ...env });

/** What a bare handler answers GET /<name> with, and runs for POST /<name> with the values of the body. */
export interface BareStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Elysia and postgres.js with nothing around them: `bare.ts`. */
export const startBare = (
  databaseUrl: string,
  poolSize: number,
  statements: Readonly<Record<string, BareStatement>>,
): Promise<Child> =>
  start(["bench/support/bare.ts"], {
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: `${poolSize}`,
    STATEMENTS: JSON.stringify(statements),
  });

async function start(command: readonly string[], env: Record<string, string>): Promise<Child> {
  const port = freePort();
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", HOST: "127.0.0.1", PORT: `${port}`, ...env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  // Whatever ends the bench ends what it measures.
  const end = () => child.kill();
  process.once("exit", end);
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended with ${child.exitCode}`);
    await Bun.sleep(20);
  }
  return {
    url,
    cpuMs: () => cpuOf(child.pid),
    stop: async () => {
      process.off("exit", end);
      child.kill();
      await child.exited;
    },
  };
}

/** User and system time of a process so far, in milliseconds (proc(5)); NaN where there is no /proc. */
export function cpuOf(pid: number): number {
  try {
    const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    const fields = rest.split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
  } catch {
    return Number.NaN;
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removePlace } from "../../../scripts/postgres/place.ts";
import { freePort } from "../../support/port.ts";

const REPOSITORY = join(import.meta.dir, "../../..");

// Stand-ins for the two programs: what is tested is the launcher, not they.
const API = `
const stop = () => process.exit(0);
process.once("SIGTERM", stop);
Bun.serve({
  port: Number(process.env.PORT),
  fetch: (request) => new URL(request.url).pathname === "/crash" ? process.exit(3)
    : Response.json({ pid: process.pid, database: process.env.DATABASE_URL, secret: process.env.JWT_SECRET }),
});`;
const WORKER = `
process.once("SIGTERM", () => process.exit(0));
setInterval(() => {}, 1_000);`;

type Health = { pid: number; database: string; secret: string };

export type Launch = {
  pid: number;
  output: () => string;
  /** Resolves when the API answers. */
  health: () => Promise<Health>;
  /** Signals the launcher's whole process group, as a terminal does. */
  signal: (signal: NodeJS.Signals) => void;
  ended: Promise<number | null>;
};

/** A checkout in a folder that only its owner may enter, with a space in its name. */
export async function makeCheckout() {
  const parent = mkdtempSync(join(tmpdir(), "kalends-"));
  chmodSync(parent, 0o700);
  const root = join(parent, "a checkout");
  mkdirSync(join(root, "worker"), { recursive: true });
  for (const name of ["scripts", "src", "sql", "package.json"])
    cpSync(join(REPOSITORY, name), join(root, name), { recursive: true });
  rmSync(join(root, "scripts/seed.ts"), { force: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, "src/main.ts"), API);
  writeFileSync(join(root, "worker/main.ts"), WORKER);
  const port = freePort();
  const launches: ChildProcess[] = [];

  return {
    root,
    port,
    dataDir: join(root, ".data/postgres"),
    start: (args: string[] = [], env: Record<string, string> = {}) => {
      const { child, launch } = start(root, port, args, env);
      launches.push(child);
      return launch;
    },
    async [Symbol.asyncDispose]() {
      for (const child of launches) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = new Promise((resolve) => child.once("close", resolve));
        child.kill("SIGTERM");
        await ended;
      }
      removePlace(join(root, ".data/postgres"));
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function start(root: string, port: number, args: string[], env: Record<string, string>) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(DATABASE|REDIS|JWT|DATA_DIR|NODE_ENV|HOST|PORT)/.test(name),
    ),
  );
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), ...args], {
    cwd: root,
    env: { ...clean, PORT: String(port), HOST: "127.0.0.1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => (output += chunk));
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).finally(
    () => (isOver = true),
  );
  const health = async (): Promise<Health> => {
    while (!isOver) {
      const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
      if (answer?.ok) return answer.json() as Promise<Health>;
      await Bun.sleep(20);
    }
    throw new Error(`Kalends ended before it answered:\n${output}`);
  };
  const pid = child.pid as number;
  const launch: Launch = {
    pid,
    output: () => output,
    health,
    ended,
    signal: (name) => process.kill(-pid, name),
  };
  return { child, launch };
}

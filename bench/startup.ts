// How soon the two programs are ready once their database is, and what they hold in memory then: as they are, and as they
// were if the clients of calendars were loaded up front (`--preload bench/startup/upfront.ts`), turn and turn about.
// The API is ready when /health/ready says so; the worker when it has kept a promise that waited for it. Beside the time
// that passed stands the CPU time until then: it is what a busy machine does not blur.
// `bun bench/startup.ts [rounds]` makes a database of the tests' server.
import { readFileSync } from "node:fs";
import { newId } from "../src/db/id.ts";
import { makeHost } from "../tests/support/make.ts";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { freePort } from "../tests/support/redis.ts";
import { testWorld } from "../tests/support/world.ts";

const ROUNDS = Number(process.argv[2] ?? 9);
const IDLE_MS = 2_000;
const TICKS_A_SECOND = 100;

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly residentMb: number;
}

const world = await testWorld();
const host = await makeHost(world);
const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

for (const program of ["API", "worker"] as const) {
  const samples = { now: [] as Sample[], upFront: [] as Sample[] };
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const way of ["now", "upFront"] as const) {
      const sample = await measure(program, way === "upFront");
      // The first of each warms the disk's cache.
      if (round > 0) samples[way].push(sample);
    }
  const of = (way: keyof typeof samples, what: keyof Sample) =>
    median(samples[way].map((sample) => sample[what]));
  for (const [what, unit] of [
    ["wallMs", "ms until ready"],
    ["cpuMs", "ms of CPU until ready"],
    ["residentMb", "MB when idle"],
  ] as const) {
    const [now, upFront] = [of("now", what), of("upFront", what)];
    console.log(
      `${program.padEnd(7)} ${unit.padEnd(22)} as it is ${now.toFixed(0).padStart(5)}, clients up front ${upFront.toFixed(0).padStart(5)}: ratio ${(now / upFront).toFixed(2)}`,
    );
  }
}
await world.db.close();
await releaseTestDatabases();
process.exit(0);

async function measure(program: "API" | "worker", isUpFront: boolean): Promise<Sample> {
  const port = freePort();
  const promise = program === "worker" ? await promiseMail() : null;
  const begin = performance.now();
  const child = Bun.spawn(
    [
      process.execPath,
      ...(isUpFront ? ["--preload", "./bench/startup/upfront.ts"] : []),
      program === "API" ? "src/main.ts" : "worker/main.ts",
    ],
    {
      env: {
        PATH: process.env["PATH"] ?? "",
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: `${port}`,
        PUBLIC_URL: "https://kalends.example",
        DATABASE_URL: world.config.DATABASE_URL,
        JWT_SECRET: "4Zt0aQ9xX2mVbN7rLk5eYw8uHs1dGf3j",
        ENCRYPTION_KEY: "9pLm2Xc7Vb4Nq8Wz1Rt6Yk3Hd5Js0FgTq6",
        SHUTDOWN_NOTICE_SECONDS: "0",
        LOG_LEVEL: "warn",
      },
      stdout: "ignore",
      stderr: "inherit",
    },
  );
  while (!(promise ? await isKept(promise) : await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    await Bun.sleep(2);
  }
  const wallMs = performance.now() - begin;
  const cpuMs = cpuOf(child.pid);
  await Bun.sleep(IDLE_MS);
  const residentMb = residentOf(child.pid);
  child.kill("SIGTERM");
  await child.exited;
  return { wallMs, cpuMs, residentMb };
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function promiseMail(): Promise<string> {
  const id = newId();
  await world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at) values ($1, 'emails', 'WELCOME', $2, now() - interval '1 minute')`,
    [id, host.id],
  );
  return id;
}

async function isKept(id: string): Promise<boolean> {
  const kept = "select from outbox where id = $1 and done_at is not null";
  return (await world.db.run(kept, [id])).length > 0;
}

/** User and system time so far (proc(5)). */
function cpuOf(pid: number): number {
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = rest.split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

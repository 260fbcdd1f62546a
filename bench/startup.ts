// How soon the two programs are ready once they are started, what it costs, and what they hold in memory when idle: as
// production starts them (built) and from their sources, beside a bare server of Elysia and postgres.js, turn and turn about.
// The API is ready when /health/ready says so; the worker when it has kept a promise that waited for it. Beside the time
// that passed stands the CPU time until then: it is what a busy machine does not blur. Then how soon the API is ready
// that was there before its database, and what the first request to a part costs that is loaded by then.
// `bun bench/startup.ts [rounds]` makes a database of the tests' server, and builds what is not built.
import { areProgramsFresh, buildPrograms, programFile } from "../scripts/programs/build.ts";
import { newId } from "../src/db/id.ts";
import { makeHost } from "../tests/support/make.ts";
import { tcpProxy } from "../tests/support/tcp-proxy.ts";
import { firstRequests } from "./startup/first-requests.ts";
import { POOL, startProgram } from "./startup/program.ts";
import { median } from "./support/numbers.ts";
import { openStage } from "./support/stage.ts";

const ROUNDS = Number(process.argv[2] ?? 9);
const IDLE_MS = 2_000;
const READY_WITHIN_MS = 400;
const AWAY_ROUNDS = 3;
const AWAY_MS = [1_000, 3_000, 6_000];

const KINDS = [
  { name: "bare server", file: "bench/support/bare.ts", isWorker: false, mostMb: null },
  { name: "API, built", file: programFile("api"), isWorker: false, mostMb: 150 },
  { name: "API, sources", file: "src/main.ts", isWorker: false, mostMb: 150 },
  { name: "worker, built", file: programFile("worker"), isWorker: true, mostMb: 200 },
  { name: "worker, sources", file: "worker/main.ts", isWorker: true, mostMb: 200 },
] as const;
type Kind = (typeof KINDS)[number];

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly residentMb: number;
}

if (!areProgramsFresh()) await buildPrograms();
const { databaseUrl: url, world, end } = await openStage(POOL);
const host = await makeHost(world);
const least = (numbers: readonly number[]) => Math.min(...numbers);

const samples = new Map<Kind, Sample[]>(KINDS.map((kind) => [kind, []]));
for (let round = 0; round <= ROUNDS; round += 1)
  for (const kind of KINDS) {
    const sample = await measure(kind);
    // The first of each warms the disk's cache.
    if (round > 0) samples.get(kind)!.push(sample);
  }

const of = (kind: Kind, what: keyof Sample, how = median) =>
  how(samples.get(kind)!.map((sample) => sample[what]));
const versusBare = (kind: Kind, what: keyof Sample) =>
  `${of(kind, what).toFixed(0)} (${(of(kind, what) / of(KINDS[0], what)).toFixed(1)})`;
const aimed = (value: number, most: number | null) =>
  most === null ? "" : value <= most ? ` ≤ ${most}` : ` > ${most}: no`;
const line = (...cells: readonly string[]) =>
  console.log(cells.map((cell, i) => (i ? cell.padStart(18) : cell.padEnd(18))).join(""));

console.log(
  `Medians of ${ROUNDS} starts of each, in brackets how many times that of the bare server\n`,
);
line("", "ms until ready", "the fastest", "CPU ms", "MB when idle");
for (const kind of KINDS) {
  const aim = kind.name === "API, built" ? READY_WITHIN_MS : null;
  line(
    kind.name,
    versusBare(kind, "wallMs") + aimed(of(kind, "wallMs"), aim),
    of(kind, "wallMs", least).toFixed(0),
    versusBare(kind, "cpuMs"),
    of(kind, "residentMb").toFixed(0) + aimed(of(kind, "residentMb"), kind.mostMb),
  );
}

console.log(
  "\nThe API was there first: ms until it is ready once its database takes connections\n",
);
for (const awayMs of AWAY_MS) {
  const times: number[] = [];
  for (let n = 0; n < AWAY_ROUNDS; n += 1) times.push(await readyAfter(awayMs));
  line(
    `after ${awayMs / 1000} s`,
    median(times).toFixed(0) + aimed(median(times), READY_WITHIN_MS),
  );
}

console.log("\nThe API, built: ms of the first request to a part, and of those after it\n");
for (const { what, firstMs, nextMs } of await firstRequests(world, programFile("api")))
  line(what.padEnd(24), firstMs.toFixed(1), nextMs.toFixed(1));

await end();

async function measure({ file, isWorker }: Kind): Promise<Sample> {
  const promise = isWorker ? await promiseMail() : null;
  const begin = performance.now();
  await using program = startProgram(file, url);
  await program.untilReady(promise === null ? undefined : () => isKept(promise));
  const wallMs = performance.now() - begin;
  const cpuMs = program.cpuMs();
  await Bun.sleep(IDLE_MS);
  return { wallMs, cpuMs, residentMb: program.residentMb() };
}

/** From the moment on that the database takes connections, after so long without. */
async function readyAfter(awayMs: number): Promise<number> {
  const proxy = await tcpProxy(url);
  await proxy.refuse();
  await using program = startProgram(programFile("api"), proxy.url);
  await Bun.sleep(awayMs);
  await proxy.heal();
  const begin = performance.now();
  await program.untilReady();
  const ms = performance.now() - begin;
  await proxy.close();
  return ms;
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

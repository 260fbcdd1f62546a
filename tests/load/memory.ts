// What each process holds, read again and again from outside (Linux): memory, open files, and connections.
import { readdirSync, readFileSync } from "node:fs";
import type { Stage } from "../chaos/stage.ts";
import { processesOf } from "./kills.ts";
import { METRICS_TOKEN } from "./scene.ts";
import { type Bound, hasGrown, type Reading, type Trend, trendOf } from "./trend.ts";

const MB = 2 ** 20;

/** What is read, in which unit it is shown, what its level is, and from when on it has grown. */
const FIGURES = {
  "resident MB": { unit: MB, bound: { most: 20 * MB, share: 0.1, noise: 5 * MB } },
  // What is left after a collection tells of a leak, not what gathers before one.
  "heap MB": { unit: MB, level: 0.1, bound: { most: 20 * MB, share: 0.1, noise: 10 * MB } },
  files: { unit: 1, bound: { most: 50, share: 0.1, noise: 10 } },
  connections: { unit: 1, bound: { most: 20, share: 0.1, noise: 5 } },
  // Those that go by themselves may be many: each guest's number is counted for a day.
  "keys for ever": { unit: 1, bound: { most: 100, share: 0.1, noise: 20 } },
} as const satisfies Record<string, { unit: number; level?: number; bound: Bound }>;

type Figure = keyof typeof FIGURES;
type Note = (who: string, figure: Figure, value: number) => void;

export interface Grown {
  readonly who: string;
  readonly figure: Figure;
  readonly trend: Trend;
  readonly isGrowth: boolean;
}

/** Reads all of it every so many seconds, for so many; how each figure went. */
export async function watchMemory(
  stage: Stage,
  { seconds, everySeconds }: { seconds: number; everySeconds: number },
): Promise<Grown[]> {
  const readings = new Map<string, { who: string; figure: Figure; all: Reading[] }>();
  const note: Note = (who, figure, value) => {
    const key = `${who} ${figure}`;
    const own = readings.get(key) ?? { who, figure, all: [] };
    readings.set(key, own);
    own.all.push({ at: Date.now(), value });
  };
  const redis = new Bun.RedisClient(stage.redisUrl);
  const until = Date.now() + 1000 * seconds;
  try {
    while (Date.now() < until) {
      await read(stage, redis, note);
      await Bun.sleep(1000 * everySeconds);
    }
  } finally {
    redis.close();
  }
  return [...readings.values()].map(({ who, figure, all }) => {
    const { bound, level }: { bound: Bound; level?: number } = FIGURES[figure];
    const trend = trendOf(all, level);
    return { who, figure, trend, isGrowth: hasGrown(trend, bound) };
  });
}

/** How they went, as a table. */
export const tableOf = (grown: readonly Grown[]): Record<string, string | number>[] =>
  grown.map(({ who, figure, trend: { early, late, perMinute }, isGrowth }) => {
    const shown = (value: number) => Number((value / FIGURES[figure].unit).toFixed(1));
    return {
      who,
      what: figure,
      "after warm-up": shown(early),
      "at the end": shown(late),
      "a minute": Number((perMinute / FIGURES[figure].unit).toFixed(2)),
      verdict: isGrowth ? "GROWS" : "holds",
    };
  });

async function read(stage: Stage, redis: Bun.RedisClient, note: Note): Promise<void> {
  for (const [name, process, url] of processesOf(stage)) {
    const pid = process.pid();
    if (pid === null) continue;
    readProcess(name, pid, note);
    const heap = url ? await heapOf(url) : null;
    if (heap !== null) note(name, "heap MB", heap);
  }
  if (stage.pooler) readProcess("PgBouncer", stage.pooler.pid, note);
  const [row] = await stage.server.sql(
    "select count(*)::int as n from pg_stat_activity where datname = current_database()",
  );
  note("PostgreSQL", "connections", Number(row?.["n"]));
  const memory = `${await redis.send("INFO", ["memory"])}`;
  note("Redis", "resident MB", Number(/used_memory:(\d+)/.exec(memory)?.[1]));
  const keyspace = `${await redis.send("INFO", ["keyspace"])}`;
  const [, keys = 0, expiring = 0] = /keys=(\d+),expires=(\d+)/.exec(keyspace) ?? [];
  note("Redis", "keys for ever", Number(keys) - Number(expiring));
}

function readProcess(name: string, pid: number, note: Note): void {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  note(name, "resident MB", 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]));
  note(name, "files", readdirSync(`/proc/${pid}/fd`).length);
}

/** Null while it is too busy to say. */
async function heapOf(url: string): Promise<number | null> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const response = await fetch(`${url}/metrics`, { headers });
  const value = /^kalends_process_heap_bytes (\S+)$/m.exec(await response.text())?.[1];
  return value === undefined ? null : Number(value);
}

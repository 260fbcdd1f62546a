// The pool. The only file that knows the driver.
import postgres from "postgres";
import { Problem } from "../problem.ts";
import { type Gather, makeGather } from "./gather.ts";

export type Parameter = postgres.SerializableParameter<never> | null;
export type Row = Record<string, unknown>;

export interface DbOptions {
  readonly url: string;
  readonly poolSize: number;
  /** False behind a transaction pooler that cannot carry prepared statements. */
  readonly prepare: boolean;
  /** False where a pooler refuses settings at start-up; they are then set on the role or database. */
  readonly setTimeouts: boolean;
  /** Compare every row with its schema: for tests. */
  readonly checkRows: boolean;
  /** How long a statement may go unanswered; for tests. */
  readonly deadlineMs?: number;
}

/** Where statements run. */
export interface Statements {
  readonly checkRows: boolean;
  /** Wraps a value that the driver would otherwise guess the type of. */
  parameter(pgType: string, value: Parameter): Parameter;
  /** Runs one statement; a Problem "unavailable" when the database does not answer in time. */
  run(text: string, values: readonly Parameter[]): Promise<readonly Row[]>;
  /** Lets calls of the same name that come at once go together. */
  readonly gather: Gather;
}

export interface Db extends Statements {
  /** Opens every connection of the pool, so that no first guest waits for one. */
  warm(): Promise<void>;
  /**
   * The same database over a connection of its own, with two seconds for an answer: for asking whether it is
   * alive. A pool whose connections all wait for something says nothing about that.
   */
  apart(): Db;
  /** How busy the pool is: connections that work on a statement, statements that wait for one, connections in all. */
  load(): { readonly inUse: number; readonly waiting: number; readonly size: number };
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 8_000;
const LOCK_TIMEOUT_MS = 5_000;
// Longer than the server's own limit: it strikes only when the connection itself is lost.
const DEADLINE_MS = 10_000;
// A statement that was not begun by then, because every connection is busy, is refused. With the wait for a
// lock that is less than DEADLINE_MS.
const TURN_MS = 4_000;
const APART_DEADLINE_MS = 2_000;
// A connection that closed while the driver was about to write never writes again, though it connects
// anew: its closed() clears the timer of the next write and keeps the variable (postgres.js 3.4.9).
// Each later statement then waits for CONNECT_TIMEOUT, for good. So what broke takes its pool along.
const BROKEN = new Set(["CONNECTION_CLOSED", "CONNECT_TIMEOUT", "ECONNRESET", "EPIPE"]);
// The driver can leave queries hanging after a restart of the database; then the pool is made anew.
// Answers on other connections prove nothing for the one that hangs, so they do not reset the count.
const STALLS_BEFORE_REBUILD = 3;

// A connection whose first statement was given up before it came never serves another one: the driver finds
// it cancelled and forgets the connection (ReadyForQuery in postgres.js 3.4.9). So a statement that waits for its
// turn in vain while fewer are worked on than there are connections gives the pool up: some of it is lost.

/** As the driver marks a statement that a connection works on. */
interface Running {
  readonly active?: boolean;
}
const countActive = (running: ReadonlySet<Running>): number =>
  [...running].filter(({ active }) => active === true).length;

const OIDS: Readonly<Record<string, number>> = { jsonb: 3802, "uuid[]": 2951, "int4[]": 1007 };

const types = {
  instant: {
    to: 1184,
    from: [1184],
    serialize: (instant: Temporal.Instant) => instant.toString(),
    parse: (text: string) => Temporal.Instant.from(text),
  },
  day: {
    to: 1082,
    from: [1082],
    serialize: (day: Temporal.PlainDate) => day.toString(),
    parse: (text: string) => Temporal.PlainDate.from(text),
  },
  ids: {
    to: 2951,
    from: [2951],
    serialize: (ids: readonly string[]) => `{${ids.join(",")}}`,
    parse: elementsOf,
  },
  ints: {
    to: 1007,
    from: [1007],
    serialize: (ints: readonly number[]) => `{${ints.join(",")}}`,
    parse: (text: string) => elementsOf(text).map(Number),
  },
};

/** Of an array whose elements need no quotes. */
function elementsOf(array: string): string[] {
  return array === "{}" ? [] : array.slice(1, -1).split(",");
}

/** Makes the pool. Nothing is opened before the first statement or warm(). */
export function connect(options: DbOptions): Db {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  let pool = open(options);
  let stalls = 0;
  let running = new Set<Running>();
  let aside: Db | null = null;

  async function run(text: string, values: readonly Parameter[]): Promise<readonly Row[]> {
    const used = pool;
    const beside = running;
    const query: postgres.PendingQuery<postgres.Row[]> & Running = used.unsafe(
      text,
      values as never[],
      { prepare: options.prepare },
    );
    beside.add(query);
    const result = await inTime(query, deadlineMs)
      .catch((error: { code?: string }) => {
        if (BROKEN.has(error.code ?? "")) renew(used);
        throw error;
      })
      .finally(() => beside.delete(query));
    if (result !== STALLED && result !== NOT_BEGUN) return result as unknown as readonly Row[];
    const isStarved = query.active !== true && countActive(beside) < options.poolSize;
    cancel(query);
    if (pool !== used) throw unanswered();
    if (result === STALLED) stalls += 1;
    if (isStarved || stalls >= STALLS_BEFORE_REBUILD) renew(used);
    throw unanswered();
  }

  /** Statements that run on the old pool may end there; the next ones get a new pool. */
  function renew(old: typeof pool): void {
    if (pool !== old) return;
    pool = open(options);
    stalls = 0;
    running = new Set();
    old.end({ timeout: 5 }).catch(() => {});
  }

  return {
    checkRows: options.checkRows,
    parameter: (pgType, value) => {
      const oid = OIDS[pgType];
      if (oid === undefined || value === null) return value;
      return pool.typed(value as never, oid) as unknown as Parameter;
    },
    run,
    gather: makeGather(),
    warm: async () => {
      await Promise.all(Array.from({ length: options.poolSize }, () => run("select 1", [])));
    },
    apart: () => {
      aside ??= connect({
        ...options,
        poolSize: 1,
        deadlineMs: Math.min(deadlineMs, APART_DEADLINE_MS),
      });
      return aside;
    },
    load: () => {
      const inUse = countActive(running);
      return { inUse, waiting: running.size - inUse, size: options.poolSize };
    },
    close: async () => {
      await Promise.all([pool.end({ timeout: 5 }), aside?.close()]);
    },
  };
}

const open = (options: DbOptions) =>
  postgres(options.url, {
    max: options.poolSize,
    types,
    // Asked on each new connection, by a promise that nobody holds: where the connection breaks just
    // then, its rejection would end the process. The arrays that we use are among the types above.
    fetch_types: false,
    connect_timeout: 5,
    // One statement at a time on a connection. Otherwise the driver sends up to a hundred behind one that may
    // wait for a lock, where they wait with it and can no longer be taken back; its types do not know the option.
    ...({ max_pipeline: 0 } as object),
    // Seconds. The driver's own rises to twenty, during which statements wait for a database that is
    // back already.
    backoff: () => 0.1 + Math.random() / 5,
    transform: { column: { from: postgres.toCamel }, undefined: null },
    onnotice: () => {},
    connection: {
      application_name: "kalends",
      TimeZone: "UTC",
      ...(options.setTimeouts && {
        statement_timeout: STATEMENT_TIMEOUT_MS,
        lock_timeout: LOCK_TIMEOUT_MS,
      }),
    },
  });

/**
 * So that a statement that was not even sent yet is not run after its caller was told "no". Not by
 * query.cancel(), which drops its promise: where the database is gone, that would end the process.
 */
function cancel(query: object): void {
  const { canceller } = query as { canceller?: ((query: object) => Promise<unknown>) | null };
  canceller?.(query).catch(() => {});
}

const unanswered = () =>
  new Problem("unavailable", "The database does not answer. Try again in a moment.", {
    headers: { "retry-after": "1" },
  });

const STALLED = Symbol("stalled");
const NOT_BEGUN = Symbol("not begun");

async function inTime<T>(
  query: PromiseLike<T>,
  deadlineMs: number,
): Promise<T | typeof STALLED | typeof NOT_BEGUN> {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const late = new Promise<typeof STALLED | typeof NOT_BEGUN>((resolve) => {
    const isBegun = () => (query as Running).active === true;
    timers.push(
      setTimeout(resolve, deadlineMs, STALLED),
      setTimeout(() => isBegun() || resolve(NOT_BEGUN), TURN_MS),
    );
  });
  try {
    return await Promise.race([query, late]);
  } finally {
    timers.forEach(clearTimeout);
  }
}

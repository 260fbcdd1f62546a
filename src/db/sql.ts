// The pool. The only file that knows the driver.
import postgres from "postgres";
import { Problem } from "../problem.ts";

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

export interface Db {
  readonly checkRows: boolean;
  /** Wraps a value that the driver would otherwise guess the type of. */
  parameter(pgType: string, value: Parameter): Parameter;
  /** Runs one statement; a Problem "unavailable" when the database does not answer in time. */
  run(text: string, values: readonly Parameter[]): Promise<readonly Row[]>;
  /** Opens every connection of the pool, so that no first guest waits for one. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 8_000;
const LOCK_TIMEOUT_MS = 5_000;
// Longer than the server's own limit: it strikes only when the connection itself is lost.
const DEADLINE_MS = 10_000;
// A connection that closed while the driver was about to write never writes again, though it connects
// anew: its closed() clears the timer of the next write and keeps the variable (postgres.js 3.4.9).
// Each later statement then waits for CONNECT_TIMEOUT, for good. So what broke takes its pool along.
const BROKEN = new Set(["CONNECTION_CLOSED", "CONNECT_TIMEOUT", "ECONNRESET", "EPIPE"]);
// The driver can leave queries hanging after a restart of the database; then the pool is made anew.
// Answers on other connections prove nothing for the one that hangs, so they do not reset the count.
const STALLS_BEFORE_REBUILD = 3;

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

  async function run(text: string, values: readonly Parameter[]): Promise<readonly Row[]> {
    const used = pool;
    const query = used.unsafe(text, values as never[], { prepare: options.prepare });
    const result = await withDeadline(query, deadlineMs).catch((error: { code?: string }) => {
      if (BROKEN.has(error.code ?? "")) renew(used);
      throw error;
    });
    if (result !== STALLED) return result as unknown as readonly Row[];
    cancel(query);
    if (pool !== used) throw unanswered();
    stalls += 1;
    if (stalls >= STALLS_BEFORE_REBUILD) renew(used);
    throw unanswered();
  }

  /** Statements that run on the old pool may end there; the next ones get a new pool. */
  function renew(old: typeof pool): void {
    if (pool !== old) return;
    pool = open(options);
    stalls = 0;
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
    warm: async () => {
      await Promise.all(Array.from({ length: options.poolSize }, () => run("select 1", [])));
    },
    close: () => pool.end({ timeout: 5 }),
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

async function withDeadline<T>(
  query: PromiseLike<T>,
  deadlineMs: number,
): Promise<T | typeof STALLED> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<typeof STALLED>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, STALLED);
  });
  try {
    return await Promise.race([query, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Logger } from "pino";
import type { Db } from "../db/sql.ts";
import { Problem } from "../problem.ts";
import { noteEvents } from "./queries.ts";

/** Something that a client said happened; createdAt is RFC 3339. */
export interface NotedEvent {
  readonly id: string;
  readonly userId: string | null;
  readonly eventType: string;
  readonly metadata: Record<string, unknown>;
  readonly createdAt: string;
}

/** Clients' events on their way into the database: in memory for less than a second, while it answers. */
export interface EventBuffer {
  /** Takes an event, to be written soon. Problems: unavailable, when too many wait. */
  add(event: NotedEvent): void;
  /** Writes what waits, now; whether all of it was written. What was not stays and is tried again. */
  flush(): Promise<boolean>;
  /** Writes what waits, again and again for some seconds; what cannot be written then is lost. */
  close(): Promise<void>;
}

interface Bounds {
  /** How long an event may wait for others to come along. */
  readonly lingerMs?: number;
  /** How much may wait, as JSON; beyond it events are refused, so that an outage costs no memory. */
  readonly bytesMax?: number;
  /** How long close() goes on trying. */
  readonly closeWithinMs?: number;
}

// Half of the second that a killed process may lose, so that the writing has the other half.
const LINGER_MS = 500;
const BYTES_MAX = 8 * 1024 * 1024;
const CLOSE_WITHIN_MS = 8_000;
const RETRY_MS = 1_000;
const RETRY_AT_CLOSE_MS = 100;
const BATCH = 1_000;

/** A buffer of one process. It has no timer while nothing waits. */
export function makeEventBuffer(
  { db, log }: { readonly db: Db; readonly log: Logger },
  { lingerMs = LINGER_MS, bytesMax = BYTES_MAX, closeWithinMs = CLOSE_WITHIN_MS }: Bounds = {},
): EventBuffer {
  let waiting: { readonly event: NotedEvent; readonly bytes: number }[] = [];
  let bytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<boolean> | null = null;
  let isFailing = false;

  function flushIn(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, ms);
  }

  function flush(): Promise<boolean> {
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    return writing;
  }

  async function writeAll(): Promise<boolean> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await write(
          { db, log },
          batch.map(({ event }) => event),
        );
      } catch (error) {
        if (!isFailing) log.warn({ err: error }, "Clients' events wait: they cannot be written");
        isFailing = true;
        flushIn(RETRY_MS);
        return false;
      }
      isFailing = false;
      waiting = waiting.slice(batch.length);
      bytes -= batch.reduce((sum, each) => sum + each.bytes, 0);
    }
    return true;
  }

  /** Settles when all is written, or when it is too late. */
  async function writeInTime(isLate: () => boolean): Promise<void> {
    while (!(await flush()) && !isLate())
      await new Promise((resolve) => setTimeout(resolve, RETRY_AT_CLOSE_MS));
  }

  return {
    add(event) {
      const size = Buffer.byteLength(JSON.stringify(event));
      if (bytes + size > bytesMax) throw full();
      waiting.push({ event, bytes: size });
      bytes += size;
      flushIn(lingerMs);
    },
    flush,
    async close() {
      let isLate = false;
      const late = Promise.withResolvers<void>();
      const end = setTimeout(() => {
        isLate = true;
        late.resolve();
      }, closeWithinMs);
      await Promise.race([writeInTime(() => isLate), late.promise]);
      clearTimeout(end);
      clearTimeout(timer);
      if (waiting.length > 0)
        log.error(
          { events: waiting.length },
          "Clients' events are lost: they were not written in time",
        );
    },
  };
}

/**
 * Writes events, once however often they are written. One that the database refuses for what it is
 * would keep all others from being written: it is found by halves and left out.
 */
async function write(
  at: { readonly db: Db; readonly log: Logger },
  events: readonly NotedEvent[],
): Promise<void> {
  try {
    await noteEvents(at.db, { events: [...events] });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (events.length === 1) {
      at.log.error({ err: error, eventId: events[0]?.id }, "A client's event cannot be kept");
      return;
    }
    const half = events.length >> 1;
    await write(at, events.slice(0, half));
    await write(at, events.slice(half));
  }
}

/** Whether it is the data that are wrong (SQLSTATE classes 22 and 23): they would be so again. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^2[23]\w{3}$/.test(String(error.code));

const full = () =>
  new Problem("unavailable", "Too many events wait to be written. Try again in a moment.", {
    headers: { "retry-after": "1" },
  });

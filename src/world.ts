import pino, { type DestinationStream, type Logger, type LoggerOptions } from "pino";
import { type EventBuffer, makeEventBuffer } from "./analytics/event-buffer.ts";
import { type Cache, makeCache } from "./cache.ts";
import type { CalendarProvider, ProviderName } from "./calendars/provider.ts";
import type { Config } from "./config.ts";
import { makeReplica, type Replica } from "./db/replica.ts";
import { connect, type Db } from "./db/sql.ts";
import { readWidget, WIDGET_FOLDER, type WidgetBuild } from "./embed/widget-build.ts";
import { type Hints, makeHints } from "./hints.ts";
import { countsNothing, makeRequestMeter, type RequestMeter } from "./http/request-meter.ts";
import { type Limits, makeLimits } from "./limits.ts";
import type { EmailProvider } from "./messages/email/provider.ts";
import type { SmsProvider } from "./messages/sms/provider.ts";
import { makeVitals, noVitals, type Vitals } from "./operations/vitals.ts";
import type { FindServices } from "./outbound/services.ts";
import type { Resolve } from "./outbound/target.ts";
import { makeQueues, type Queues } from "./queues.ts";

/** What the program may touch. Made in the two main.ts and in tests/support; passed, never imported. */
export interface World {
  readonly config: Config;
  readonly db: Db;
  /** Where free times are read instead, for as long as it is close behind; null where there is none. */
  readonly replica: Replica | null;
  readonly now: () => Temporal.Instant;
  readonly log: Logger;
  /** Instead of the providers that the configuration names: for tests. */
  readonly mail?: EmailProvider;
  readonly sms?: SmsProvider;
  readonly calendars?: Partial<Record<ProviderName, CalendarProvider>>;
  /** Instead of the system's resolver of names: for tests. */
  readonly resolve?: Resolve;
  readonly services?: FindServices;
  /** Free times that may have changed, in whichever process. */
  readonly hints: Hints;
  /** How often something may happen, over all processes. */
  readonly limits: Limits;
  /** Answers that are kept for who asks the same again. */
  readonly cache: Cache;
  /** The queues of the worker, for who looks into them. */
  readonly queues: Queues;
  /** Whether this process has been asked to stop; main.ts says so. */
  readonly life: { isStopping: boolean };
  /** What clients said happened, on its way into the database; of this process alone. */
  readonly events: EventBuffer;
  /** What is counted of the requests of this process, where METRICS_TOKEN lets anybody read it. */
  readonly requests: RequestMeter;
  /** How this process is: its memory, and how late its turns come. */
  readonly vitals: Vitals;
  /** What pages embed; null where it was not built. */
  readonly widget: WidgetBuild | null;
}

// Then the primary is asked, which takes its own time.
const REPLICA_DEADLINE_MS = 2_000;

/** The world as configured: a pool, the real clock, logs to standard output. */
export function makeWorld(config: Config, overrides: Partial<World> = {}): World {
  const options = {
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    prepare: config.DATABASE_PREPARE,
    setTimeouts: config.DATABASE_DIRECT_URL === undefined,
    checkRows: config.NODE_ENV === "test",
  };
  const db = connect(options);
  const log = makeLogger(config);
  const replica = config.DATABASE_READ_URL
    ? makeReplica({
        primary: db,
        replica: connect({
          ...options,
          url: config.DATABASE_READ_URL,
          deadlineMs: REPLICA_DEADLINE_MS,
        }),
        log,
      })
    : null;
  return {
    config,
    db,
    replica,
    limits: makeLimits({ config, db, log }),
    cache: makeCache({ config, log }),
    hints: makeHints(config.DATABASE_DIRECT_URL ?? config.DATABASE_URL, replica?.caughtUp),
    now: () => Temporal.Now.instant().round({ smallestUnit: "millisecond", roundingMode: "floor" }),
    log,
    queues: makeQueues({ config, log }),
    life: { isStopping: false },
    events: makeEventBuffer({ db, log }),
    requests: config.METRICS_TOKEN ? makeRequestMeter() : countsNothing,
    vitals: config.METRICS_TOKEN ? makeVitals() : noVitals,
    widget: readWidget(WIDGET_FOLDER),
    ...overrides,
  };
}

/** Logs of the program, to standard output unless said. */
export const makeLogger = (config: Config, destination?: DestinationStream): Logger => {
  const options: LoggerOptions = {
    level: config.LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors of the driver carry the statement's parameters: guests' addresses among them.
    serializers: {
      err: (error: Error & { code?: unknown }) => ({
        type: error.name,
        message: error.message,
        code: error.code,
        stack: error.stack,
      }),
    },
    ...(config.NODE_ENV === "development" && {
      transport: {
        target: "pino-pretty",
        options: { ignore: "pid,hostname", translateTime: "HH:MM:ss", singleLine: true },
      },
    }),
  };
  if (destination) return pino(options, destination);
  return options.transport ? pino(options) : pino(options, atOnce(process.stdout));
};

/** Writes lines that come at once together: each by itself costs a request under load a fifth of its time. */
function atOnce(stream: DestinationStream): DestinationStream {
  let lines = "";
  const flush = () => {
    stream.write(lines);
    lines = "";
  };
  return {
    write: (line) => {
      if (lines === "") queueMicrotask(flush);
      lines += line;
    },
  };
}

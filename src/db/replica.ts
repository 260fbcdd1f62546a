// A copy of the database that may be read instead of it, while it is known to be close behind.
import type { Logger } from "pino";
import { makeGather } from "./gather.ts";
import { findReplayedPosition, findWrittenPosition } from "./queries.ts";
import type { Db, Statements } from "./sql.ts";

const HABITS = {
  /** What is read of a replica was the whole truth less than so long ago: as long as a CDN may keep free times. */
  maxLagMs: 5_000,
  lookMs: 1_000,
  /** While somebody waits for what was just committed. */
  soonMs: 50,
  /** After it failed a statement, which the primary then answered late. */
  restMs: 5_000,
  now: () => performance.now(),
};

/** Statements that only read, answered by a replica while it may be trusted, else by the primary. */
export interface Replica extends Statements {
  /**
   * Settles once whoever reads here finds everything that was committed before the call: at once where the primary
   * answers. Never rejects.
   */
  caughtUp(): Promise<void>;
  /** Begins to look after it, so that the first reads can go there already. */
  warm(): Promise<void>;
  state(): ReplicaState;
  close(): Promise<void>;
}

export interface ReplicaState {
  readonly isTrusted: boolean;
  /** How old what it shows may be; infinite where nobody knows. */
  readonly behindSeconds: number;
  /** How many statements it answered, and how many the primary in its stead. */
  readonly answered: { readonly replica: number; readonly primary: number };
}

/** That the replica which shows this position, in bytes of the log, shows all that was committed until then. */
interface Mark {
  readonly position: bigint;
  /** In milliseconds of the clock of habits. */
  readonly at: number;
}

/**
 * How far it is behind is found out in the background, without trusting clocks or what the replica says of its lag, which
 * is nothing where it does not hear its primary: a look notes how far the primary has written, later ones see when the replica shows
 * that. What fails there is asked of the primary: nobody but a log is told.
 */
export function makeReplica(
  { primary, replica, log }: { primary: Db; replica: Db; log: Logger },
  habits: Partial<typeof HABITS> = {},
): Replica {
  const { maxLagMs, lookMs, soonMs, restMs, now } = { ...HABITS, ...habits };
  const answered = { replica: 0, primary: 0 };
  let marks: Mark[] = [];
  /** When everything that it shows had been committed. */
  let freshAt = -Infinity;
  /** What was committed before was told while the primary answered: reading it must not go back behind that. */
  let toldAt = -Infinity;
  let restsUntil = -Infinity;
  let waiting: { since: number; resolve: () => void }[] = [];
  let looking: Promise<void> | null = null;
  let lookedAt = -Infinity;
  let next: ReturnType<typeof setTimeout> | undefined;
  let wasNear: boolean | null = null;
  let beganAt: number | null = null;
  let isClosed = false;

  const isNear = () => !isClosed && now() >= restsUntil && now() - freshAt < maxLagMs;
  const isTrusted = () => isNear() && freshAt >= toldAt;

  async function measure(): Promise<void> {
    const at = now();
    const [written, shown] = await Promise.all([
      findWrittenPosition(primary.apart(), {}),
      findReplayedPosition(replica.apart(), {}),
    ]);
    if (shown.position === null) throw new Error("It is no replica: it can be written to");
    if (shown.identity !== written.identity) throw new Error("It is a copy of another database");
    const position = BigInt(shown.position);
    marks.push({ position: BigInt(written.position), at });
    const reached = marks.findLast((mark) => mark.position <= position);
    if (reached) freshAt = Math.max(freshAt, reached.at);
    // Older ones would prove nothing worth knowing.
    marks = marks.filter((mark) => mark.position > position && now() - mark.at < maxLagMs);
  }

  function look(): Promise<void> {
    clearTimeout(next);
    looking ??= measure()
      .then(
        () => {
          if (isNear()) tell(null);
          // At first nobody knows how far.
          else if (now() - beganAt! >= maxLagMs) tell("it is too far behind");
        },
        (error: Error) => {
          freshAt = -Infinity;
          marks = [];
          tell(error.message);
        },
      )
      .finally(() => {
        looking = null;
        lookedAt = now();
        settle();
        if (isClosed) return;
        next = setTimeout(look, waiting.length > 0 ? soonMs : lookMs);
        next.unref?.();
      });
    return looking;
  }

  /** Lets go of who waits for what is there, and of all where waiting is in vain. */
  function settle(): void {
    const isOver = !isNear();
    const through = isOver ? waiting : waiting.filter(({ since }) => since <= freshAt);
    waiting = isOver ? [] : waiting.filter(({ since }) => since > freshAt);
    if (isOver) toldAt = Math.max(toldAt, ...through.map(({ since }) => since));
    for (const { resolve } of through) resolve();
  }

  function tell(trouble: string | null): void {
    if (wasNear === (trouble === null)) return;
    wasNear = trouble === null;
    if (wasNear) log.info("The replica is close behind: free times are read there");
    else log.warn({ trouble }, "The replica is not read for now: the primary answers");
  }

  function rest(error: Error): void {
    restsUntil = now() + restMs;
    freshAt = -Infinity;
    marks = [];
    tell(error.message);
    settle();
  }

  /** Looks again at once, but not without a pause, however many wait. */
  function hurry(): void {
    if (looking !== null) return;
    clearTimeout(next);
    next = setTimeout(look, Math.max(0, lookedAt + soonMs - now()));
    next.unref?.();
  }

  /** From the first use on, so that who never reads free times asks nobody. */
  function begin(): void {
    if (beganAt !== null || isClosed) return;
    beganAt = now();
    look();
  }

  return {
    checkRows: primary.checkRows,
    parameter: primary.parameter,
    gather: makeGather(),
    async run(text, values) {
      begin();
      let failure: Error | null = null;
      if (isTrusted()) {
        try {
          const rows = await replica.run(text, values);
          answered.replica += 1;
          return rows;
        } catch (error) {
          failure = error as Error;
        }
      }
      const rows = await primary.run(text, values);
      answered.primary += 1;
      // What fails in both is a mistake of the statement.
      if (failure) rest(failure);
      return rows;
    },
    caughtUp() {
      begin();
      const since = now();
      if (!isNear()) {
        toldAt = since;
        return Promise.resolve();
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ since, resolve });
      hurry();
      return promise;
    },
    async warm() {
      begin();
      await replica.warm();
    },
    state: () => ({
      isTrusted: isTrusted(),
      behindSeconds: (now() - freshAt) / 1000,
      answered: { ...answered },
    }),
    async close() {
      isClosed = true;
      clearTimeout(next);
      settle();
      await looking;
      await replica.close();
    },
  };
}

import type { Config } from "../src/config.ts";

/** How soon the worker notices, tries again and counts anew; in milliseconds. */
export interface Rhythm {
  /** A look at the outbox without a hint. */
  readonly poll: number;
  /** A look into the queue without a hint. */
  readonly look: number;
  /** A job whose worker has not renewed its lock for so long is taken away from it. */
  readonly lock: number;
  /** How often locks are checked. */
  readonly stalled: number;
  /** Before trying again what did not answer; the first pause between two tries of a job. */
  readonly retry: number;
  /** Between two looks of a timer. */
  readonly timers: number;
  /** Between two looks of a timer that need not look often. */
  readonly rareTimers: number;
  /** What EMAIL_RATE_LIMIT counts by. */
  readonly minute: number;
}

const STEADY: Rhythm = {
  poll: 1_000,
  look: 1_000,
  lock: 20_000,
  stalled: 10_000,
  retry: 1_000,
  timers: 10_000,
  rareTimers: 300_000,
  minute: 60_000,
};

/** So that a test that kills a worker need not wait half a minute. */
const BRISK: Rhythm = {
  poll: 200,
  look: 1_000,
  lock: 3_000,
  stalled: 1_000,
  retry: 50,
  timers: 200,
  rareTimers: 2_000,
  minute: 60_000,
};

export const rhythmOf = ({ NODE_ENV }: Config): Rhythm => (NODE_ENV === "test" ? BRISK : STEADY);

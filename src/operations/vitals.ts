import { monitorEventLoopDelay } from "node:perf_hooks";

/** How this process is. */
export interface Vitals {
  /** Reads it, and begins to look for the longest delay anew. */
  read(): {
    readonly residentBytes: number;
    readonly heapBytes: number;
    /** How late a turn of the event loop came at most since the last reading. */
    readonly loopLagSeconds: number;
    readonly uptimeSeconds: number;
  };
}

const RESOLUTION_MS = 20;

/** Looks at the event loop from now on. It keeps no process from ending. */
export function makeVitals(): Vitals {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  return {
    read: () => {
      const lag = delays.count === 0 ? 0 : delays.max / 1e9;
      delays.reset();
      return { ...noVitals.read(), loopLagSeconds: lag };
    },
  };
}

/** For a process that nobody measures: looks at nothing on its own. */
export const noVitals: Vitals = {
  read: () => {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      residentBytes: rss,
      heapBytes: heapUsed,
      loopLagSeconds: 0,
      uptimeSeconds: performance.now() / 1000,
    };
  },
};

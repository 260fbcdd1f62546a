import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** Exit code of a process that refuses its settings: starting it again would not help. */
export const REFUSED = 78;

const ROOT = join(import.meta.dir, "../..");
const LEASH = join(import.meta.dir, "leash.ts");
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 30_000;
/** Whoever ran this long was well: the next pause is short again. */
const WELL_MS = 60_000;

export type Child = {
  /** Resolves with the exit code once the process has ended and is not started again. */
  gaveUp: Promise<number>;
  /** From now on the process is started again when it dies. */
  trust(): void;
  stop(): Promise<void>;
  kill(): void;
};

/**
 * Keeps one program running. Before it is trusted its death is final, since a program that never came up
 * would only fail again; afterwards it is started again, ever more slowly.
 */
export function keepRunning(
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  watch: boolean,
): Child {
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<number>();
  let current: ChildProcess;
  let stopping = false;
  let trusted = watch;
  let pause = 1_000;
  let again: NodeJS.Timeout | undefined;

  const run = () => {
    const since = Date.now();
    const args = [...(watch ? ["--watch", "--no-clear-screen"] : []), "--preload", LEASH, file];
    // In a session of its own: a terminal's Ctrl-C reaches us alone, and we end things in order.
    current = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...env, KALENDS_LAUNCHER: String(process.pid) },
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    current.once("error", (error) =>
      console.error(`The ${name} could not be started: ${error.message}`),
    );
    current.once("close", (code, signal) => {
      if (stopping) return giveUp(code ?? 0);
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      if (code === REFUSED || !trusted) {
        console.error(`The ${name} ${how}.`);
        return giveUp(code || 1);
      }
      if (Date.now() - since > WELL_MS) pause = 1_000;
      console.error(`The ${name} ${how}; starting it again in ${pause / 1_000} s.`);
      again = setTimeout(run, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    });
  };
  run();

  return {
    gaveUp,
    trust: () => {
      trusted = true;
    },
    kill: () => current.kill("SIGKILL"),
    async stop() {
      stopping = true;
      clearTimeout(again);
      if (current.exitCode !== null || current.signalCode !== null) return;
      const ended = new Promise((resolve) => current.once("close", resolve));
      current.kill("SIGTERM");
      const late = setTimeout(() => current.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

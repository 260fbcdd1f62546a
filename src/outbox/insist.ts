import { isAway } from "../db/conflict.ts";

const TRIES = 4;
const PAUSE_MS = 1_000;

/**
 * Writes down what has happened already: it cannot be taken back, and whoever does not know of it does it again. So while
 * the database is away (it restarts, a connection is gone) the statement is tried again, for less than a minute and thus
 * within the lease: each try is given up after ten seconds. Twice it must come to the same. Throws what the last try threw.
 */
export async function insist<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isAway(error) || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
    }
  }
}

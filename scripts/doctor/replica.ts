import type { Config } from "../../src/config.ts";
import { findReplayedPosition, findWrittenPosition } from "../../src/db/queries.ts";
import { connect } from "../../src/db/sql.ts";
import { ok, problem, type Result, reason, warning } from "./finding.ts";

const CATCHES_UP_WITHIN_MS = 5_000;

/** Whether DATABASE_READ_URL leads to a replica of this database, and how soon that shows what was written. */
export async function checkReplica(config: Config, url: string): Promise<Result> {
  const options = { poolSize: 1, prepare: false, setTimeouts: false, checkRows: false };
  const primary = connect({ ...options, url: config.DATABASE_URL });
  const replica = connect({ ...options, url });
  try {
    const written = await findWrittenPosition(primary, {});
    const began = performance.now();
    for (;;) {
      const shown = await findReplayedPosition(replica, {});
      if (shown.position === null)
        return problem(
          "it is no replica, but a server that can be written to: it is not read",
          "Let DATABASE_READ_URL name a streaming standby, or leave it out.",
        );
      if (shown.identity !== written.identity)
        return problem(
          "it is a copy of another database, or of another server: it is not read",
          "Let DATABASE_READ_URL name a streaming standby of the server of DATABASE_URL, and the same database there.",
        );
      const tookMs = performance.now() - began;
      if (BigInt(shown.position) >= BigInt(written.position))
        return ok(`a replica, which shows everything within ${(tookMs / 1000).toFixed(1)} s`);
      if (tookMs > CATCHES_UP_WITHIN_MS)
        return warning(
          `it is more than ${CATCHES_UP_WITHIN_MS / 1000} s behind: the primary answers meanwhile`,
          "See pg_stat_replication at the primary: whether it is connected, and whether its machine keeps up.",
        );
      await Bun.sleep(50);
    }
  } catch (error) {
    return problem(
      `it cannot be asked: ${reason(error)}`,
      "See whether it runs, and whether DATABASE_READ_URL names its host, port, user and database. The primary answers meanwhile.",
    );
  } finally {
    await Promise.all([primary.close(), replica.close()]);
  }
}

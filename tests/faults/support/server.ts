// A PostgreSQL of one's own, to be treated as no test may treat the common one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { migrate } from "../../../scripts/migrate.ts";
import { removePlace } from "../../../scripts/postgres/place.ts";
import { isAlive } from "../../../scripts/postgres/process.ts";
import { ensureDatabase, startPostgres } from "../../../scripts/postgres.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/port.ts";

export interface OwnServer extends AsyncDisposable {
  /** Of a migrated database. */
  readonly url: string;
  /** Down and up again on the same port: "fast" ends every session, "immediate" is a crash, recovered from. */
  restart(mode: "fast" | "immediate"): Promise<void>;
  /** Runs a statement as its operator would. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
}

export async function ownServer(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), "kalends-fault-"));
  const dataDir = join(folder, "postgres");
  // Commits wait for the log, so that a crash loses none; that the disk has it, only a power cut would tell.
  const settings = { fsync: "off", max_connections: "100" };
  // One that nobody else is given while it is down.
  const port = freePort();
  let server = await startPostgres({ dataDir, disposable: true, settings, port });
  const url = await ensureDatabase(server.url, "kalends");
  await migrate(url, { queue: true });
  return {
    url,
    restart: async (mode) => {
      if (mode === "immediate") {
        process.kill(server.pid, "SIGQUIT");
        await eventually(() => {
          if (isAlive(server.pid)) throw new Error("It has not stopped yet");
        });
      }
      await server.stop();
      server = await startPostgres({ dataDir, disposable: true, settings, port });
    },
    sql: async (text) => {
      const client = postgres(url, { max: 1, onnotice: () => {} });
      try {
        return await client.unsafe(text);
      } finally {
        await client.end({ timeout: 1 });
      }
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      removePlace(dataDir);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

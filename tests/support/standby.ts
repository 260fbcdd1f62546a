// A PostgreSQL with a streaming standby, both of one's own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { migrate } from "../../scripts/migrate.ts";
import { makePlace, removePlace } from "../../scripts/postgres/place.ts";
import { ensureDatabase, startPostgres, withDatabase } from "../../scripts/postgres.ts";

export interface Replicated extends AsyncDisposable {
  /** Of a migrated database on the primary. */
  readonly url: string;
  /** Of the same database on its standby. */
  readonly standbyUrl: string;
  /** The standby goes on receiving, and shows nothing of it until it is resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Settles once the standby shows all that is committed now. */
  caughtUp(): Promise<void>;
}

const SETTINGS = { fsync: "off", max_connections: "100", max_wal_senders: "4" };

export async function replicatedServer(): Promise<Replicated> {
  const folder = mkdtempSync(join(tmpdir(), "kalends-replicated-"));
  const [dataDir, standbyDir] = [join(folder, "primary"), join(folder, "standby")];
  const start = (dir: string, settings: Record<string, string> = {}) =>
    startPostgres({ dataDir: dir, disposable: true, settings: { ...SETTINGS, ...settings } });
  // A copy of a server that was stopped needs no backup mode.
  const first = await start(dataDir);
  await migrate(await ensureDatabase(first.url, "kalends"), { queue: true });
  await first.stop();
  const from = makePlace(dataDir, true);
  const to = makePlace(standbyDir, true);
  for (const name of ["data", "password"])
    spawnSync("cp", ["-a", join(from.home, name), join(to.home, name)]);
  writeFileSync(join(to.data, "standby.signal"), "");
  const primary = await start(dataDir);
  const { hostname, port, username, password } = new URL(primary.url);
  const standby = await start(standbyDir, {
    primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password}`,
    wal_retrieve_retry_interval: "200ms",
  });
  const [url, standbyUrl] = [primary.url, standby.url].map((each) => withDatabase(each, "kalends"));
  const options = { max: 1, onnotice: () => {} };
  const [onPrimary, onStandby] = [postgres(url!, options), postgres(standbyUrl!, options)];
  return {
    url: url!,
    standbyUrl: standbyUrl!,
    pause: async () => {
      await onStandby`select pg_wal_replay_pause()`;
      for (;;) {
        const [row] = await onStandby`select pg_get_wal_replay_pause_state() as state`;
        if (row?.["state"] === "paused") return;
        await Bun.sleep(10);
      }
    },
    resume: async () => {
      await onStandby`select pg_wal_replay_resume()`;
    },
    caughtUp: async () => {
      const [written] = await onPrimary`select pg_current_wal_flush_lsn()::text as lsn`;
      for (;;) {
        const [row] =
          await onStandby`select pg_last_wal_replay_lsn() >= ${written!["lsn"]}::pg_lsn as is_there`;
        if (row?.["is_there"]) return;
        await Bun.sleep(10);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([onPrimary.end({ timeout: 1 }), onStandby.end({ timeout: 1 })]);
      await Promise.all([primary.stop(), standby.stop()]);
      for (const dir of [dataDir, standbyDir]) removePlace(dir);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

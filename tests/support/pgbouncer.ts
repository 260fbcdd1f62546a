import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./port.ts";

export interface PgBouncer extends AsyncDisposable {
  /** Its version, such as "1.18.0". */
  readonly version: string;
  readonly pid: number;
  /** The same database by way of the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

export interface PoolerOptions {
  /** Connections to each database of the server; 10 unless said. */
  readonly poolSize?: number;
  /** From 1.21 on it carries prepared statements over where this is more than 0, its default here. */
  readonly preparedStatements?: number;
}

/** Debian's pgbouncer, or null where there is none. It is where a user's PATH may not lead. */
export const findPgBouncer = (): string | null =>
  Bun.which("pgbouncer") ?? Bun.which("pgbouncer", { PATH: "/usr/sbin:/usr/local/sbin" });

/** Whether the PgBouncer of this machine can carry prepared statements from one connection to another. */
export function carriesPrepared(): boolean {
  const [major = 0, minor = 0] = versionOf(findPgBouncer()!).split(".").map(Number);
  return major > 1 || minor >= 21;
}

/**
 * A PgBouncer of one's own in transaction mode, on a free port before the server of a URL. Clients show the
 * server's password, where it has one.
 */
export async function startPgBouncer(
  server: string,
  { poolSize = 10, preparedStatements = 0 }: PoolerOptions = {},
): Promise<PgBouncer> {
  const program = findPgBouncer()!;
  const { hostname, port: serverPort, username, password } = new URL(server);
  const dir = mkdtempSync(join(tmpdir(), "kalends-pgbouncer-"));
  const port = freePort();
  const users = join(dir, "users.txt");
  const quoted = (text: string) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`;
  writeFileSync(users, `${quoted(username)} ${quoted(password)}\n`, { mode: 0o600 });
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: password === "" ? "trust" : "scram-sha-256",
    auth_file: users,
    pool_mode: "transaction",
    default_pool_size: poolSize,
    max_client_conn: 1000,
    // One that lost its server tries again at once, rather than after 15 s.
    server_login_retry: 1,
    ...(carriesPrepared() && { max_prepared_statements: preparedStatements }),
  };
  const config = join(dir, "pgbouncer.ini");
  writeFileSync(
    config,
    [
      "[databases]",
      `* = host=${hostname} port=${serverPort || 5432}`,
      "[pgbouncer]",
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
      "",
    ].join("\n"),
  );
  // It refuses to run as root, as PostgreSQL does.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync("chown", ["-R", "postgres", dir]);
  const child = Bun.spawn([program, ...(isRoot ? ["-u", "postgres"] : []), config], {
    cwd: dir,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  await untilUp(child);
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
    rmSync(dir, { recursive: true, force: true });
  };
  return {
    version: versionOf(program),
    pid: child.pid,
    through: (url) => {
      const by = new URL(url);
      by.hostname = "127.0.0.1";
      by.port = `${port}`;
      return by.href;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const versionOf = (program: string): string =>
  /PgBouncer (\S+)/.exec(spawnSync(program, ["--version"]).stdout.toString())?.[1] ?? "";

async function untilUp(child: Bun.Subprocess<"ignore", "ignore", "pipe">): Promise<void> {
  const up = Promise.withResolvers<void>();
  // Read to its end also later: a full pipe would stop it.
  (async () => {
    let said = "";
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      if (said.length > 10_000) continue;
      said += decoder.decode(chunk, { stream: true });
      if (said.includes("process up")) up.resolve();
    }
    up.reject(new Error(`PgBouncer did not start:\n${said}`));
  })();
  await up.promise;
}

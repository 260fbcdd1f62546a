import { join } from "node:path";
import postgres from "postgres";
import { eventually } from "../../support/eventually.ts";
import { type QueueBackend, sql } from "./backends.ts";
import { type House, openHouse } from "./house.ts";

const MAIN = join(import.meta.dir, "../../../worker/main.ts");

/** A process reads the real clock, so what is promised to it is due by that. */
export async function openRealHouse(
  backend: QueueBackend,
  env: Record<string, string> = {},
): Promise<House> {
  const house = await openHouse(backend, { env });
  house.world.setNow(Temporal.Now.instant().round("millisecond").toString());
  return house;
}

/** The worker as it runs in production, in a process of its own. */
export function startWorkerProcess(house: House, env: Record<string, string> = {}) {
  const { config } = house.world;
  const child = Bun.spawn([process.execPath, MAIN], {
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_ENV: "test",
      DATABASE_URL: config.DATABASE_URL,
      JWT_SECRET: config.JWT_SECRET,
      ...(config.ENCRYPTION_KEY && { ENCRYPTION_KEY: config.ENCRYPTION_KEY }),
      LOG_LEVEL: "info",
      ...(config.REDIS_URL && { REDIS_URL: config.REDIS_URL }),
      ...env,
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]).then((both) => both.join(""));
  return {
    child,
    /** All it said, once it has ended. */
    output,
    kill: async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await child.exited;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Holds the mailbox shut, so that whoever delivers a mail stands before it. */
export async function shutMailbox(house: House) {
  const client = postgres(house.url, { max: 1, onnotice: () => {} });
  await client.unsafe("begin; lock table mailbox in access exclusive mode");
  return {
    /**
     * Until somebody stands before it with a mail: not a timer that cleans up, nor anybody of another test's database,
     * where the table has the same oid.
     */
    besieged: () =>
      eventually(async () => {
        const rows = await sql(
          house.url,
          `select from pg_locks join pg_stat_activity using (pid)
           where relation = 'mailbox'::regclass and not granted and datname = current_database()
             and query like '%insert into mailbox%'`,
        );
        if (rows.length === 0) throw new Error("Nobody delivers a mail");
      }),
    open: async () => {
      await client.unsafe("commit");
      await client.end({ timeout: 1 });
    },
  };
}

/** Who is connected to the database, by name, apart from the test itself. */
export const connections = async (house: House): Promise<string[]> =>
  (
    await sql(
      house.url,
      `select application_name as name from pg_stat_activity
       where datname = current_database() and application_name <> 'postgres.js' order by 1`,
    )
  ).map(({ name }) => name);

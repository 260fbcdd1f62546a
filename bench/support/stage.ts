// What a bench over HTTP stands on: a database of the tests' server, and a world to fill it with.
import { parseConfig } from "../../src/config.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { releaseTestDatabases, testDatabaseUrl } from "../../tests/support/postgres.ts";
import { settings } from "./child.ts";

const CLOSE_WITHIN_MS = 1_000;

export interface Stage {
  readonly databaseUrl: string;
  /** What programs are started with. */
  readonly env: ReturnType<typeof settings>;
  readonly world: World;
  /** Ends the bench: nothing may be open that is not its own process's. */
  end(): Promise<never>;
}

export async function openStage(poolSize: number): Promise<Stage> {
  const databaseUrl = await testDatabaseUrl();
  const env = settings(databaseUrl, poolSize);
  const world = makeWorld(parseConfig({ ...env, LOG_LEVEL: "error" }));
  return {
    databaseUrl,
    env,
    world,
    async end() {
      const closed = Promise.all([world.db.close(), world.hints.close()]);
      await Promise.race([closed, Bun.sleep(CLOSE_WITHIN_MS)]);
      await releaseTestDatabases();
      process.exit(0);
    },
  };
}

/** The least that answers with something of a meeting type. */
export const rowOf = ({ id }: { id: string }) => ({
  text: "select id, title, version from meeting_types where id = $1",
  values: [id],
});

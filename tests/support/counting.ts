import type { Db } from "../../src/db/sql.ts";
import type { World } from "../../src/world.ts";

/** The same world, writing down its statements and the SQLSTATEs of those that failed. */
export function counting<T extends World>(world: T) {
  const statements: string[] = [];
  const failures: string[] = [];
  const run: Db["run"] = (text, values) => {
    statements.push(text);
    return world.db.run(text, values).catch((error: { code?: string }) => {
      failures.push(error.code ?? "");
      throw error;
    });
  };
  return { world: { ...world, db: { ...world.db, run } }, statements, failures };
}

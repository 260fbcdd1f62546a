// What a verb asks the database for, so that it can be asked without the verb.
import type { World } from "../../src/world.ts";
import type { BareStatement } from "./child.ts";

class Stopped extends Error {}

/**
 * The statements that a verb runs, with their values. The one that is `last` is not run, so that it can be later: the verb
 * ends there. Throws what the verb throws.
 */
export async function capture(
  world: World,
  verb: (world: World) => Promise<unknown>,
  last?: string,
): Promise<readonly BareStatement[]> {
  const seen: BareStatement[] = [];
  const run: World["db"]["run"] = (text, values) => {
    seen.push({ text, values });
    if (text === last) throw new Stopped();
    return world.db.run(text, values);
  };
  await verb({ ...world, db: { ...world.db, run } }).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
  return seen;
}

/** Values as JSON can carry them: without what tells our driver their type. */
export const plain = (values: readonly unknown[]): readonly unknown[] =>
  values.map((value) =>
    typeof value === "object" && value !== null && "type" in value && "value" in value
      ? value.value
      : value,
  );

// Guard by version: read, decide, change what still is as it was read.
import { Type } from "@sinclair/typebox";
import { Problem } from "./problem.ts";

/** `version` in a body: the other way to say what a change is based on; 409 when it is no longer so. */
export const ExpectedVersion = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 2_147_483_647,
    description:
      "The version that the change is based on; 409 when it is no longer the present one",
  }),
);

/** What a caller says of the state that his change is based on. */
export interface Expectation {
  /** One of these, by If-Match: else 412. */
  readonly versions?: readonly number[];
  /** This one, by the body: else 409. */
  readonly version?: number;
}

// Each attempt that fails is somebody else's change that came through.
const ATTEMPTS = 20;

/**
 * Changes a versioned thing. `change` is guarded by the version it is given and returns null when that
 * is no longer the present one; then it is read again and decided again. `show` makes the `current`
 * that a conflict carries. Problems: precondition_failed, version_conflict, and those of the others.
 */
export async function changeGuarded<T extends { readonly version: number }, R>(
  expected: Expectation,
  read: () => Promise<T>,
  show: (present: T) => unknown,
  change: (present: T) => Promise<R | null>,
): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    const present = await read();
    const conflict = conflictWith(expected, present.version);
    if (conflict) throw new Problem(conflict, undefined, { current: show(present) });
    const changed = await change(present);
    if (changed !== null) return changed;
    if (attempt === ATTEMPTS)
      throw new Problem("version_conflict", undefined, { current: show(present) });
  }
}

function conflictWith({ versions, version }: Expectation, present: number) {
  if (versions && !versions.includes(present)) return "precondition_failed";
  return version !== undefined && version !== present ? "version_conflict" : null;
}

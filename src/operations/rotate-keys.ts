import { keyIdIn, keyIdsOf, open, type Place, seal } from "../secret-box.ts";
import type { World } from "../world.ts";
import { findSealed, reseal } from "./queries.ts";

const BATCH = 200;
/** Whoever still runs with the older order of keys may seal by them meanwhile; so often everything is looked at again. */
const MOST_PASSES = 5;

/** Values that are kept in another place than the one that they were sealed for. */
const SEALED_FOR: Readonly<Record<string, string>> = {
  "webhook_endpoints.previous_secret": "webhook_endpoints.secret",
  "calendar_revocations.credentials": "calendar_connections.credentials",
};

export interface Rotation {
  readonly resealed: number;
  /** Keys of ENCRYPTION_KEY that seal nothing any more, by their place in it, from 2. */
  readonly idleKeys: readonly number[];
  /** Keys behind the first that something is still sealed with. */
  readonly busyKeys: readonly number[];
  /** Values that no key opens: "webhook_endpoints.secret of 0193…". */
  readonly unreadable: readonly string[];
}

/**
 * Seals everything that is sealed with the first key of ENCRYPTION_KEY, some values at a time. Each is put where the old
 * one still stands, so that any number may run, be stopped and begin again, while everything else goes on.
 * @param tell hears how many are done, now and then
 */
export async function rotateKeys(
  world: World,
  tell: (resealed: number) => void = () => {},
): Promise<Rotation> {
  const [first, ...older] = keyIdsOf(world);
  if (first === undefined) throw new RangeError("There is no ENCRYPTION_KEY to seal with");
  let resealed = 0;
  let left: Left = { unreadable: [], keyIds: new Set() };
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const before = resealed;
    left = await passOver(world, first, (more) => {
      resealed += more;
      tell(resealed);
    });
    // Nothing to do but what cannot be done: this pass has seen how things stand.
    if (resealed === before) break;
  }
  const places = older.map((id, i) => ({ id, place: i + 2 }));
  return {
    resealed,
    idleKeys: places.filter(({ id }) => !left.keyIds.has(id)).map(({ place }) => place),
    busyKeys: places.filter(({ id }) => left.keyIds.has(id)).map(({ place }) => place),
    unreadable: left.unreadable,
  };
}

interface Left {
  readonly unreadable: string[];
  /** Of keys that what was found was sealed with, and could not be sealed anew. */
  readonly keyIds: Set<string>;
}

async function passOver(world: World, keyId: string, done: (more: number) => void): Promise<Left> {
  const left: Left = { unreadable: [], keyIds: new Set() };
  let after: { place: string; id: string } | null = null;
  for (;;) {
    const from: { place: string | null; id: string | null } = after ?? { place: null, id: null };
    const found = await findSealed(world.db, { keyId, ...from, limit: BATCH });
    const values = found.flatMap(({ place, id, sealed }) => {
      const becomes = resealed(world, place, id, sealed);
      if (becomes !== null) return [{ place, id, was: sealed, becomes }];
      left.unreadable.push(`${place} of ${id}`);
      left.keyIds.add(keyIdIn(sealed));
      return [];
    });
    const count = values.length > 0 ? (await reseal(world.db, { values })).resealed : 0;
    // What was changed meanwhile may have been sealed by whichever key.
    if (count < values.length) for (const { was } of values) left.keyIds.add(keyIdIn(was));
    if (count > 0) done(count);
    const last = found.at(-1);
    if (found.length < BATCH || !last) return left;
    after = { place: last.place, id: last.id };
  }
}

/** The place that a value was sealed for, by where it stands: "webhook_endpoints.secret". */
export function sealedFor(where: string, id: string): Place {
  const [table = "", column = ""] = (SEALED_FOR[where] ?? where).split(".");
  return { table, column, id };
}

function resealed(world: World, where: string, id: string, sealed: string): string | null {
  const place = sealedFor(where, id);
  try {
    return seal(world, place, open(world, place, sealed));
  } catch {
    return null;
  }
}

// Answers that are kept for who asks the same again.
import { createHash } from "node:crypto";
import type { TSchema } from "@sinclair/typebox";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import { redisStore } from "./redis-store.ts";

/** What is kept, and how it looks: another version of the program may show it differently, and shall not find it. */
export interface Kind {
  readonly name: string;
  readonly shape: string;
}

export const kindOf = (name: string, schema: TSchema): Kind => ({
  name,
  shape: createHash("sha256").update(JSON.stringify(schema)).digest("base64url").slice(0, 8),
});

/** An answer, and the key of all that it depends on. */
export interface Made {
  readonly key: string;
  readonly text: string;
}

export interface Cache {
  /** Whether anything is kept: where not, nobody need know a key beforehand. */
  readonly isOn: boolean;
  /**
   * What is kept under a key, or what `make` makes of the present state. That is kept under the key of the state that it was
   * read with, which a change may have made another one meanwhile. A key names everything that its answer depends on, the
   * version of its data among it: so nothing that is kept is ever out of date, and old keys only take room for a while.
   * Those who ask for the same at once share one answer.
   */
  through(kind: Kind, key: string, make: () => Promise<Made>): Promise<Made>;
  /** How often what was asked for was there, or was in the making, since the process began. */
  counts(): readonly { readonly kind: string; readonly hits: number; readonly misses: number }[];
  close(): void;
}

/** Where answers are kept. It may forget, and it never fails. */
export interface Store {
  get(key: string): Promise<string | null> | string | null;
  set(key: string, text: string): void;
  close(): void;
}

/** How long something is kept: a minute is in the key of free times, and a change makes another key of every answer. */
const KEPT_FOR_MS = 60_000;
/** Larger than a month of a host who is free every five minutes; what is larger is not kept. */
const MOST_CHARACTERS = 256 * 1024;
const MOST_ENTRIES = 10_000;
const MEGABYTE = 1024 * 1024;

/** In Redis where there is one, so that all processes share what one has made; else in this process. */
export function makeCache(world: { config: Config; log: Logger }): Cache {
  const { CACHE_MEGABYTES, REDIS_URL } = world.config;
  if (CACHE_MEGABYTES === 0) return keepsNothing;
  const most = CACHE_MEGABYTES * MEGABYTE;
  return cacheIn(
    REDIS_URL ? redisStore(world, REDIS_URL, { keptForMs: KEPT_FOR_MS, most }) : memoryStore(most),
  );
}

export function cacheIn(store: Store): Cache {
  const flights = new Map<string, Promise<Made>>();
  const counted = new Map<string, { kind: string; hits: number; misses: number }>();

  function countsOf({ name }: Kind) {
    const known = counted.get(name) ?? { kind: name, hits: 0, misses: 0 };
    counted.set(name, known);
    return known;
  }

  async function fly(kind: Kind, key: string, make: () => Promise<Made>): Promise<Made> {
    const text = await store.get(addressOf(kind, key));
    if (text !== null) {
      countsOf(kind).hits += 1;
      return { key, text };
    }
    countsOf(kind).misses += 1;
    const made = await make();
    if (made.text.length <= MOST_CHARACTERS) store.set(addressOf(kind, made.key), made.text);
    return made;
  }

  return {
    isOn: true,
    // Whoever joins has read the state that is in the key after the flight began. If it was still so then, the answer is of
    // that state or of a later one: never of one before he asked.
    through(kind, key, make) {
      const address = addressOf(kind, key);
      const flying = flights.get(address);
      if (flying) {
        countsOf(kind).hits += 1;
        return flying;
      }
      const flight = fly(kind, key, make).finally(() => flights.delete(address));
      flights.set(address, flight);
      return flight;
    },
    counts: () => [...counted.values()],
    close: () => store.close(),
  };
}

const addressOf = ({ name, shape }: Kind, key: string): string => `${name}:${shape}:${key}`;

const keepsNothing: Cache = {
  isOn: false,
  through: (_kind, _key, make) => make(),
  counts: () => [],
  close: () => {},
};

/** @param most how many characters it holds, those of keys included */
export function memoryStore(most: number): Store {
  const kept = new LRUCache<string, string>({
    max: MOST_ENTRIES,
    maxSize: most,
    sizeCalculation: (text, key) => text.length + key.length,
    ttl: KEPT_FOR_MS,
  });
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, text) => {
      kept.set(key, text);
    },
    close: () => kept.clear(),
  };
}

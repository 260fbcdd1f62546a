// Answers that are kept: under the state that they were read with, shared by who asks at once, and bounded.
import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { cacheIn, kindOf, type Made, memoryStore, type Store } from "../src/cache.ts";

const KIND = kindOf("thing", Type.Object({ a: Type.String() }));

/** A store that remembers what it was given. */
function openStore() {
  const kept = new Map<string, string>();
  const store: Store = {
    get: (key) => kept.get(key) ?? null,
    set: (key, text) => void kept.set(key, text),
    close: () => {},
  };
  return { kept, cache: cacheIn(store) };
}

/** Makes an answer when told to, and counts how often it was asked. */
function slowMaker() {
  const made = Promise.withResolvers<Made>();
  const asked = { times: 0 };
  const make = () => {
    asked.times += 1;
    return made.promise;
  };
  return { make, asked, ...made };
}

const never = async (): Promise<Made> => {
  throw new Error("Asked though it was kept");
};

describe("a cache", () => {
  test("gives what it keeps, and says how often", async () => {
    const { cache } = openStore();
    const made = { key: "v1", text: "one" };
    expect(await cache.through(KIND, "v1", async () => made)).toEqual(made);
    expect(await cache.through(KIND, "v1", never)).toEqual(made);
    expect(cache.counts()).toEqual([{ kind: "thing", hits: 1, misses: 1 }]);
  });

  test("keeps what is read of a later state under that, and not under the one that was asked for", async () => {
    const { cache } = openStore();
    const later = { key: "v2", text: "two" };
    expect(await cache.through(KIND, "v1", async () => later)).toEqual(later);
    expect(await cache.through(KIND, "v2", never)).toEqual(later);
    const { make, asked, resolve } = slowMaker();
    resolve({ key: "v1", text: "one" });
    expect((await cache.through(KIND, "v1", make)).text).toBe("one");
    expect(asked.times).toBe(1);
  });

  test("makes once what many ask for at once, and each key for itself", async () => {
    const { cache } = openStore();
    const [one, two] = [slowMaker(), slowMaker()];
    const asking = Array.from({ length: 50 }, () => cache.through(KIND, "v1", one.make));
    const other = cache.through(KIND, "v2", two.make);
    two.resolve({ key: "v2", text: "two" });
    expect((await other).text).toBe("two");
    one.resolve({ key: "v1", text: "one" });
    expect(new Set((await Promise.all(asking)).map(({ text }) => text))).toEqual(new Set(["one"]));
    expect([one.asked.times, two.asked.times]).toEqual([1, 1]);
    expect(cache.counts()).toEqual([{ kind: "thing", hits: 49, misses: 2 }]);
  });

  test("keeps no failure, which all who wait for it hear", async () => {
    const { cache, kept } = openStore();
    const { make, reject } = slowMaker();
    const asking = [cache.through(KIND, "v1", make), cache.through(KIND, "v1", make)];
    reject(new Error("not now"));
    for (const each of await Promise.allSettled(asking)) expect(each.status).toBe("rejected");
    expect(kept.size).toBe(0);
    const made = { key: "v1", text: "one" };
    expect(await cache.through(KIND, "v1", async () => made)).toEqual(made);
  });

  test("finds nothing of a version of the program to which it looks otherwise", async () => {
    const { cache } = openStore();
    await cache.through(KIND, "v1", async () => ({ key: "v1", text: "one" }));
    const other = kindOf("thing", Type.Object({ a: Type.String(), b: Type.String() }));
    const now = { key: "v1", text: "with b" };
    expect(await cache.through(other, "v1", async () => now)).toEqual(now);
  });

  test("does not keep what is very large", async () => {
    const { cache, kept } = openStore();
    await cache.through(KIND, "v1", async () => ({ key: "v1", text: "x".repeat(300_000) }));
    expect(kept.size).toBe(0);
    await cache.through(KIND, "v1", async () => ({ key: "v1", text: "x".repeat(200_000) }));
    expect(kept.size).toBe(1);
  });
});

describe("memory", () => {
  test("holds so many characters, and lets go of what was not asked for longest", () => {
    const store = memoryStore(1_000);
    for (let i = 0; i < 10; i += 1) store.set(`${i}`, "x".repeat(199));
    const kept = Array.from({ length: 10 }, (_, i) => store.get(`${i}`)).map(Boolean);
    expect(kept).toEqual([...Array(5).fill(false), ...Array(5).fill(true)]);
    expect(store.get("5")).not.toBeNull();
    store.set("next", "x".repeat(100));
    expect([store.get("5"), store.get("6")].map(Boolean)).toEqual([true, false]);
  });
});

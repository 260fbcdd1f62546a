// Redis keeps answers for all processes, and nobody depends on it.
import { afterAll, describe, expect, test } from "bun:test";
import pino from "pino";
import { parseConfig } from "../src/config.ts";
import { redisStore } from "../src/redis-store.ts";
import { eventually } from "./support/eventually.ts";
import { freePort } from "./support/port.ts";
import { findRedis, startRedis } from "./support/redis.ts";

const lines: string[] = [];
const log = pino({ level: "info" }, { write: (line) => void lines.push(line) });
const config = parseConfig({
  DATABASE_URL: "postgres://nobody@127.0.0.1/nothing",
  JWT_SECRET: "a secret for tests that is long enough",
});
// Longer than any answer takes on a busy machine, but where it is what is looked at.
const PATIENCE_MS = 30_000;
const open = (url: string, most = 1_000_000, answersWithinMs = PATIENCE_MS) =>
  redisStore({ config, log }, url, { keptForMs: 60_000, most, answersWithinMs });

test("a Redis that was never there finds nothing, keeps nothing and is told of once", async () => {
  const store = open(`redis://127.0.0.1:${freePort()}`);
  lines.length = 0;
  for (let i = 0; i < 20; i += 1) {
    store.set("a", "b");
    expect(await store.get("a")).toBeNull();
    await Bun.sleep(10);
  }
  await eventually(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toContain("does without Redis");
  store.close();
});

describe.skipIf(findRedis() === null)("a Redis", async () => {
  const redis = findRedis() ? await startRedis() : null;
  const url = redis?.url ?? "";
  afterAll(() => redis?.stop());
  const admin = new Bun.RedisClient(url);

  /** A store that is connected. */
  async function ready(most?: number, answersWithinMs?: number) {
    const store = open(url, most, answersWithinMs);
    await eventually(async () => {
      store.set("ready", "yes");
      expect(await store.get("ready")).toBe("yes");
    });
    return store;
  }

  test("gives one process what another one made, for a minute", async () => {
    const [one, two] = [await ready(), await ready()];
    one.set("shared", "by one");
    await eventually(async () => expect(await two.get("shared")).toBe("by one"));
    const left = Number(await admin.send("PTTL", ["kalends:cache:shared"]));
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(60_000);
    one.close();
    two.close();
  });

  test("is given so much by a process in a minute, and no more", async () => {
    const store = await ready(5_000);
    for (let i = 0; i < 20; i += 1) store.set(`many-${i}`, "x".repeat(990));
    await eventually(async () => expect(await store.get("many-0")).not.toBeNull());
    const keys = (await admin.send("KEYS", ["kalends:cache:many-*"])) as string[];
    expect(keys.length).toBeGreaterThan(2);
    expect(keys.length).toBeLessThanOrEqual(5);
    store.close();
  });

  test("that is full still gives what it has", async () => {
    const store = await ready();
    await admin.send("CONFIG", ["SET", "maxmemory-policy", "noeviction"]);
    await admin.send("CONFIG", ["SET", "maxmemory", "1"]);
    lines.length = 0;
    store.set("late", "b");
    // On a busy machine an answer takes longer than the store waits for it, after which it leaves Redis alone for a while.
    await eventually(async () => expect(await store.get("ready")).toBe("yes"));
    expect(await admin.send("EXISTS", ["kalends:cache:late"])).toBe(0);
    await admin.send("CONFIG", ["SET", "maxmemory", "0"]);
    expect(lines.filter((line) => !/timed out|has Redis again/.test(line))).toEqual([]);
    store.close();
  });

  test("that hangs is waited for a moment, once, and left alone after that", async () => {
    const store = await ready(undefined, 50);
    lines.length = 0;
    redis?.pause();
    expect(await store.get("ready")).toBeNull();
    // Were each of these waited for, they would take a quarter of a minute.
    for (let i = 0; i < 300; i += 1) expect(await store.get("ready")).toBeNull();
    expect(lines).toHaveLength(1);
    redis?.resume();
    store.close();
  });
});

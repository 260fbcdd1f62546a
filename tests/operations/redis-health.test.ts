import { expect, test } from "bun:test";
import { warnOfRedis } from "../../src/operations/redis-health.ts";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { listening } from "../support/http.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import { findRedis, startRedis } from "../support/redis.ts";
import { testWorld } from "../support/world.ts";

const redisTest = findRedis() ? test : test.skip;
const why = findRedis() ? "" : ": skipped, no redis-server on the PATH";
const JWT_SECRET = "a secret for tests that is long enough";
const WARNING = /would throw jobs away once maxmemory is set \(allkeys-lru\)/;

redisTest(
  `API and worker warn of a Redis that may throw jobs away, and say how that is mended${why}`,
  async () => {
    await using redis = { ...(await startRedis()), [Symbol.asyncDispose]: () => redis.stop() };
    const client = new Bun.RedisClient(redis.url);
    await client.send("CONFIG", ["SET", "maxmemory-policy", "allkeys-lru"]);
    const url = await testDatabaseUrl();
    const env = { REDIS_URL: redis.url, NODE_ENV: "test" };
    const api = await startApi({ ...env, DATABASE_URL: url });
    const worker = Bun.spawn([process.execPath, "worker/main.ts"], {
      env: { PATH: process.env["PATH"] ?? "", DATABASE_URL: url, JWT_SECRET, ...env },
      stdout: "pipe",
    });
    await eventually(() => expect(api.written()).toMatch(WARNING));
    expect(api.written()).toContain("maxmemory-policy noeviction");
    api.child.kill("SIGKILL");
    let said = "";
    for await (const chunk of worker.stdout) {
      said += new TextDecoder().decode(chunk);
      if (WARNING.test(said)) worker.kill("SIGTERM");
    }
    expect(said).toMatch(WARNING);

    // Looked at here: a process that has nothing to say gives no sign that it has looked.
    const { world, written } = listening(await testWorld(env));
    await warnOfRedis(world);
    expect(written()).toMatch(WARNING);
    await client.send("CONFIG", ["SET", "maxmemory-policy", "noeviction"]);
    const { world: content, written: nothing } = listening(world);
    await warnOfRedis(content);
    expect(nothing()).toBe("");
    client.close();
  },
);

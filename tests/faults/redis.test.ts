// Redis is where jobs wait and requests are counted; neither bookings nor promises may depend on it.
import { expect, test } from "bun:test";
import { startApi } from "../support/api-process.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { freePort } from "../support/port.ts";
import { findRedis, startRedis } from "../support/redis.ts";
import { onPostgres } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";
import { mailed } from "../worker/support/settled.ts";
import { askToBook } from "./support/load.ts";

const redisTest = findRedis() ? test : test.skip;
const why = findRedis() ? "" : ": skipped, no redis-server on the PATH";

test("an API starts and takes bookings though Redis was never there", async () => {
  const REDIS_URL = `redis://127.0.0.1:${freePort()}`;
  await using house = await openHouse(onPostgres);
  const hours = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
  const host = await makeHost(house.world, { hours });
  const type = await makeMeetingType(house.world, host);
  const api = await startApi({
    DATABASE_URL: house.url,
    REDIS_URL,
    RATE_LIMIT_PER_MINUTE: "1000",
  });
  try {
    for (let n = 0; n < 3; n += 1)
      expect((await askToBook(api.url, { host, type }, n)).status).toBe(201);
    expect((await fetch(`${api.url}/health`)).status).toBe(200);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  } finally {
    api.child.kill("SIGKILL");
  }
});

redisTest(`what a full Redis does not take is kept when it has room again${why}`, async () => {
  await using redis = { ...(await startRedis()), [Symbol.asyncDispose]: () => redis.stop() };
  const client = new Bun.RedisClient(redis.url);
  await using house = await openHouse({ ...onPostgres, env: () => ({ REDIS_URL: redis.url }) });
  await house.work({ retry: 100 });
  await house.promise({});
  await mailed(house, 1);
  await client.send("CONFIG", ["SET", "maxmemory-policy", "noeviction"]);
  await client.send("CONFIG", ["SET", "maxmemory", "1"]);
  const ids = await Promise.all(Array.from({ length: 10 }, () => house.promise({})));
  await Bun.sleep(1_500);
  expect(await house.mails()).toHaveLength(1);
  await client.send("CONFIG", ["SET", "maxmemory", "0"]);
  client.close();
  // What was claimed when Redis refused it comes back by its lease.
  house.world.setNow(house.world.now().add({ seconds: 121 }).toString());
  const mails = await mailed(house, 11);
  expect(mails.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
});

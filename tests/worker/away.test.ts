import { afterEach, expect, test } from "bun:test";
import { startWork } from "../../worker/work.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { freePort } from "../support/port.ts";
import { findRedis, type RedisProcess, startRedis } from "../support/redis.ts";
import {
  closeDatabase,
  cutOff,
  databaseName,
  fromOutside,
  onEachBackend,
  onPostgres,
  openDatabase,
} from "./support/backends.ts";
import { type House, openHouse } from "./support/house.ts";
import { mailed } from "./support/settled.ts";

const MONDAY_10 = "2026-11-23T10:00:00Z";

onEachBackend("a worker whose database goes away", (backend) => {
  test("goes on after every connection was cut, and hears of new promises again", async () => {
    await using house = await openHouse(backend);
    // No poll would come in time: whoever is told was woken by a NOTIFY.
    await house.work({ poll: 60_000 });
    await house.promise({});
    await mailed(house, 1);
    for (let cuts = 1; cuts <= 2; cuts += 1) {
      await cutOff(house);
      await eventually(() => house.world.db.run("select 1", []));
      await house.promise({});
      await mailedInTheEnd(house, cuts + 1);
    }
    await eventually(async () => expect(await listeners(house)).toBe(1));
    await house.promise({});
    await mailed(house, 4);
  });

  test("goes on when the database is back", async () => {
    await using house = await openHouse(backend);
    await house.work();
    const ids = [await house.promise({}), await house.promise({})];
    await closeDatabase(house);
    await Bun.sleep(1_500);
    await openDatabase(house);
    await eventually(async () => ids.push(await house.promise({})));
    const mails = await mailedInTheEnd(house, 3);
    expect(mails.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test("may start before the database does", async () => {
    await using house = await openHouse(backend);
    const id = await house.promise({});
    await closeDatabase(house);
    const starting = house.work();
    await Bun.sleep(500);
    await openDatabase(house);
    await starting;
    expect((await mailed(house, 1))[0]?.id).toBe(id);
  });
});

/** What was claimed, or has failed, when the connection broke comes back by its lease: time goes on. */
const mailedInTheEnd = (house: House, count: number) =>
  eventually(async () => {
    house.world.setNow(house.world.now().add({ seconds: 5 }).toString());
    const mails = await house.mails();
    expect(mails).toHaveLength(count);
    return mails;
  });

const listeners = async (house: House) =>
  (
    await fromOutside(
      house.url,
      `select count(*)::int as n from pg_stat_activity
       where datname = $1 and application_name = 'kalends listener' and query = 'listen "outbox"'`,
      [databaseName(house)],
    )
  )[0]?.["n"];

const redisTest = findRedis() ? test : test.skip;
const why = findRedis() ? "" : ": skipped, no redis-server on the PATH";

const started: RedisProcess[] = [];
const redisAt = async (port: number) => {
  const redis = await startRedis(port);
  started.push(redis);
  return redis;
};
afterEach(() => Promise.all(started.splice(0).map((redis) => redis.stop())));

const houseAt = (port: number) =>
  openHouse({ ...onPostgres, env: () => ({ REDIS_URL: `redis://127.0.0.1:${port}` }) });

redisTest(`a worker may start before Redis does, and bookings need none${why}`, async () => {
  const port = freePort();
  await using house = await houseAt(port);
  const type = await makeMeetingType(house.world, house.host);
  const starting = house.work();
  expect((await book(house.api, type, MONDAY_10)).status).toBe(201);
  await Bun.sleep(500);
  await redisAt(port);
  await starting;
  await mailed(house, 2);
});

redisTest(`a worker goes on when Redis is back, having lost everything${why}`, async () => {
  const port = freePort();
  await using house = await houseAt(port);
  const redis = await redisAt(port);
  await house.work();
  const type = await makeMeetingType(house.world, house.host);
  await book(house.api, type, MONDAY_10);
  await mailed(house, 2);

  await redis.stop();
  expect((await book(house.api, type, "2026-11-23T11:00:00Z")).status).toBe(201);
  await Bun.sleep(1_000);
  await redisAt(port);
  await mailedInTheEnd(house, 4);
});

redisTest(`a worker goes on after Redis has hung for a while${why}`, async () => {
  const port = freePort();
  await using house = await houseAt(port);
  const redis = await redisAt(port);
  await house.work();
  await house.promise({});
  await mailed(house, 1);
  redis.pause();
  const ids = await Promise.all(Array.from({ length: 20 }, () => house.promise({})));
  await Bun.sleep(1_000);
  redis.resume();
  const mails = await mailed(house, 21);
  expect(
    mails
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(ids.sort());
});

redisTest(`a worker stops though Redis is away, from the first or since${why}`, async () => {
  const port = freePort();
  await using house = await houseAt(port);
  const neverReady = startWork(house.world);
  await Bun.sleep(300);
  await neverReady.stop();

  const redis = await redisAt(port);
  const work = await house.work();
  await redis.stop();
  await work.stop();
});

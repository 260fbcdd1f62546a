// Who asks too often is refused, wherever the counts are kept.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { edge } from "../../src/http/edge.ts";
import { makeLimits } from "../../src/limits.ts";
import { bareApp, json, type Send } from "../support/http.ts";
import { findRedis, type RedisProcess, startRedis } from "../support/redis.ts";
import { type TestWorld, testWorld } from "../support/world.ts";

// Longer than any machine stands still: a store that is waited for in vain is left alone, and each process counts for itself.
const PATIENT_MS = 60_000;

/** A world that waits for its store. */
async function patientWorld(env: Record<string, string>): Promise<TestWorld> {
  const world = await testWorld(env);
  return { ...world, limits: makeLimits(world, PATIENT_MS) };
}

const PATH = "/api/v1/things";
const made: TestWorld[] = [];

/** One process: an edge of its own before routes that do nothing. */
function processOf(world: TestWorld): Send {
  const app = bareApp(world)
    .get(PATH, () => "ok")
    .post("/api/v1/auth/login", () => "ok")
    .post("/api/v1/analytics/event", () => "ok");
  const handle = edge(world, app.get("/health", () => "ok").fetch);
  made.push(world);
  return (path, init, peer = "192.0.2.1") =>
    handle(new Request(`http://kalends.test${path}`, init), peer);
}

const statuses = async (
  send: Send,
  times: number,
  path = PATH,
  init?: RequestInit,
  peer?: string,
) => {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) all.push((await send(path, init, peer)).status);
  return all;
};

let redis: RedisProcess | null = null;
beforeAll(async () => {
  if (findRedis()) redis = await startRedis();
});
afterAll(async () => {
  for (const each of made) each.limits.close();
  await redis?.stop();
});

const production = {
  NODE_ENV: "production",
  RATE_LIMIT_PER_MINUTE: "10",
  TRUSTED_PROXIES: "10.0.0.0/8",
};
// Each world its own, as each has its own in PostgreSQL.
let databases = 0;
const freshDatabase = () => (databases += 1);

const stores: [name: string, env: () => Record<string, string>][] = [
  ["in memory", () => ({ RATE_LIMIT_PER_MINUTE: "10", TRUSTED_PROXIES: "10.0.0.0/8" })],
  ["in PostgreSQL", () => production],
  ["in Redis", () => ({ ...production, REDIS_URL: `${redis?.url}/${freshDatabase()}` })],
];

describe.each(stores)("counted %s", (name, env) => {
  const run = test.skipIf(name === "in Redis" && !findRedis());

  run("ten pass, the eleventh is told when to come back", async () => {
    const send = processOf(await patientWorld(env()));
    const first = await send(PATH);
    expect(first.headers.get("ratelimit-policy")).toBe('"default";q=10;w=60');
    expect(first.headers.get("ratelimit")).toMatch(/^"default";r=9;t=(60|59)$/);
    expect(await statuses(send, 9)).toEqual(Array(9).fill(200));
    const refused = await send(PATH);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit")).toMatch(/^"default";r=0;t=\d+$/);
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61);
    expect(await refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
  });

  run("each address for itself, an IPv6 customer by his /64", async () => {
    const send = processOf(await patientWorld(env()));
    await statuses(send, 11);
    expect(await statuses(send, 1, PATH, {}, "192.0.2.2")).toEqual([200]);
    const neighbours = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2"];
    for (let i = 0; i < 10; i += 1) await send(PATH, {}, neighbours[i % 2]);
    expect((await send(PATH, {}, "2001:db8:0:1:5::5")).status).toBe(429);
    expect((await send(PATH, {}, "2001:db8:0:2::1")).status).toBe(200);
  });

  run("a new X-Forwarded-For is no new client, unless a proxy of ours says so", async () => {
    const send = processOf(await patientWorld(env()));
    const said = (address: string) => ({ headers: { "x-forwarded-for": address } });
    for (let i = 0; i < 10; i += 1) await send(PATH, said(`198.51.100.${i}`));
    expect((await send(PATH, said("198.51.100.99"))).status).toBe(429);
    for (let i = 0; i < 12; i += 1)
      expect((await send(PATH, said(`198.51.100.${i}`), "10.0.0.1")).status).toBe(200);
  });

  run("signing in is rationed tighter, also with a slash at the end", async () => {
    const send = processOf(await patientWorld(env()));
    const login = "/api/v1/auth/login";
    expect(await statuses(send, 2, login, json({}))).toEqual([200, 200]);
    expect(await statuses(send, 1, login, json({}))).toEqual([429]);
    expect(await statuses(send, 1, `${login}/`, json({}))).toEqual([429]);
    for (const path of ["/reset", "/verify", "/api/v1/auth/password/forgot"])
      expect(await statuses(send, 1, path, json({}))).toEqual([429]);
    expect(await statuses(send, 1)).toEqual([200]);
  });
});

describe("what is given back can be taken again", () => {
  test.each(stores)("%s", async (name, env) => {
    if (name === "in Redis" && !redis) return;
    const world = await patientWorld(env());
    made.push(world);
    const limiter = world.limits.of("things", { points: 2, seconds: 60 });
    expect(world.limits.of("things", { points: 2, seconds: 60 })).toBe(limiter);
    const take = async (key: string) => (await limiter.take(key)).isOver;
    for (let i = 0; i < 5; i += 1) {
      expect(await take("a")).toBe(false);
      await limiter.giveBack("a");
    }
    expect([await take("a"), await take("a"), await take("a")]).toEqual([false, false, true]);
    expect(await take("b")).toBe(false);
  });
});

describe.each(stores)("of a day, counted %s,", (name, env) => {
  const run = test.skipIf(name === "in Redis" && !findRedis());
  const BOOKING = "/api/v1/bookings";
  const daily = (perDay: string) => ({
    ...env(),
    RATE_LIMIT_PER_MINUTE: "0",
    CLIENT_BOOKINGS_PER_DAY: perDay,
  });

  run("bookings, holds and moves together are rationed, by the API and by the pages", async () => {
    const send = processOf(await patientWorld(daily("5")));
    const asked: [string, RequestInit][] = [
      [BOOKING, json({})],
      ["/api/v1/meeting-types/x/holds", json({})],
      ["/api/v1/bookings/x/reschedule", { ...json({}), method: "PATCH" }],
      ["/ada/intro", json({})],
      ["/b/x/reschedule", json({})],
    ];
    for (const [path, init] of asked) expect((await send(path, init)).status).not.toBe(429);
    for (const [path, init] of asked) expect((await send(path, init)).status).toBe(429);
    const refused = await send(BOOKING, json({}));
    expect(refused.headers.get("ratelimit-policy")).toBe('"bookings-of-a-day";q=5;w=86400');
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(86_000, 86_401);
    // Reading, cancelling and another client are not concerned.
    const cancel = { ...json({}), method: "PATCH" };
    expect((await send("/api/v1/bookings/x/cancel", cancel)).status).not.toBe(429);
    expect(await statuses(send, 7)).toEqual(Array(7).fill(200));
    expect((await send(BOOKING, json({}), "192.0.2.77")).status).not.toBe(429);
  });

  run("it stands beside the ration of the minute, and the longer wait is told", async () => {
    const send = processOf(await patientWorld({ ...daily("2"), RATE_LIMIT_PER_MINUTE: "20" }));
    const first = await send(BOOKING, json({}));
    expect(first.headers.get("ratelimit-policy")).toBe(
      '"booking";q=6;w=60, "bookings-of-a-day";q=2;w=86400',
    );
    expect(first.headers.get("ratelimit")).toMatch(
      /^"booking";r=5;t=\d+, "bookings-of-a-day";r=1;t=\d+$/,
    );
    for (let i = 0; i < 8; i += 1) await send(BOOKING, json({}));
    expect(Number((await send(BOOKING, json({}))).headers.get("retry-after"))).toBeGreaterThan(60);
  });
});

describe("two processes share the count", () => {
  test.each(stores.slice(1))("%s", async (name, env) => {
    if (name === "in Redis" && !redis) return;
    const world = await patientWorld(env());
    const another = { ...world, limits: makeLimits(world, PATIENT_MS) };
    const [one, two] = [processOf(world), processOf(another)];
    const peer = "203.0.113.50";
    const first = await statuses(one, 6, PATH, {}, peer);
    const second = await statuses(two, 6, PATH, {}, peer);
    expect([...first, ...second].filter((status) => status === 200)).toHaveLength(10);
  });
});

test("events are counted apart: who tells much may still read, and the other way round", async () => {
  const send = processOf(await patientWorld({ RATE_LIMIT_PER_MINUTE: "10" }));
  const event = "/api/v1/analytics/event";
  expect(await statuses(send, 7, event, json({}))).toEqual([...Array(6).fill(200), 429]);
  expect(await statuses(send, 10)).toEqual(Array(10).fill(200));
  expect(await statuses(send, 1, event, json({}), "192.0.2.2")).toEqual([200]);
});

test("health is never limited, nor is a preflight", async () => {
  const send = processOf(await patientWorld({ RATE_LIMIT_PER_MINUTE: "1" }));
  expect(await statuses(send, 5, "/health")).toEqual(Array(5).fill(200));
  expect(await statuses(send, 5, PATH, { method: "OPTIONS" })).toEqual(Array(5).fill(204));
});

test("0 limits nothing and says nothing of limits", async () => {
  const send = processOf(await patientWorld({ RATE_LIMIT_PER_MINUTE: "0" }));
  const response = await send(PATH);
  expect(response.headers.has("ratelimit")).toBe(false);
});

describe("a store that fails", () => {
  const unreachable = { ...production, REDIS_URL: "redis://127.0.0.1:1" };

  test("keeps nobody out, and the process counts for itself", async () => {
    const send = processOf(await testWorld(unreachable));
    const all = await statuses(send, 12);
    expect(all.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(all.slice(10)).toEqual([429, 429]);
  });

  test.skipIf(!findRedis())("keeps nobody out when it hangs", async () => {
    const own = await startRedis();
    const send = processOf(await testWorld({ ...production, REDIS_URL: own.url }));
    expect(await statuses(send, 2)).toEqual([200, 200]);
    own.pause();
    // More than the test's time would allow if each had to wait for a second.
    const all = await statuses(send, 50);
    expect(all.slice(0, 8)).toEqual(Array(8).fill(200));
    expect(all.slice(10)).toEqual(Array(40).fill(429));
    await own.stop();
  });
});
if (!findRedis()) test.skip("limits in Redis: there is no redis-server on this machine", () => {});

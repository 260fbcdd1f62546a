import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { makeHost } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const TOKEN = "a-token-for-whoever-measures";

const linesOf = async (world: TestWorld): Promise<string[]> =>
  (await client(world)("GET", "/metrics", { token: TOKEN })).text.split("\n");

const figureIn = (lines: readonly string[], series: string): number =>
  Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1));

test("requests are counted by the route's template, the method and the class of the status", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  const api = client(world);
  const host = await makeHost(world);
  for (let i = 0; i < 3; i += 1) await api("GET", `/users/nobody-${i}`);
  await api("GET", `/users/${host.username}`);
  await api("GET", "/users/me");
  await api("POST", "/bookings", { body: "{" });
  await api("PROPFIND", "/users/me");
  const lines = await linesOf(world);
  const counted = lines.filter((line) => line.startsWith("kalends_http_requests_total{"));
  const of = (route: string, method: string, status: string) =>
    figureIn(
      counted,
      `kalends_http_requests_total{route="${route}",method="${method}",status="${status}"}`,
    );
  expect(of("/api/v1/users/:user", "GET", "4xx")).toBe(3);
  expect(of("/api/v1/users/:user", "GET", "2xx")).toBe(1);
  expect(of("/api/v1/users/me", "GET", "4xx")).toBe(1);
  expect(of("/api/v1/bookings", "POST", "4xx")).toBe(1);
  expect(counted.join("\n")).toContain('method="other"');
  expect(counted.join("\n")).not.toContain("nobody");
});

test("whatever is asked for, there are no more series than routes", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  const api = client(world);
  const seriesNow = async () =>
    (await linesOf(world)).filter((line) => line.startsWith("kalends_http_")).length;
  await api("GET", "/nothing/here/at/all");
  await api("GET", `/users/${newId()}`);
  await seriesNow();
  const before = await seriesNow();
  for (let i = 0; i < 20; i += 1) {
    await api("GET", `/nothing/here/at/all/${newId()}`);
    await api("GET", `/users/${newId()}`);
  }
  expect(await seriesNow()).toBe(before);
});

test("times go into a histogram by route, and one request asks the database nothing for it", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  const ran: string[] = [];
  const counting = {
    ...world,
    db: {
      ...world.db,
      run: (text: string, values: Parameters<typeof world.db.run>[1]) => {
        ran.push(text);
        return world.db.run(text, values);
      },
    },
  };
  await client(counting)("GET", "/users/nobody-at-all");
  const withMeter = ran.length;
  ran.length = 0;
  const plain = await testWorld();
  await client({ ...counting, requests: plain.requests })("GET", "/users/nobody-at-all");
  expect(withMeter).toBe(ran.length);
  const lines = await linesOf(world);
  const labels = `route="/api/v1/users/:user"`;
  expect(figureIn(lines, `kalends_http_request_seconds_count{${labels}}`)).toBe(1);
  expect(figureIn(lines, `kalends_http_request_seconds_bucket{le="+Inf",${labels}}`)).toBe(1);
});

test("without METRICS_TOKEN nothing is counted", async () => {
  const world = await testWorld();
  await client(world)("GET", "/users/nobody");
  expect(await world.requests.text()).toBe("");
});

test("the pool, the memory and the event loop of the process are told", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  const waiting = Array.from({ length: 6 }, () => world.db.run("select pg_sleep(0.3)", []));
  const { inUse, waiting: inLine, size } = world.db.load();
  expect([inUse + inLine, size]).toEqual([6, 4]);
  await Promise.all(waiting);
  const lines = await linesOf(world);
  expect(figureIn(lines, "kalends_pool_waiting")).toBe(0);
  expect(figureIn(lines, "kalends_pool_size")).toBe(4);
  expect(figureIn(lines, "kalends_process_resident_bytes")).toBeGreaterThan(10_000_000);
  expect(figureIn(lines, "kalends_event_loop_lag_seconds")).toBeGreaterThanOrEqual(0);
  expect(figureIn(lines, "kalends_process_uptime_seconds")).toBeGreaterThan(0);
});

test("deliveries of an hour are counted by channel and status", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  const host = await makeHost(world);
  const deliver = (channel: string, status: string, at: string) =>
    world.db.run(
      `with promise as (
         insert into outbox (id, queue, kind, user_id, due_at) values ($1, 'emails', 'WELCOME', $2, now()) returning id
       )
       insert into deliveries (outbox_id, channel, provider, attempts, status, created_at)
       select id, $3, 'mock', 1, $4, $5::text::timestamptz from promise`,
      [newId(), host.id, channel, status, at],
    );
  await deliver("email", "sent", "2026-11-22T09:30:00Z");
  await deliver("email", "sent", "2026-11-22T09:31:00Z");
  await deliver("email", "bounced", "2026-11-22T09:32:00Z");
  await deliver("sms", "delivered", "2026-11-22T09:33:00Z");
  await deliver("sms", "delivered", "2026-11-22T08:33:00Z");
  const lines = await linesOf(world);
  expect(lines.filter((line) => line.startsWith("kalends_deliveries_1h{"))).toEqual([
    'kalends_deliveries_1h{channel="email",status="bounced"} 1',
    'kalends_deliveries_1h{channel="email",status="sent"} 2',
    'kalends_deliveries_1h{channel="sms",status="delivered"} 1',
  ]);
});

// Clients' events on their way into the database: batched, never lost in order, never without bound.
import { expect, test } from "bun:test";
import { makeEventBuffer, type NotedEvent } from "../../src/analytics/event-buffer.ts";
import { newId } from "../../src/db/id.ts";
import type { World } from "../../src/world.ts";
import { startApi } from "../support/api-process.ts";
import { counting } from "../support/counting.ts";
import { eventually } from "../support/eventually.ts";
import { json, listening } from "../support/http.ts";
import { makeHost } from "../support/make.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { client, testWorld } from "../support/world.ts";

const NEVER = 3_600_000;
const EVENT = "/api/v1/analytics/event";

const event = (eventType: string, metadata: Record<string, unknown> = {}): NotedEvent => ({
  id: newId(),
  userId: null,
  eventType,
  metadata,
  createdAt: "2026-11-22T10:00:00Z",
});

const kept = async (world: World): Promise<string[]> =>
  (await world.db.run("select event_type from analytics_events order by event_type", [])).map(
    ({ eventType }) => String(eventType),
  );

/** A database that is away until it is told to answer. */
function moody(world: World) {
  let mood: "away" | "silent" | "deaf" | "well" = "away";
  const run: World["db"]["run"] = async (text, values) => {
    if (mood === "silent") return new Promise(() => {});
    if (mood === "away") throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
    const rows = await world.db.run(text, values);
    // It was done, and nobody heard of it.
    if (mood === "deaf") throw Object.assign(new Error("cut"), { code: "CONNECTION_CLOSED" });
    return rows;
  };
  return {
    at: { db: { ...world.db, run }, log: world.log },
    set: (to: typeof mood) => {
      mood = to;
    },
  };
}

test("many events are one statement, and are written without anybody asking", async () => {
  const { world, statements } = counting(await testWorld());
  const events = makeEventBuffer(world, { lingerMs: 5 });
  for (let i = 0; i < 200; i += 1) events.add(event(`E${100 + i}`));
  expect(statements).toEqual([]);
  await eventually(async () => expect(await kept(world)).toHaveLength(200));
  expect(statements.filter((text) => text.includes("insert"))).toHaveLength(1);
  await events.close();
});

test("an event is answered before it is written, with the time at which it was told", async () => {
  const world = await testWorld();
  const events = makeEventBuffer(world, { lingerMs: NEVER });
  const api = client({ ...world, events });
  const { status } = await api("POST", "/analytics/event", { body: { eventType: "SEEN" } });
  expect([status, await kept(world)]).toEqual([202, []]);
  world.setNow("2026-11-22T11:00:00Z");
  expect(await events.flush()).toBe(true);
  const rows = await world.db.run("select event_type, created_at from analytics_events", []);
  expect(rows.map((row) => `${row["eventType"]} ${row["createdAt"]}`)).toEqual([
    "SEEN 2026-11-22T10:00:00Z",
  ]);
  await events.close();
});

test("whoever asks the process that noted it is told of it at once", async () => {
  const world = await testWorld();
  const api = client(world);
  const { token } = await makeHost(world, { role: "admin" });
  const seen: number[] = [];
  for (const path of ["/analytics/dashboard", "/analytics/events"]) {
    await api("POST", "/analytics/event", { body: { eventType: "SEEN" } });
    const { body } = await api("GET", path, { token });
    seen.push(body.overview?.totalEvents ?? body.data.length);
  }
  expect(seen).toEqual([1, 2]);
});

test("what cannot be written waits, also what comes meanwhile, and is written once", async () => {
  const world = await testWorld();
  const { at, set } = moody(world);
  const events = makeEventBuffer(at, { lingerMs: NEVER });
  events.add(event("ONE"));
  expect(await events.flush()).toBe(false);
  events.add(event("TWO"));
  set("deaf");
  expect(await events.flush()).toBe(false);
  set("well");
  events.add(event("THREE"));
  expect(await events.flush()).toBe(true);
  expect(await kept(world)).toEqual(["ONE", "THREE", "TWO"]);
  await events.close();
});

test("it is tried again without anybody asking", async () => {
  const world = await testWorld();
  const { at, set } = moody(world);
  const events = makeEventBuffer(at, { lingerMs: 1 });
  events.add(event("ONE"));
  await Bun.sleep(50);
  set("well");
  await eventually(async () => expect(await kept(world)).toEqual(["ONE"]));
  await events.close();
});

test("while the database is away no more than a bound is kept; the rest is told to come again", async () => {
  const world = await testWorld();
  const { at, set } = moody(world);
  const events = makeEventBuffer(at, { lingerMs: NEVER, bytesMax: 2000 });
  const api = client({ ...world, events });
  const send = () => api("POST", "/analytics/event", { body: { eventType: "SEEN" } });
  let taken = 0;
  while ((await send()).status === 202) taken += 1;
  expect(taken).toBeWithin(5, 20);
  expect(await events.flush()).toBe(false);
  const refused = await send();
  expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(refused.headers.get("retry-after")).toBe("1");
  set("well");
  await events.flush();
  expect((await send()).status).toBe(202);
  await events.close();
  expect(await kept(world)).toHaveLength(taken + 1);
});

test("one that the database refuses takes no other with it", async () => {
  const { world, written } = listening(await testWorld());
  const events = makeEventBuffer(world, { lingerMs: NEVER });
  for (let i = 0; i < 9; i += 1)
    events.add(event(`E${i}`, i === 5 ? { a: "\0" } : i === 7 ? { b: "\ud800" } : {}));
  expect(await events.flush()).toBe(true);
  expect(await kept(world)).toEqual(["E0", "E1", "E2", "E3", "E4", "E6", "E8"]);
  expect(written().match(/cannot be kept/g)).toHaveLength(2);
  await events.close();
});

test("closing writes what waits", async () => {
  const world = await testWorld();
  const { at, set } = moody(world);
  const events = makeEventBuffer(at, { lingerMs: NEVER });
  events.add(event("ONE"));
  const closed = events.close();
  await Bun.sleep(50);
  set("well");
  await closed;
  expect(await kept(world)).toEqual(["ONE"]);
});

test.each(["away", "silent"] as const)(
  "closing ends while the database is %s, and says what is lost",
  async (mood) => {
    const { world, written } = listening(await testWorld());
    const { at, set } = moody(world);
    set(mood);
    const events = makeEventBuffer(at, { lingerMs: NEVER, closeWithinMs: 50 });
    events.add(event("ONE"));
    await events.close();
    expect(written()).toContain('"events":1,"msg":"Clients\' events are lost');
  },
);

test("a process that is told to stop writes what it has answered, also when the database hiccups", async () => {
  const world = await testWorld();
  const proxy = await tcpProxy(world.config.DATABASE_URL);
  const direct = { DATABASE_DIRECT_URL: world.config.DATABASE_URL };
  const processes = await Promise.all([
    startApi({ DATABASE_URL: world.config.DATABASE_URL }),
    startApi({ DATABASE_URL: proxy.url, ...direct }),
  ]);
  await proxy.refuse();
  const said: number[] = [];
  for (const { url } of processes)
    for (let i = 0; i < 20; i += 1)
      said.push((await fetch(`${url}${EVENT}`, json({ eventType: "SEEN" }))).status);
  expect(said).toEqual(Array(40).fill(202));
  for (const { child } of processes) child.kill("SIGTERM");
  await Bun.sleep(300);
  await proxy.heal();
  expect(await Promise.all(processes.map(({ child }) => child.exited))).toEqual([0, 0]);
  expect(await kept(world)).toHaveLength(40);
  await proxy.close();
});

// Streams of hints over real HTTP, at a pace for tests.
import { afterAll, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { edge } from "../../src/http/edge.ts";
import { eventStreams, type Topic } from "../../src/http/event-stream.ts";
import { listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { bareApp } from "../support/http.ts";
import { type TestWorld, testWorld } from "../support/world.ts";

const servers: ReturnType<typeof Bun.serve>[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop(true)));
});

/** A world that hears of changes: whoever comes first waits for that, on a busy machine longer than he may. */
async function hearingWorld(): Promise<TestWorld> {
  const world = await testWorld({ TRUSTED_PROXIES: "127.0.0.0/8" });
  await eventually(() => world.hints.ready());
  return world;
}

/** A server with one stream, on `root` and `subject`. */
async function serve(
  habits: Parameters<typeof eventStreams>[1],
  given?: TestWorld,
  topic: Partial<Topic> = {},
) {
  const world = given ?? (await hearingWorld());
  const streams = eventStreams(world, { coalesceMs: 20, ...habits });
  const [root, subject] = [newId(), newId()];
  const app = bareApp(world).get("/events", ({ request }) =>
    streams(request, { channel: "availability", subjects: [root, subject], root, ...topic }),
  );
  const handle = edge(world, app.fetch);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, self) => handle(request, self.requestIP(request)?.address),
  });
  servers.push(server);
  /** All in one transaction, so that they are told in one moment. */
  const notify = (...what: string[]) =>
    world.db.run("select pg_notify('availability', each) from unnest($1::text[]) each", [
      `{${what.length > 0 ? what.join() : subject}}`,
    ]);
  return { world, streams, server, root, subject, notify, url: `${server.url}events` };
}

const none = (streams: { count(): number }) =>
  eventually(() => {
    if (streams.count() > 0) throw new Error(`${streams.count()} streams are open`);
  });

test("a stream begins with how to come back, and says changed for each hint", async () => {
  const { notify, url } = await serve({});
  const stream = await listenTo(url);
  await notify();
  await stream.heard(1);
  await notify(newId());
  await notify();
  await stream.heard(2);
  stream.leave();
  expect(stream.text()).toBe(`retry: 3000\n\n${"event: changed\ndata: {}\n\n".repeat(2)}`);
});

test("many hints in a moment are one", async () => {
  const subjects = Array.from({ length: 20 }, newId);
  const { notify, url } = await serve({ coalesceMs: 300 }, undefined, { subjects });
  const stream = await listenTo(url);
  await notify(...subjects);
  await stream.heard(1);
  await Bun.sleep(400);
  expect(stream.hints()).toBe(1);
  await notify(...subjects);
  await stream.heard(2);
  stream.leave();
});

test("a silent stream has a heartbeat", async () => {
  const { url } = await serve({ heartbeatMs: 30 });
  const stream = await listenTo(url);
  await eventually(() => expect(stream.text().split(": still here\n\n").length).toBeGreaterThan(3));
  expect(stream.hints()).toBe(0);
  stream.leave();
});

test("a client that goes away frees its place, however it goes", async () => {
  const { streams, url } = await serve({ heartbeatMs: 30 });
  const all = await Promise.all([1, 2, 3].map(() => listenTo(url)));
  expect(streams.count()).toBe(3);
  all[0]?.leave();
  await eventually(() => expect(streams.count()).toBe(2));
  all[1]?.leave();
  all[2]?.leave();
  await none(streams);
  const impatient = Array.from({ length: 10 }, async () => {
    const gone = new AbortController();
    setTimeout(() => gone.abort(), Math.random() * 5);
    await fetch(url, { signal: gone.signal })
      .then((each) => each.text())
      .catch(() => {});
  });
  await Promise.all(impatient);
  await none(streams);
});

test("HEAD opens nothing that would stay open", async () => {
  const { streams, url } = await serve({});
  const { status, headers } = await fetch(url, { method: "HEAD" });
  expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(streams.count()).toBe(0);
});

test("an address has so many streams and no more, and gets them back", async () => {
  const { streams, url } = await serve({ maxStreamsPerAddress: 2 });
  const from = (address: string) => listenTo(url, { "x-forwarded-for": address });
  const [one, two] = [await from("192.0.2.1"), await from("192.0.2.1")];
  const refused = await from("192.0.2.1");
  expect(refused.response.status).toBe(429);
  expect(refused.response.headers.get("retry-after")).toBe("30");
  await refused.ended;
  expect(JSON.parse(refused.text()).code).toBe("rate_limited");
  const other = await from("192.0.2.2");
  expect(other.response.status).toBe(200);
  one.leave();
  await eventually(() => expect(streams.count()).toBe(2));
  const again = await from("192.0.2.1");
  expect(again.response.status).toBe(200);
  for (const each of [two, other, again]) each.leave();
  await none(streams);
});

test("neighbours in IPv6 are one address, and all together have so many streams", async () => {
  const { url, streams } = await serve({ maxStreamsPerAddress: 2, maxStreams: 3 });
  const from = (address: string) => listenTo(url, { "x-forwarded-for": address });
  const open = [await from("2001:db8::1"), await from("2001:db8::2")];
  expect((await from("2001:db8::3")).response.status).toBe(429);
  open.push(await from("2001:db8:1::1"));
  const refused = await from("2001:db8:2::1");
  expect([refused.response.status, refused.response.headers.get("retry-after")]).toEqual([
    503,
    "30",
  ]);
  for (const each of open) each.leave();
  await none(streams);
});

test("a change of the root is told, and ends the stream", async () => {
  const { notify, root, subject, streams, url } = await serve({});
  const stream = await listenTo(url);
  await notify(subject, root);
  await stream.ended;
  expect(stream.hints()).toBe(1);
  expect(streams.count()).toBe(0);
});

test("the same id on another channel is something else", async () => {
  const { world, subject, notify, url } = await serve({}, undefined, { channel: "notifications" });
  const stream = await listenTo(url);
  await notify();
  await world.db.run("select pg_notify('notifications', $1)", [subject]);
  await stream.heard(1);
  await notify();
  await Bun.sleep(100);
  expect(stream.hints()).toBe(1);
  stream.leave();
});

test("a stream ends when who listens may no longer, or nobody can tell", async () => {
  for (const no of [() => Promise.resolve(false), () => Promise.reject(new Error("no database"))]) {
    let answer = () => Promise.resolve(true);
    let asked = 0;
    const mayListen = () => {
      asked += 1;
      return answer();
    };
    const { streams, url } = await serve({ recheckMs: 20 }, undefined, { mayListen });
    const stream = await listenTo(url);
    await eventually(() => expect(asked).toBeGreaterThan(2));
    expect(streams.count()).toBe(1);
    answer = no;
    await stream.ended;
    expect(streams.count()).toBe(0);
    const before = asked;
    await Bun.sleep(60);
    expect(asked).toBe(before);
  }
});

test("when the process stops, streams end at once and none begins", async () => {
  const { world, server, streams, url } = await serve({});
  const open = await Promise.all([1, 2, 3].map(() => listenTo(url)));
  await Promise.all([world.hints.close(), server.stop()]);
  await Promise.all(open.map(({ ended }) => ended));
  expect(streams.count()).toBe(0);
  const late = await streams(new Request("http://kalends.test/events"), {
    channel: "availability",
    subjects: [],
  });
  expect(await late.text()).toBe("retry: 3000\n\n");
  expect(streams.count()).toBe(0);
});

const dropEars = (world: TestWorld) =>
  world.db.run(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'kalends listener' and datname = current_database()`,
    [],
  );

test("a connection that is lost is made anew; whoever waits is told that he may have missed something", async () => {
  const { world, notify, url } = await serve({});
  const stream = await listenTo(url);
  expect(await dropEars(world)).toHaveLength(1);
  await notify();
  // Listening anew is itself a change of everything, the root too.
  await stream.ended;
  expect(stream.hints()).toBe(1);
  const again = await listenTo(url);
  await notify();
  await again.heard(1);
  again.leave();
});

test("while changes cannot be heard, a stream is 503 rather than silent", async () => {
  const world = await testWorld({ DATABASE_DIRECT_URL: "postgres://127.0.0.1:1/none" });
  const { url, streams } = await serve({}, world);
  const { response } = await listenTo(url);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "10"]);
  expect(streams.count()).toBe(0);
  await world.hints.close();
});

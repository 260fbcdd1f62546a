// Free times are read from a real streaming standby; what decides is not.
import { afterAll, expect, test } from "bun:test";
import { makeReplica, type Replica } from "../../src/db/replica.ts";
import { connect } from "../../src/db/sql.ts";
import { makeHints } from "../../src/hints.ts";
import { startApi } from "../support/api-process.ts";
import { hearing, listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { replicatedServer } from "../support/standby.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { client, testWorld } from "../support/world.ts";

const server = await replicatedServer();
// Statements are counted here: each answer is worked out.
const base = await testWorld({ DATABASE_URL: server.url, CACHE_MEGABYTES: "0" });
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await base.db.close();
  await server[Symbol.asyncDispose]();
});

const NINE = "2026-11-23T09:00:00Z";
const WINDOW = "from=2026-11-23&until=2026-11-23";
// Longer than any machine stands still, where a test is about what is trusted.
const PATIENT_MS = 600_000;

interface Reading {
  readonly from?: string;
  readonly maxLagMs?: number;
  /** How long it may leave a statement unanswered: else as long as in production. */
  readonly deadlineMs?: number;
}

/** A world that reads from this URL, and what it asks there. */
function readingFrom({ from = server.standbyUrl, maxLagMs = PATIENT_MS, deadlineMs }: Reading) {
  const { DATABASE_POOL_SIZE: poolSize } = base.config;
  const options = { poolSize, prepare: true, setTimeouts: true, checkRows: true };
  const copy = connect({ ...options, url: from, ...(deadlineMs && { deadlineMs }) });
  const replica = makeReplica(
    { primary: base.db, replica: copy, log: base.log },
    { maxLagMs, restMs: 300 },
  );
  const hints = makeHints(server.url, replica.caughtUp);
  closing.push(
    () => replica.close(),
    () => hints.close(),
  );
  const world = { ...base, replica, hints };
  return { world, replica, api: client(world) };
}

const trusted = (replica: Replica) =>
  eventually(() => expect(replica.state().isTrusted).toBe(true));

async function setUp(given: Reading = {}) {
  const reading = readingFrom(given);
  const host = await makeHost(base);
  const type = await makeMeetingType(base, host);
  await server.caughtUp();
  const path = `/meeting-types/${type.id}/slots?${WINDOW}`;
  const starts = async () => {
    const { status, body } = await reading.api("GET", path);
    expect(status).toBe(200);
    return body.days.flatMap((day: { slots: { start: string }[] }) =>
      day.slots.map(({ start }) => start),
    ) as string[];
  };
  return { ...reading, host, type, path, starts };
}

test("free times, by id and by names, and their tag are read from the replica", async () => {
  const { api, replica, host, type, path } = await setUp();
  await replica.warm();
  await trusted(replica);
  const before = replica.state().answered;
  const byId = await api("GET", path);
  const byName = await api("GET", `/users/${host.username}/${type.slug}/slots?${WINDOW}`);
  expect(byId.body.days[0].slots.length).toBeGreaterThan(3);
  expect(byName.body).toEqual(byId.body);
  const headers = { "if-none-match": byId.headers.get("etag")! };
  expect((await api("GET", path, { headers })).status).toBe(304);
  // the facts; the names and the facts; the state
  expect(replica.state().answered).toEqual({ ...before, replica: before.replica + 4 });
});

test("a time that only the replica still shows is refused, also the second time", async () => {
  const { api, replica, type, starts } = await setUp();
  await replica.warm();
  await trusted(replica);
  await server.pause();
  try {
    expect((await book(api, type, NINE)).status).toBe(201);
    expect(await starts()).toContain(NINE);
    for (const _ of [1, 2]) {
      const refused = await book(api, type, NINE);
      expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
      expect(JSON.stringify(refused.body.alternatives ?? [])).not.toContain(NINE);
    }
  } finally {
    await server.resume();
  }
  await eventually(async () => expect(await starts()).not.toContain(NINE));
  expect(replica.state().isTrusted).toBe(true);
});

test("who is told of a change reads it: hints wait for the replica", async () => {
  const { world, api, replica, host, type, starts } = await setUp();
  await replica.warm();
  await trusted(replica);
  await world.hints.ready();
  const told: (string | null)[] = [];
  const stop = world.hints.subscribe("availability", [host.id], (subject) => told.push(subject));
  // What was changed just before it began.
  await eventually(() => expect(told).toEqual([null]));
  await server.pause();
  // Told by way of the same connection, after the booking's own hint.
  const later = Promise.withResolvers<void>();
  world.hints.subscribe("notifications", [host.id], () => later.resolve());
  try {
    expect((await book(api, type, NINE)).status).toBe(201);
    await base.db.run("select pg_notify('notifications', $1)", [host.id]);
    await later.promise;
    expect(told).toEqual([null]);
  } finally {
    await server.resume();
  }
  await eventually(() => expect(told).toContain(host.id));
  expect(await starts()).not.toContain(NINE);
  expect(replica.state().isTrusted).toBe(true);
  stop();
});

test("a replica that is too far behind is not read, and nobody waits for it to hear of a change", async () => {
  const { world, api, replica, host, type, starts } = await setUp({ maxLagMs: 1_500 });
  await replica.warm();
  await trusted(replica);
  await world.hints.ready();
  await server.pause();
  try {
    const told: (string | null)[] = [];
    const stop = world.hints.subscribe("availability", [host.id], (subject) => told.push(subject));
    expect((await book(api, type, NINE)).status).toBe(201);
    await eventually(async () => expect(await starts()).not.toContain(NINE));
    expect(replica.state().isTrusted).toBe(false);
    expect(replica.state().behindSeconds).toBeGreaterThan(1.5);
    await eventually(() => expect(told).toContain(host.id));
    stop();
  } finally {
    await server.resume();
  }
  await trusted(replica);
  expect(await starts()).not.toContain(NINE);
});

test("a replica that breaks, refuses or hangs costs nobody his answer", async () => {
  await using proxy = Object.assign(await tcpProxy(server.standbyUrl), {
    [Symbol.asyncDispose]: () => proxy.close(),
  });
  const { api, replica, type, path, starts } = await setUp({ from: proxy.url, deadlineMs: 500 });
  await replica.warm();
  for (const trouble of [
    async () => proxy.cut(),
    () => proxy.refuse(),
    async () => proxy.freeze(),
  ]) {
    await trusted(replica);
    await trouble();
    const before = replica.state().answered;
    for (const _ of [1, 2, 3]) expect(await starts()).toContain(NINE);
    const { replica: byReplica, primary } = replica.state().answered;
    expect(byReplica + primary).toBe(before.replica + before.primary + 3);
    expect((await api("GET", path, { headers: { "if-none-match": "W/x" } })).status).toBe(200);
    expect((await api("GET", "/health/ready")).status).toBe(200);
    await proxy.heal();
    proxy.cut();
  }
  // Then it is read again.
  const before = replica.state().answered.replica;
  await eventually(async () => {
    expect(await starts()).toContain(NINE);
    expect(replica.state().answered.replica).toBeGreaterThan(before);
  });
  expect((await book(api, type, NINE)).status).toBe(201);
});

test("who has just made something finds it, though the replica does not know it yet", async () => {
  const { api, replica, host, type } = await setUp();
  await replica.warm();
  await trusted(replica);
  const made = await book(api, type, NINE);
  await server.caughtUp();
  await server.pause();
  try {
    const fresh = await makeMeetingType(base, host);
    expect((await api("GET", `/meeting-types/${fresh.id}/slots?${WINDOW}`)).status).toBe(200);
    const named = `/users/${host.username}/${fresh.slug}/slots?${WINDOW}`;
    expect((await api("GET", named)).status).toBe(200);
    const another = await book(api, type, "2026-11-23T10:00:00Z");
    expect([made.status, another.status]).toEqual([201, 201]);
    const moved = await api(
      "GET",
      `/meeting-types/${type.id}/slots?${WINDOW}&rescheduleOf=${another.body.booking.id}`,
    );
    const starts = JSON.stringify(moved.body.days);
    expect(starts).toContain("2026-11-23T10:00:00Z");
    expect(starts).not.toContain(NINE);
    expect((await api("GET", `/meeting-types/${host.id}/slots?${WINDOW}`)).status).toBe(404);
  } finally {
    await server.resume();
  }
});

test("the metrics tell whether it is read, how far it is behind, and who answered", async () => {
  const { world, replica, starts } = await setUp();
  const METRICS_TOKEN = "a-token-for-whoever-measures";
  const measured = client({ ...world, config: { ...world.config, METRICS_TOKEN } });
  const metrics = async () => (await measured("GET", "/metrics", { token: METRICS_TOKEN })).text;
  const before = await metrics();
  expect(before).toContain("kalends_replica_up 0\n");
  expect(before).toContain("kalends_replica_behind_seconds +Inf\n");
  await replica.warm();
  await trusted(replica);
  await starts();
  const after = await metrics();
  expect(after).toContain("kalends_replica_up 1\n");
  expect(after).toMatch(/kalends_replica_behind_seconds \d/);
  expect(after).toContain('kalends_replica_statements_total{by="replica"} 1\n');
  expect(after).toContain('kalends_replica_statements_total{by="primary"} 0\n');
  await world.queues.close();
});

test("an API process reads there, lets open widgets read what they are told of, and stops in order", async () => {
  const METRICS_TOKEN = "a-token-for-whoever-measures";
  const { url: DATABASE_URL, standbyUrl: DATABASE_READ_URL } = server;
  const process = await startApi({ DATABASE_URL, DATABASE_READ_URL, METRICS_TOKEN });
  const host = await makeHost(base, {
    hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
  });
  const type = await makeMeetingType(base, host);
  await server.caughtUp();
  // Processes have the real clock.
  const day = Temporal.Now.plainDateISO("UTC").add({ days: 14 }).toString();
  const path = `${process.url}/api/v1/meeting-types/${type.id}/slots`;
  const free = async () => (await fetch(`${path}?from=${day}&until=${day}`)).text();
  const nine = `"start":"${day}T09:00:00Z"`;
  await eventually(async () => {
    expect(await free()).toContain(nine);
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    const text = await (await fetch(`${process.url}/metrics`, { headers })).text();
    expect(text).toMatch(/replica_statements_total\{by="replica"\} [1-9]/);
  });
  await hearing(`${path}/events`);
  const stream = await listenTo(`${path}/events`);
  // What was changed just before it opened.
  await stream.heard(1);
  const booked = await fetch(`${process.url}/api/v1/bookings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      meetingTypeId: type.id,
      start: `${day}T09:00:00Z`,
      guest: { name: "Grace", email: "grace@example.com", timeZone: "UTC" },
    }),
  });
  expect(booked.status).toBe(201);
  await stream.heard(2);
  expect(await free()).not.toContain(nine);
  process.child.kill("SIGTERM");
  expect(await process.child.exited).toBe(0);
  expect(process.written()).toContain("The replica is close behind");
});

test("what is no copy of this database is never read", async () => {
  const other = (await testWorld()).config.DATABASE_URL;
  for (const url of [server.url, other]) {
    const { replica, starts } = await setUp({ from: url });
    await replica.warm();
    for (const _ of [1, 2, 3]) expect(await starts()).toContain(NINE);
    expect(replica.state()).toEqual({
      isTrusted: false,
      behindSeconds: Infinity,
      answered: { replica: 0, primary: 3 },
    });
  }
});

// GET /meeting-types/:id/slots/events between real processes on one database.
import { afterAll, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { type ApiProcess, startApi } from "../support/api-process.ts";
import { hearing, type Listener, listenTo } from "../support/event-stream.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const env = { DATABASE_URL: world.config.DATABASE_URL };
const [one, two] = await Promise.all([startApi(env), startApi(env)]);
afterAll(() => {
  for (const each of bells) each.leave();
  for (const { child } of [one, two]) child.kill("SIGKILL");
});

const urlOf = (process: ApiProcess, type: { id: string }) =>
  `${process.url}/api/v1/meeting-types/${type.id}/slots/events`;

// Made before anybody listens: the only hint of this host is the one that settled() gives.
const bellRinger = await makeHost(world);
const bell = await makeMeetingType(world, bellRinger);
const bells = await Promise.all(
  [one, two].map(async (each) => {
    await hearing(urlOf(each, bell));
    return listenTo(urlOf(each, bell));
  }),
);

/** Settles once each process has been told of all that was changed before: hints come in order. */
async function settled(): Promise<void> {
  const counts = bells.map((each) => each.hints());
  await world.db.run("select pg_notify('availability', $1)", [bellRinger.id]);
  await Promise.all(bells.map((each, i) => each.heard(counts[i]! + 1)));
}

/** A type of two hosts, and a stream on it at each process, which has nothing to tell of their making. */
async function setUp() {
  const [host, other] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, host, {
    groups: [{ hosts: [host, other], required: 1 }],
  });
  await settled();
  const streams = await Promise.all([one, two].map((each) => listenTo(urlOf(each, type))));
  return { host, other, type, streams };
}

const all = (streams: Listener[], count: number) =>
  Promise.all(streams.map((stream) => stream.heard(count)));

/** Processes have the real clock: a working day that lies well ahead. */
const SOON = Temporal.Now.plainDateISO("UTC").add({ days: 14 });
const WORKDAY = SOON.add({ days: SOON.dayOfWeek > 5 ? 2 : 0 }).toString();

const bookAt = (process: ApiProcess, type: { id: string }, time: string) =>
  fetch(`${process.url}/api/v1/bookings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      meetingTypeId: type.id,
      start: `${WORKDAY}T${time}:00Z`,
      guest: { name: "Grace", email: "grace@example.com", timeZone: "UTC" },
    }),
  });

test("a booking through one process is heard at every other", async () => {
  const { type, streams } = await setUp();
  expect((await bookAt(one, type, "09:00")).status).toBe(201);
  await all(streams, 1);
  expect((await bookAt(two, type, "09:30")).status).toBe(201);
  await all(streams, 2);
  for (const stream of streams) stream.leave();
});

test("whatever changes free times is heard, in whichever process; other types' changes are not", async () => {
  const { host, other, streams } = await setUp();
  const strangers = await makeMeetingType(world, await makeHost(world));
  await settled();
  const unheard = await listenTo(urlOf(one, strangers));
  let count = 0;
  const expectHint = async (change: Promise<unknown>) => {
    await change;
    count += 1;
    await all(streams, count);
  };
  const patch = (id: string, token: string, body: object) =>
    api("PATCH", `/schedules/${id}`, { token, body });
  await expectHint(patch(host.scheduleId, host.token, { hours: [] }));
  await expectHint(patch(other.scheduleId, other.token, { overrides: [] }));
  const away = { token: other.token, body: { from: "2026-12-24", until: "2026-12-24" } };
  await expectHint(api("POST", "/out-of-office", away));
  await expectHint(world.db.run("update users set status = 'INACTIVE' where id = $1", [other.id]));
  await settled();
  expect(unheard.hints()).toBe(0);
  for (const stream of [...streams, unheard]) stream.leave();
});

test("a change of the type is told and ends the stream; the next one knows its new hosts", async () => {
  const { host, type, streams } = await setUp();
  const third = await makeHost(world);
  await world.db.run(
    `with t as (update meeting_types set version = version + 1 where id = $1)
     insert into group_hosts (meeting_type_id, group_position, position, host_id) values ($1, 1, 9, $2)`,
    [type.id, third.id],
  );
  await Promise.all(streams.map(({ ended }) => ended));
  expect(streams.filter((stream) => stream.hints() === 0)).toEqual([]);
  const again = await listenTo(urlOf(two, type));
  await api("PATCH", `/schedules/${third.scheduleId}`, { token: third.token, body: { hours: [] } });
  await again.heard(1);
  await api("DELETE", `/meeting-types/${type.id}`, { token: host.token });
  await again.ended;
  expect((await listenTo(urlOf(two, type))).response.status).toBe(404);
});

test("anybody may listen, from any site; nothing is kept, squeezed or replayed", async () => {
  const { type, streams } = await setUp();
  const { response, leave } = await listenTo(urlOf(one, type), {
    origin: "https://customer.example",
    "accept-encoding": "gzip, br",
    "last-event-id": "41",
  });
  expect(response.status).toBe(200);
  const header = (name: string) => response.headers.get(name);
  expect(header("content-type")).toBe("text/event-stream");
  expect(header("cache-control")).toBe("no-store");
  expect(header("content-encoding")).toBeNull();
  expect(header("access-control-allow-origin")).toBe("https://customer.example");
  expect(header("access-control-allow-credentials")).toBeNull();
  expect(header("x-content-type-options")).toBe("nosniff");
  for (const each of [...streams, { leave }]) each.leave();
});

test("what is not there cannot be listened to", async () => {
  const host = await makeHost(world);
  const archived = await makeMeetingType(world, host, { archivedAt: "2026-11-01" });
  expect((await fetch(urlOf(one, archived))).status).toBe(404);
  expect((await fetch(urlOf(one, { id: newId() }))).status).toBe(404);
  expect((await fetch(urlOf(one, { id: "none" }))).status).toBe(422);
});

test("a process that is told to stop ends its streams and is gone, by itself", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const doomed = await startApi(env);
  await hearing(urlOf(doomed, type));
  const streams = await Promise.all([1, 2, 3].map(() => listenTo(urlOf(doomed, type))));
  doomed.child.kill("SIGTERM");
  await Promise.all(streams.map(({ ended }) => ended));
  expect(await doomed.child.exited).toBe(0);
});

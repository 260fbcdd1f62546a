// GET /notifications/events between real processes on one database.
import { afterAll, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { type ApiProcess, startApi } from "../support/api-process.ts";
import { listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld();
const env = { DATABASE_URL: world.config.DATABASE_URL };
const [one, two] = await Promise.all([startApi(env), startApi(env)]);
afterAll(() => {
  for (const { child } of [one, two]) child.kill("SIGKILL");
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const hear = (process: ApiProcess, token: string) =>
  listenTo(`${process.url}/api/v1/notifications/events`, bearer(token));
const ask = async (process: ApiProcess, token: string, path: string, method = "GET") => {
  const url = `${process.url}/api/v1/notifications${path}`;
  return (await fetch(url, { method, headers: bearer(token) })).json();
};

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

const EARS = "application_name = 'kalends listener' and datname = current_database()";

/** Takes the ears of every process that has one, and waits until they are gone; how many. */
const dropEars = async (): Promise<number> =>
  (
    await world.db.run(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${EARS}`,
      [],
    )
  ).length;

/** Until so many hear again, each of which tells all its streams that something may have changed. */
const hearAgain = (count: number) =>
  eventually(async () => {
    const there = `select from pg_stat_activity where ${EARS} and state = 'idle' and query like 'listen%'`;
    expect(await world.db.run(there, [])).toHaveLength(count);
  });

test("what is told through one process wakes who listens at another, and nobody else", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const stranger = await makeHost(world);
  const [mine, theirs] = [await hear(two, host.token), await hear(two, stranger.token)];
  expect(mine.response.headers.get("content-type")).toBe("text/event-stream");
  expect((await bookAt(one, type, "09:00")).status).toBe(201);
  await mine.heard(1);
  const { data } = await ask(two, host.token, "");
  expect(data).toMatchObject([{ type: "BOOKING_CONFIRMED", isRead: false }]);
  await bookAt(two, type, "10:00");
  await mine.heard(2);
  // Another window of the same user shows it as read, and as gone.
  await ask(one, host.token, `/${data[0].id}/read`, "PATCH");
  await mine.heard(3);
  await ask(one, host.token, `/${data[0].id}`, "DELETE");
  await mine.heard(4);
  expect(theirs.hints()).toBe(0);
  expect(mine.text()).not.toContain("Grace");
  for (const stream of [mine, theirs]) stream.leave();
});

test("changed free times of a host are not what he is told", async () => {
  const [host, other] = [await makeHost(world), await makeHost(world)];
  const [stream, beside] = [await hear(one, host.token), await hear(one, other.token)];
  const tell = (to: Host) =>
    world.db.run("insert into notifications (id, user_id, type) values ($1, $2, 'WELCOME')", [
      newId(),
      to.id,
    ]);
  await world.db.run("select pg_notify('availability', $1)", [host.id]);
  // What is told later is heard later: a hint of both would be one.
  await tell(other);
  await beside.heard(1);
  expect(stream.hints()).toBe(0);
  await tell(host);
  await stream.heard(1);
  for (const each of [stream, beside]) each.leave();
});

test("after a lost connection the next GET has everything, whichever side lost it", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const first = await hear(one, host.token);
  first.leave();
  await bookAt(two, type, "09:00");
  const again = await hear(one, host.token);
  expect((await ask(one, host.token, "/count")).unread).toBe(1);
  // The process loses its ear: what is told meanwhile is not heard, but that something may be is.
  const dropped = await dropEars();
  expect(dropped).toBeGreaterThan(0);
  await bookAt(two, type, "10:00");
  await again.heard(1);
  expect((await ask(one, host.token, "/count")).unread).toBe(2);
  await bookAt(two, type, "11:00");
  await again.heard(2);
  again.leave();
  await hearAgain(dropped);
});

test("nobody listens without a session, and a stream says whose it is by the token alone", async () => {
  const { response } = await listenTo(`${one.url}/api/v1/notifications/events`);
  expect(response.status).toBe(401);
  const host = await makeHost(world);
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
  expect((await hear(one, host.token)).response.status).toBe(401);
});

import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import type { Parameter } from "../../src/db/sql.ts";
import { countUnreadNotifications, listNotifications } from "../../src/notifications/queries.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

/** Tells a user something; the later, the newer. */
async function notify(userId: string, given: { isRead?: boolean; metadata?: object } = {}) {
  const id = newId();
  await world.db.run(
    `insert into notifications (id, user_id, type, is_read, metadata, created_at)
     values ($1, $2, 'WELCOME', $3, $4, $5)`,
    [
      id,
      userId,
      given.isRead ?? false,
      world.db.parameter("jsonb", (given.metadata ?? {}) as never),
      world.now() as never,
    ],
  );
  return id;
}

const idsOf = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);

test("a notification is shown whole", async () => {
  const host = await makeHost(world);
  const id = await notify(host.id, { metadata: { bookingId: "x", note: null } });
  const { status, body } = await api("GET", "/notifications", { token: host.token });
  expect(status).toBe(200);
  expect(body).toEqual({
    data: [
      {
        id,
        type: "WELCOME",
        title: "Welcome to Kalends",
        message: expect.stringContaining("Create a meeting type"),
        isRead: false,
        metadata: { bookingId: "x", note: null },
        createdAt: "2026-11-22T10:00:00Z",
      },
    ],
    nextCursor: null,
  });
});

test("the newest is who was told last, whatever the ids say", async () => {
  const { id: userId, token } = await makeHost(world);
  const told = async (id: string, at: string) =>
    world.db.run(
      "insert into notifications (id, user_id, type, created_at) values ($1, $2, 'WELCOME', $3)",
      [id, userId, Temporal.Instant.from(at) as never],
    );
  const later = newId();
  const sooner = newId();
  await told(sooner, "2026-11-21T10:00:00Z");
  await told(later, "2026-11-22T10:00:00Z");
  const oldIdButNewest = "01000000-0000-7000-8000-000000000000";
  await told(oldIdButNewest, "2026-11-23T10:00:00Z");
  for (const list of ["/notifications", "/notifications/unread"]) {
    const { body } = await api("GET", `${list}?limit=2`, { token });
    expect(idsOf(body)).toEqual([oldIdButNewest, later]);
    const rest = await api("GET", `${list}?limit=2&cursor=${body.nextCursor}`, { token });
    expect(idsOf(rest.body)).toEqual([sooner]);
  }
});

test("what was kept in words, or cannot be read, is shown all the same", async () => {
  const { id: userId, token } = await makeHost(world);
  const told = { title: "New booking", message: "Grace Hopper booked Intro call." };
  await notify(userId, { metadata: { bookingId: "x", told } });
  await world.db.run(
    "insert into notifications (id, user_id, type, metadata) values ($1, $2, 'BOOKING_CANCELLED', '{}')",
    [newId(), userId],
  );
  const { data } = (await api("GET", "/notifications", { token })).body;
  expect(data).toMatchObject([
    { type: "BOOKING_CANCELLED", title: "Something happened", message: "See your bookings." },
    { ...told, metadata: { bookingId: "x" } },
  ]);
});

test("words are found when they are read, in the zone of that day", async () => {
  const { id: userId, token } = await makeHost(world);
  const facts = { title: "Intro call", start: "2026-12-01T09:00:00Z", guest: "Grace", by: null };
  await world.db.run(
    "insert into notifications (id, user_id, type, metadata) values ($1, $2, 'BOOKING_RESCHEDULED', $3)",
    [newId(), userId, world.db.parameter("jsonb", facts as never)],
  );
  const message = async () => (await api("GET", "/notifications", { token })).body.data[0].message;
  expect(await message()).toBe("A host moved Intro call to Tue, 1 Dec 2026, 09:00.");
  await api("PATCH", "/users/me", { token, body: { timeZone: "America/New_York" } });
  expect(await message()).toBe("A host moved Intro call to Tue, 1 Dec 2026, 04:00.");
});

test("unread ones come first, then the newest, over all pages and each once", async () => {
  const { id: userId, token } = await makeHost(world);
  const states = [true, false, true, false, false, true, false];
  const made: { id: string; isRead: boolean }[] = [];
  for (const isRead of states) made.push({ id: await notify(userId, { isRead }), isRead });
  const newest = made.toReversed();
  const wanted = [...newest.filter((n) => !n.isRead), ...newest.filter((n) => n.isRead)];

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor ? `&cursor=${cursor}` : "";
    const { body } = await api("GET", `/notifications?limit=2${more}`, { token });
    seen.push(...idsOf(body));
    cursor = body.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(wanted.map(({ id }) => id));
});

test("GET /notifications/unread pages through what is unread, newest first", async () => {
  const { id: userId, token } = await makeHost(world);
  const first = await notify(userId);
  await notify(userId, { isRead: true });
  const second = await notify(userId);
  const page = await api("GET", "/notifications/unread?limit=1", { token });
  expect(idsOf(page.body)).toEqual([second]);
  const rest = await api("GET", `/notifications/unread?cursor=${page.body.nextCursor}`, { token });
  expect(idsOf(rest.body)).toEqual([first]);
  expect(rest.body.nextCursor).toBeNull();
});

test("a cursor of another list is refused", async () => {
  const { id: userId, token } = await makeHost(world);
  await notify(userId);
  await notify(userId);
  const { body } = await api("GET", "/notifications?limit=1", { token });
  const answer = await api("GET", `/notifications/unread?cursor=${body.nextCursor}`, { token });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "cursor" }] } });
});

test("reading one, twice, counts once", async () => {
  const { id: userId, token } = await makeHost(world);
  const id = await notify(userId);
  await notify(userId);
  expect((await api("GET", "/notifications/count", { token })).body).toEqual({ unread: 2 });
  for (let i = 0; i < 2; i++) {
    const { status, body } = await api("PATCH", `/notifications/${id}/read`, { token });
    expect({ status, body }).toMatchObject({ status: 200, body: { id, isRead: true } });
    expect((await api("GET", "/notifications/count", { token })).body).toEqual({ unread: 1 });
  }
});

test("reading all reads mine and nobody else's", async () => {
  const { id: userId, token } = await makeHost(world);
  const other = await makeHost(world);
  for (const id of [userId, userId, other.id]) await notify(id);
  const { body } = await api("PATCH", "/notifications/read-all", { token });
  expect(body).toEqual({ message: "All notifications read", updated: 2 });
  expect((await api("GET", "/notifications/unread", { token })).body.data).toEqual([]);
  expect((await api("GET", "/notifications/count", { token: other.token })).body.unread).toBe(1);
  expect((await api("PATCH", "/notifications/read-all", { token })).body.updated).toBe(0);
});

test("a deleted one is gone", async () => {
  const { id: userId, token } = await makeHost(world);
  const id = await notify(userId);
  const gone = await api("DELETE", `/notifications/${id}`, { token });
  expect(gone).toMatchObject({ status: 200, body: { message: "Notification deleted" } });
  expect((await api("GET", "/notifications", { token })).body.data).toEqual([]);
  expect((await api("DELETE", `/notifications/${id}`, { token })).status).toBe(404);
});

test("a stranger's notification does not exist", async () => {
  const { id: userId, token: mine } = await makeHost(world);
  const id = await notify(userId);
  const { token } = await makeHost(world);
  expect((await api("GET", "/notifications", { token })).body.data).toEqual([]);
  expect((await api("PATCH", `/notifications/${id}/read`, { token })).status).toBe(404);
  expect((await api("DELETE", `/notifications/${id}`, { token })).status).toBe(404);
  expect((await api("GET", "/notifications/count", { token: mine })).body.unread).toBe(1);
});

test("an id that is none is refused, and nobody gets anything without a token", async () => {
  const { token } = await makeHost(world);
  const wrong = await api("PATCH", "/notifications/7/read", { token });
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: "id" }] } });
  const answers = await Promise.all([
    api("GET", "/notifications"),
    api("GET", "/notifications/unread"),
    api("GET", "/notifications/count"),
    api("PATCH", "/notifications/read-all"),
    api("PATCH", `/notifications/${newId()}/read`),
    api("DELETE", `/notifications/${newId()}`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(401));
});

test("counting can do without the table, and a page sorts nothing", async () => {
  // One connection, so that what is set holds for what comes after.
  const alone = await testWorld({ DATABASE_POOL_SIZE: "1" });
  const { id: userId } = await makeHost(alone);
  await alone.db.run(
    `insert into notifications (id, user_id, type, is_read)
     select gen_random_uuid(), $1, 'WELCOME', n % 10 > 0 from generate_series(1, 2000) n`,
    [userId],
  );
  // What the planner prefers depends on what vacuum has seen, which nobody can wait for.
  for (const other of ["enable_bitmapscan", "enable_seqscan"])
    await alone.db.run(`set ${other} = off`, []);
  const plan = async ({ text }: { text: string }, ...values: Parameter[]) =>
    JSON.stringify(await alone.db.run(`explain ${text}`, [userId, ...values]));

  expect(await plan(countUnreadNotifications.contract)).toContain("Index Only Scan");
  const page = await plan(listNotifications.contract, null, null, null, 21);
  expect(page).toContain("Index Scan using notifications_by_user");
  expect(page).not.toContain("Sort");
});

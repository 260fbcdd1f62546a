// The tag of an answer: it changes with all that the answer depends on, and with little else.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { guestOf } from "../bookings/support/guest.ts";
import { counting } from "../support/counting.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

// What is kept is another test's matter: here each answer is worked out.
const world = await testWorld({ CACHE_MEGABYTES: "0" });
const { world: counted, statements } = counting(world);
const api = client(counted);

const QUERY = "from=2026-11-23&until=2026-11-27&timeZone=Europe/Berlin";

const ask = (type: { id: string }, ifNoneMatch?: string, query = QUERY, method = "GET") =>
  api(method, `/meeting-types/${type.id}/slots?${query}`, {
    ...(ifNoneMatch !== undefined && { headers: { "if-none-match": ifNoneMatch } }),
  });

async function tagOf(type: { id: string }, query = QUERY): Promise<string> {
  const { status, headers } = await ask(type, undefined, query);
  expect(status).toBe(200);
  return headers.get("etag")!;
}

/** A type of two hosts, either of whom takes it. */
async function setUp() {
  const [host, other] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, host, {
    groups: [{ hosts: [host, other], required: 1 }],
    caps: [{ per: "day", bookings: 5 }],
  });
  return { host, other, type };
}
type SetUp = Awaited<ReturnType<typeof setUp>>;

test("with the tag of an answer that is still right: 304 by one small statement", async () => {
  const { type } = await setUp();
  const first = await ask(type);
  const etag = first.headers.get("etag")!;
  expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
  statements.length = 0;
  const again = await ask(type, etag);
  expect(statements).toHaveLength(1);
  expect(statements[0]).toContain("availability_state");
  expect(statements[0]!.length).toBeLessThan(600);
  expect([again.status, again.text]).toEqual([304, ""]);
  expect(again.headers.get("etag")).toBe(etag);
  expect(again.headers.get("cache-control")).toBe("public, max-age=5");
});

test("a tag that is old or strange costs one statement more and gives the whole answer", async () => {
  const { type } = await setUp();
  const first = await ask(type);
  statements.length = 0;
  for (const header of ['"v1"', "", "nonsense", '"a", "b"', 'W/""']) {
    const { status, body, headers } = await ask(type, header);
    expect([status, body]).toEqual([200, first.body]);
    expect(headers.get("etag")).toBe(first.headers.get("etag"));
  }
  expect(statements).toHaveLength(10);
});

test("weak or not, alone or in a list, a tag is a tag", async () => {
  const { type } = await setUp();
  const etag = await tagOf(type);
  const bare = etag.slice(2);
  for (const header of [bare, `"x",${etag}`, `W/"x" , ${bare} ,"y"`, ` ${etag} `])
    expect((await ask(type, header)).status).toBe(304);
  expect((await ask(type, etag.slice(3, -1))).status).toBe(200);
  expect((await ask(type, `${"x".repeat(2000)}, ${etag}`)).status).toBe(304);
});

test("If-None-Match: * is 304 where there is an answer, and no excuse where there is none", async () => {
  const { type } = await setUp();
  expect((await ask(type, "*")).status).toBe(304);
  expect((await ask(type, "*", "from=never&until=2026-11-27")).status).toBe(422);
  expect((await ask({ id: newId() }, "*")).status).toBe(404);
});

test("HEAD has the headers of GET and no body, and is 304 alike", async () => {
  const { type } = await setUp();
  const got = await ask(type);
  const head = await ask(type, undefined, QUERY, "HEAD");
  expect([head.status, head.text]).toEqual([200, ""]);
  for (const name of ["etag", "cache-control"])
    expect(head.headers.get(name)).toBe(got.headers.get(name));
  expect((await ask(type, got.headers.get("etag")!, QUERY, "HEAD")).status).toBe(304);
});

test("the tag is shown to scripts of other sites, with a 304 too", async () => {
  const { type } = await setUp();
  const headers = { origin: "https://customer.example", "if-none-match": await tagOf(type) };
  const answer = await api("GET", `/meeting-types/${type.id}/slots?${QUERY}`, { headers });
  expect(answer.status).toBe(304);
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://customer.example");
  expect(answer.headers.get("access-control-expose-headers")).toContain("etag");
});

test("refusals have no tag and are kept by nobody", async () => {
  const { type } = await setUp();
  const archived = await makeMeetingType(world, await makeHost(world), {
    archivedAt: "2026-11-01",
  });
  for (const refused of [
    await ask(type, undefined, "from=never&until=2026-11-27"),
    await ask({ id: newId() }),
    await ask(archived),
  ]) {
    expect(refused.status).toBeGreaterThan(400);
    expect(refused.headers.get("etag")).toBeNull();
    expect(refused.headers.get("cache-control")).toBe("no-store");
  }
});

/** A change that must come through. */
async function patch(path: string, { token }: Host, body: object) {
  const { status, text } = await api("PATCH", path, { token, body });
  expect([status, text]).toEqual([200, text]);
}
const mine = ({ id, scheduleId }: Host) => ({ id, path: `/schedules/${scheduleId}` });
const sql = (text: string, ...values: string[]) => world.db.run(text, values);
const HOURS = { hours: [{ weekday: "monday", from: "10:00", until: "12:00" }] };

test.each<[string, (given: SetUp) => Promise<unknown>]>([
  ["a booking", ({ type }) => book(api, type, "2026-11-24T09:00:00Z")],
  ["hours", ({ host }) => patch(mine(host).path, host, HOURS)],
  ["hours of the other host", ({ other }) => patch(mine(other).path, other, HOURS)],
  [
    "an override",
    ({ host }) => patch(mine(host).path, host, { overrides: [{ date: "2026-11-24", hours: [] }] }),
  ],
  [
    "a host's caps",
    ({ host }) => patch(mine(host).path, host, { caps: [{ per: "day", bookings: 1 }] }),
  ],
  ["a zone", ({ host }) => patch(mine(host).path, host, { timeZone: "Asia/Tokyo" })],
  [
    "another default schedule",
    ({ other }) =>
      api("POST", "/schedules", { token: other.token, body: { name: "New", isDefault: true } }),
  ],
  [
    "an absence",
    ({ other: { token } }) =>
      api("POST", "/out-of-office", { token, body: { from: "2026-11-24", until: "2026-11-24" } }),
  ],
  [
    "the type's hosts",
    ({ host, type }) =>
      patch(`/meeting-types/${type.id}`, host, {
        hostGroups: [{ hosts: [{ userId: host.id }], required: "all" }],
      }),
  ],
  [
    "a host's status",
    ({ other }) => sql("update users set status = 'SUSPENDED' where id = $1", other.id),
  ],
  ["a host who is gone", ({ other }) => sql("delete from users where id = $1", other.id)],
  ["the next minute", async () => world.setNow("2026-11-22T10:01:00Z")],
])("%s changes the tag", async (_what, change) => {
  const given = await setUp();
  const before = await tagOf(given.type);
  await change(given);
  const fresh = await ask(given.type, before);
  expect(fresh.status).toBe(200);
  expect(fresh.headers.get("etag")).not.toBe(before);
  expect((await ask(given.type, fresh.headers.get("etag")!)).status).toBe(304);
  world.setNow("2026-11-22T10:00:00Z");
});

test.each([
  { bufferBeforeMinutes: 5 },
  { caps: [{ per: "day", bookings: 1 }] },
  { isActive: false },
  { horizon: { kind: "rolling", days: 2 } },
])("a type that is changed changes the tag: %j", async (settings) => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const before = await tagOf(type);
  await patch(`/meeting-types/${type.id}`, host, settings);
  expect((await ask(type, before)).status).toBe(200);
});

test("a cancellation, a move, an absence's end and a personal booking change it too", async () => {
  const { host, type } = await setUp();
  const seen = new Set([await tagOf(type)]);
  const expectNew = async () => {
    const size = seen.size;
    expect(seen.add(await tagOf(type)).size).toBe(size + 1);
  };
  const made = await book(api, type, "2026-11-24T09:00:00Z");
  await expectNew();
  await guestOf(api, made).move("2026-11-25T09:00:00Z");
  await expectNew();
  await guestOf(api, made).cancel();
  await expectNew();
  const { token } = host;
  const dates = { from: "2026-11-24", until: "2026-11-24" };
  const { id } = (await api("POST", "/out-of-office", { token, body: dates })).body;
  await expectNew();
  await patch(`/out-of-office/${id}`, host, { until: "2026-11-25" });
  await expectNew();
  await api("DELETE", `/out-of-office/${id}`, { token });
  await expectNew();
  const body = { title: "Mine", start: "2026-11-24T09:00:00Z", end: "2026-11-24T10:00:00Z" };
  await api("POST", "/bookings", { token, body });
  await expectNew();
});

test("a first schedule of a host who had none changes it", async () => {
  const host = await makeHost(world);
  await sql("delete from schedules where id = $1", host.scheduleId);
  const type = await makeMeetingType(world, host);
  const before = await ask(type);
  expect(before.body.days).toEqual([]);
  const body = { name: "First", isDefault: true, ...HOURS };
  await api("POST", "/schedules", { token: host.token, body });
  const after = await ask(type, before.headers.get("etag")!);
  expect(after.status).toBe(200);
  expect(after.body.days).toHaveLength(1);
});

test.each<[string, (given: SetUp) => Promise<unknown>]>([
  ["a host's name", ({ host }) => patch("/users/me", host, { firstName: "Augusta" })],
  [
    "a stranger's booking",
    async () =>
      book(api, await makeMeetingType(world, await makeHost(world)), "2026-11-24T09:00:00Z"),
  ],
  ["a booking that is refused", ({ type }) => book(api, type, "2026-11-24T03:00:00Z")],
  [
    "a sign-in",
    ({ host }) =>
      api("POST", "/auth/login", {
        body: { email: host.email, password: "correct horse battery" },
      }),
  ],
  ["a later second", async () => world.setNow("2026-11-22T10:00:59.999Z")],
])("%s does not change the tag", async (_what, change) => {
  const given = await setUp();
  const before = await tagOf(given.type);
  await change(given);
  expect((await ask(given.type, before)).status).toBe(304);
  world.setNow("2026-11-22T10:00:00Z");
});

test("every query has a tag of its own", async () => {
  const { type } = await setUp();
  const own = await makeMeetingType(world, await makeHost(world), { otherMinutes: [60] });
  const made = await book(api, own, "2026-11-24T09:00:00Z");
  const tags = [
    await tagOf(type),
    await tagOf(own),
    ...(await Promise.all(
      [
        QUERY.replace("-23", "-24"),
        QUERY.replace("-27", "-26"),
        QUERY.replace("Berlin", "Paris"),
        `${QUERY}&durationMinutes=60`,
        `${QUERY}&durationMinutes=30`,
        `${QUERY}&rescheduleOf=${made.body.booking.id}`,
      ].map((query) => tagOf(own, query)),
    )),
  ];
  expect(new Set(tags).size).toBe(tags.length);
});

test("a type that is archived or whose owner is suspended is 404 to whoever has a copy", async () => {
  for (const end of [
    ({ host, type }: SetUp) => api("DELETE", `/meeting-types/${type.id}`, { token: host.token }),
    ({ host }: SetUp) => sql("update users set status = 'SUSPENDED' where id = $1", host.id),
  ]) {
    const given = await setUp();
    await book(api, given.type, "2026-11-24T09:00:00Z");
    const etag = await tagOf(given.type);
    await end(given);
    expect((await ask(given.type, etag)).status).toBe(404);
  }
});

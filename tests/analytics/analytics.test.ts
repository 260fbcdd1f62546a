import { expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

/** Every test has its events to itself: the dashboard counts everybody's. */
async function stage() {
  const world = await testWorld();
  const api = client(world);
  const send = async (eventType: string, token?: string, metadata?: unknown) => {
    const answer = await api("POST", "/analytics/event", {
      token,
      body: { eventType, ...(metadata !== undefined && { metadata }) },
    });
    await world.events.flush();
    return answer;
  };
  return { world, api, send, ada: await makeHost(world), grace: await makeHost(world) };
}

const shared = await stage();

test("the dashboard counts events and users by type, the most frequent first", async () => {
  const { world, api, send, ada, grace } = await stage();
  world.setNow("2026-11-20T09:59:59Z");
  await send("TOO_OLD");
  world.setNow("2026-11-20T10:00:00Z");
  await send("PAGE_SEEN", ada.token);
  world.setNow("2026-11-22T10:00:00Z");
  await send("PAGE_SEEN", ada.token, { page: "/" });
  await send("PAGE_SEEN", grace.token);
  expect(await send("WIDGET_OPENED")).toMatchObject({
    status: 202,
    body: { message: "Event noted" },
  });

  const { status, body } = await api("GET", "/analytics/dashboard?days=2", { token: ada.token });
  expect(status).toBe(200);
  expect(body).toEqual({
    period: { days: 2, from: "2026-11-20T10:00:00Z", until: "2026-11-22T10:00:00Z" },
    overview: { totalEvents: 4, uniqueUsers: 2, eventTypes: 2 },
    breakdown: [
      { eventType: "PAGE_SEEN", count: 3, uniqueUsers: 2 },
      { eventType: "WIDGET_OPENED", count: 1, uniqueUsers: 0 },
    ],
  });
  const month = await api("GET", "/analytics/dashboard", { token: ada.token });
  expect(month.body).toMatchObject({ period: { days: 30 }, overview: { totalEvents: 5 } });
});

test("a dashboard of nothing shows zeros", async () => {
  const { api, ada } = await stage();
  const { body } = await api("GET", "/analytics/dashboard", { token: ada.token });
  expect(body).toMatchObject({
    overview: { totalEvents: 0, uniqueUsers: 0, eventTypes: 0 },
    breakdown: [],
  });
});

test("an administrator reads the log, newest first, page by page", async () => {
  const { world, api, send, ada } = await stage();
  const { token } = await makeHost(world, { role: "admin" });
  for (const each of ["A1", "A2"]) await send(each, ada.token, { each });
  await send("A3");
  const page = await api("GET", "/analytics/events?limit=1", { token });
  expect(page.status).toBe(200);
  expect(page.body.data).toEqual([
    {
      id: expect.any(String),
      eventType: "A3",
      metadata: {},
      user: null,
      createdAt: "2026-11-22T10:00:00Z",
    },
  ]);
  const rest = await api("GET", `/analytics/events?cursor=${page.body.nextCursor}`, { token });
  const user = { id: ada.id, email: ada.email, name: "Ada Lovelace" };
  expect(rest.body).toMatchObject({
    data: [
      { eventType: "A2", metadata: { each: "A2" }, user },
      { eventType: "A1", metadata: { each: "A1" }, user },
    ],
    nextCursor: null,
  });
});

test("the log is filtered by type, in whatever case, by user and by time", async () => {
  const { world, api, send, ada, grace } = await stage();
  const { token } = await makeHost(world, { role: "admin" });
  await send("SEEN", ada.token);
  world.setNow("2026-11-22T10:00:00.500Z");
  await send("LEFT", ada.token);
  world.setNow("2026-11-22T11:00:00Z");
  await send("SEEN", grace.token);
  await send("SEEN");
  const typesOf = async (query: Record<string, string>) => {
    const answer = await api("GET", `/analytics/events?${new URLSearchParams(query)}`, { token });
    expect(answer.status).toBe(200);
    return answer.body.data.map(
      ({ eventType, user }: { eventType: string; user: { id: string } | null }) =>
        `${eventType} ${user === null ? "nobody" : user.id === ada.id ? "ada" : "grace"}`,
    );
  };
  const all = ["SEEN nobody", "SEEN grace", "LEFT ada", "SEEN ada"];
  expect(await typesOf({})).toEqual(all);
  expect(await typesOf({ eventType: "seen" })).toEqual(all.filter((each) => each !== "LEFT ada"));
  expect(await typesOf({ userId: ada.id })).toEqual(["LEFT ada", "SEEN ada"]);
  expect(await typesOf({ eventType: "SEEN", userId: ada.id })).toEqual(["SEEN ada"]);
  expect(await typesOf({ from: "2026-11-22T11:00:00Z" })).toEqual(all.slice(0, 2));
  expect(await typesOf({ until: "2026-11-22T11:00:00Z" })).toEqual(all.slice(2));
  const half = { from: "2026-11-22T11:00:00.5+01:00", until: "2026-11-22T11:00:00Z" };
  expect(await typesOf(half)).toEqual(["LEFT ada"]);
  expect(await typesOf({ from: "0001-01-01T00:00:00Z", until: "9998-12-31T00:00:00Z" })).toEqual(
    all,
  );
  expect(await typesOf({ eventType: "NOTHING" })).toEqual([]);
});

test("who was erased leaves what he did, without his name", async () => {
  const { world, api, send, ada } = await stage();
  const { token } = await makeHost(world, { role: "admin" });
  await send("SEEN", ada.token);
  await world.db.run("update analytics_events set user_id = $1", [
    "00000000-0000-7000-8000-000000000000",
  ]);
  const { body } = await api("GET", "/analytics/events", { token });
  expect(body.data).toMatchObject([{ eventType: "SEEN", user: null }]);
  const dashboard = await api("GET", "/analytics/dashboard", { token });
  expect(dashboard.body.overview).toMatchObject({ totalEvents: 1, uniqueUsers: 1 });
});

test("the log is for administrators only", async () => {
  const { api, ada } = shared;
  const refused = await api("GET", "/analytics/events", { token: ada.token });
  expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect((await api("GET", "/analytics/events")).status).toBe(401);
  expect((await api("GET", "/analytics/dashboard")).status).toBe(401);
});

test("a wrong token is refused where none would do", async () => {
  expect((await shared.send("PAGE_SEEN", "wrong")).status).toBe(401);
});

test.each([
  "LOGIN",
  "LOGIN_FAILED",
  "USER_REGISTERED",
  "BOOKING_CREATED",
  "BOOKING_CANCELLED",
  "BOOKING_RESCHEDULED",
  "ORG_MEMBER_ADDED",
  "page_seen",
  "P",
  "_PAGE",
  "PAGE SEEN",
  "P".repeat(65),
  "",
])("a client cannot send %p", async (eventType) => {
  const refused = await shared.send(eventType, shared.ada.token);
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "eventType" }] } });
});

const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) });

test("metadata of 4 kB and 5 levels are the most", async () => {
  const { send } = shared;
  expect((await send("PAGE_SEEN", undefined, { a: "x".repeat(4088) })).status).toBe(202);
  expect((await send("PAGE_SEEN", undefined, nested(5))).status).toBe(202);
  for (const metadata of [
    { a: "x".repeat(4089) },
    { a: "é".repeat(2100) },
    nested(6),
    { a: [[[[[]]]]] },
    "text",
    [],
    null,
  ])
    expect(await send("PAGE_SEEN", undefined, metadata)).toMatchObject({
      status: 422,
      body: { code: "invalid", errors: [{ path: "metadata" }] },
    });
});

test("metadata that the database cannot keep are refused, not a failure", async () => {
  for (const metadata of [{ a: "\0" }, { a: "\ud800" }, { "\0": 1 }])
    expect(await shared.send("PAGE_SEEN", undefined, metadata)).toMatchObject({
      status: 422,
      body: { code: "invalid" },
    });
});

test.each(["0", "366", "x", "-1"])("a dashboard of %s days is refused", async (days) => {
  const { api, ada } = shared;
  const refused = await api("GET", `/analytics/dashboard?days=${days}`, { token: ada.token });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "days" }] } });
});

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

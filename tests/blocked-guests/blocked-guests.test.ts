import { expect, test } from "bun:test";
import { tally } from "../bookings/support/guest.ts";
import { counts } from "../bookings/support/ledger.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";

const block = (token: string, pattern: string, reason?: string) =>
  api("POST", "/blocked-guests", { token, body: { pattern, ...(reason && { reason }) } });

test("what is blocked is listed, newest first, by its host alone, until it is unblocked", async () => {
  const [{ token }, other] = [await makeHost(world), await makeHost(world)];
  world.setNow("2026-11-22T10:00:00Z");
  const eve = await block(token, " Eve@Example.com ", " Never turns up ");
  expect([eve.status, eve.body]).toEqual([
    201,
    {
      id: expect.any(String),
      pattern: "eve@example.com",
      reason: "Never turns up",
      createdAt: "2026-11-22T10:00:00Z",
    },
  ]);
  world.setNow("2026-11-22T10:01:00Z");
  const domain = await block(token, "@Spam.Example");
  expect(domain.body).toMatchObject({ pattern: "spam.example", reason: null });
  const page = await api("GET", "/blocked-guests?limit=1", { token });
  expect(page.body.data).toEqual([domain.body]);
  const next = await api("GET", `/blocked-guests?cursor=${page.body.nextCursor}`, { token });
  expect(next.body).toEqual({ data: [eve.body], nextCursor: null });
  expect((await api("GET", "/blocked-guests", { token: other.token })).body.data).toEqual([]);
  const path = `/blocked-guests/${eve.body.id}`;
  expect((await api("DELETE", path, { token: other.token })).status).toBe(404);
  expect((await api("DELETE", path, { token })).body).toEqual({ message: "Guest unblocked" });
  expect((await api("DELETE", path, { token })).status).toBe(404);
  expect((await api("GET", "/blocked-guests", { token })).body.data).toEqual([domain.body]);
});

test("blocking again, also at once, gives the same entry and loses no reason", async () => {
  const { token } = await makeHost(world);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => block(token, "eve@example.com", "Rude")),
  );
  expect(tally(answers)).toEqual({ "201": 10 });
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect((await block(token, "EVE@example.com")).body.reason).toBe("Rude");
  expect((await block(token, "eve@example.com", "Worse")).body.reason).toBe("Worse");
  expect((await api("GET", "/blocked-guests", { token })).body.data).toHaveLength(1);
});

test.each([
  "",
  " ",
  "eve",
  "@",
  "eve@",
  "*.example.com",
  "a b.example",
  "example..com",
  "com",
  "a@b@c.de",
])("the pattern %j is 422", async (pattern) => {
  const { token } = await makeHost(world);
  const refused = await block(token, pattern);
  expect([refused.status, refused.body.errors[0].path]).toEqual([422, "pattern"]);
});

test.each([
  ["eve@example.com", "eve@example.com", true],
  ["eve@example.com", "EVE@Example.COM", true],
  ["eve@example.com", "eve+tag@example.com", true],
  ["eve+tag@example.com", "eve+tag@example.com", true],
  ["eve+tag@example.com", "eve@example.com", false],
  ["eve@example.com", "steve@example.com", false],
  ["eve@example.com", "eve@sub.example.com", false],
  ["example.com", "anyone@example.com", true],
  ["example.com", "anyone@mail.sub.Example.com", true],
  ["sub.example.com", "anyone@example.com", false],
  ["example.com", "anyone@notexample.com", false],
  ["example.com", "anyone@example.com.evil.net", false],
])("blocking %s: %s is refused: %p", async (pattern, email, isRefused) => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  await block(host.token, pattern);
  const answer = await book(api, type, AT, { guest: { email } });
  expect(answer.status).toBe(isRefused ? 422 : 201);
});

test("a blocked guest is refused politely, leaves nothing behind, and may come back", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const early = await book(api, type, "2026-11-23T08:00:00Z".replace("08", "12"));
  const entry = await block(host.token, "grace@example.com", "Rude");
  const before = await counts(world, "bookings", "reservations", "idempotency_keys", "outbox");
  const headers = { "idempotency-key": "g" };
  const refused = await book(api, type, AT, { headers });
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    422,
    "policy_forbids",
    "This host does not take this booking.",
  ]);
  expect(refused.text).not.toContain("Rude");
  expect(await counts(world, "bookings", "reservations", "idempotency_keys", "outbox")).toEqual(
    before,
  );
  // What was booked before stays, and its guest may still move it.
  const token = new URL(early.body.cancelUrl).searchParams.get("token")!;
  const moved = await api("PATCH", `/bookings/${early.body.booking.id}/reschedule`, {
    headers: { "x-booking-token": token },
    body: { start: "2026-11-23T13:00:00Z" },
  });
  expect(moved.status).toBe(200);
  await api("DELETE", `/blocked-guests/${entry.body.id}`, { token: host.token });
  expect((await book(api, type, AT, { headers })).status).toBe(201);
});

test("a request that was answered before is answered the same after the guest is blocked", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const headers = { "idempotency-key": "before" };
  const first = await book(api, type, AT, { headers });
  await block(host.token, "example.com");
  const again = await book(api, type, AT, { headers });
  expect([again.status, again.body]).toEqual([201, first.body]);
});

test("any host of a type may block, also whom a guest would bring along; others' lists do not matter", async () => {
  const [owner, mate, stranger] = [
    await makeHost(world),
    await makeHost(world),
    await makeHost(world),
  ];
  const groups = [{ hosts: [owner, mate], required: 1 }];
  const type = await makeMeetingType(world, owner, { groups });
  await block(stranger.token, "grace@example.com");
  await block(mate.token, "eve@example.com");
  const guests = [{ email: "mary@example.com" }, { email: "Eve@example.com" }];
  expect((await book(api, type, AT, { guests })).body.code).toBe("policy_forbids");
  const eve = await book(api, type, AT, { guest: { email: "eve@example.com" } });
  expect(eve.body.code).toBe("policy_forbids");
  expect((await book(api, type, AT)).status).toBe(201);
});

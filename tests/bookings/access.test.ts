import { expect, test } from "bun:test";
import { makeToken } from "../../src/token.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { tokenOf } from "./support/guest.ts";
import { counts } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);

const host = await makeHost(world);
const type = await makeMeetingType(world, host);
const made = await book(api, type, "2026-11-23T09:00:00Z");
const other = await book(api, type, "2026-11-23T10:00:00Z");
const { id } = made.body.booking;
const guestId = made.body.booking.guest.id;

/** Every route that a guest's token opens. */
const ROUTES: [method: string, path: string, body?: object][] = [
  ["GET", `/bookings/${id}`],
  ["GET", `/bookings/${id}/calendar.ics`],
  ["PATCH", `/bookings/${id}/cancel`, {}],
  ["PATCH", `/bookings/${id}/reschedule`, { start: "2026-11-23T11:00:00Z" }],
];
/** Those of hosts only. */
const HOST_ROUTES: typeof ROUTES = [
  ["PATCH", `/bookings/${id}`, { title: "Mine" }],
  ["DELETE", `/bookings/${id}`],
];
const BAD_TOKENS: [what: string, token: string][] = [
  ["another booking's", tokenOf(other)],
  ["of another purpose", makeToken(world, "verify-email", guestId, 1)],
  ["of a version that was revoked", makeToken(world, "manage", guestId, 0)],
  ["expired", makeToken(world, "manage", guestId, 1, world.now().subtract({ hours: 1 }))],
  ["for the booking's id", makeToken(world, "manage", id, 1)],
  ["garbage", "garbage"],
  ["empty", ""],
  ["with one letter changed", tokenOf(made).replace(/.$/, (last) => (last === "A" ? "B" : "A"))],
];

for (const [method, path, body] of ROUTES) {
  test(`${method} ${path.replace(id, ":id")} without any proof is 401`, async () => {
    expect((await api(method, path, { body })).status).toBe(401);
  });

  test.each(BAD_TOKENS)(
    `${method} ${path.replace(id, ":id")} with a token %s is 404`,
    async (_, token) => {
      const before = await counts(world, "booking_history");
      const headers = { "x-booking-token": token };
      const byHeader = await api(method, path, { body, headers });
      const byQuery = await api(method, `${path}?token=${encodeURIComponent(token)}`, { body });
      expect([byHeader.status, byQuery.status]).toEqual([404, 404]);
      expect(byHeader.body.code).toBe("not_found");
      expect(await counts(world, "booking_history")).toEqual(before);
    },
  );
}

for (const [method, path, body] of [...ROUTES, ...HOST_ROUTES]) {
  test(`${method} ${path.replace(id, ":id")} by a host of others is 404, by nobody's token 401`, async () => {
    const stranger = await makeHost(world);
    expect((await api(method, path, { body, token: stranger.token })).status).toBe(404);
    expect((await api(method, path, { body, token: "nonsense" })).status).toBe(401);
  });

  test(`${method} ${path.replace(id, ":id")} of a booking that is none is 404 or 422`, async () => {
    const { token } = host;
    const none = path.replace(id, host.id);
    expect((await api(method, none, { body, token })).status).toBe(404);
    expect((await api(method, path.replace(id, "none"), { body, token })).status).toBe(422);
  });
}

for (const [method, path, body] of HOST_ROUTES) {
  test(`${method} ${path.replace(id, ":id")} is not the guest's`, async () => {
    const headers = { "x-booking-token": tokenOf(made) };
    expect((await api(method, path, { body, headers })).status).toBe(401);
  });
}

test("raising the version in the guest's row revokes every link mailed so far", async () => {
  const mine = await book(api, type, "2026-11-23T12:00:00Z");
  const headers = { "x-booking-token": tokenOf(mine) };
  const path = `/bookings/${mine.body.booking.id}`;
  expect((await api("GET", path, { headers })).status).toBe(200);
  await world.db.run("update attendees set token_version = 2 where booking_id = $1", [
    mine.body.booking.id,
  ]);
  expect((await api("GET", path, { headers })).status).toBe(404);
});

test("a host with somebody else's link still reads his own booking", async () => {
  const headers = { "x-booking-token": "garbage" };
  const { status } = await api("GET", `/bookings/${id}`, { token: host.token, headers });
  expect(status).toBe(200);
});

test("a guest of several sees himself, never the others", async () => {
  const shared = await book(api, type, "2026-11-23T13:00:00Z");
  const bookingId = shared.body.booking.id;
  const second = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";
  await world.db.run(
    `insert into attendees (id, booking_id, name, email, time_zone, created_at)
     values ($1, $2, 'Second', 'second@example.com', 'UTC', '2026-11-22T11:00:00Z')`,
    [second, bookingId],
  );
  const headers = { "x-booking-token": makeToken(world, "manage", second, 1) };
  const read = await api("GET", `/bookings/${bookingId}`, { headers });
  expect(read.body.guest).toMatchObject({ id: second, email: "second@example.com" });
  const moved = await api("PATCH", `/bookings/${bookingId}/reschedule`, {
    headers,
    body: { start: "2026-11-23T14:00:00Z" },
  });
  const cancelled = await api("PATCH", `/bookings/${bookingId}/cancel`, { headers, body: {} });
  const texts = [read, moved, cancelled].map(({ text }) => text);
  expect(texts.filter((text) => text.includes("grace@example.com"))).toEqual([]);
});

// Who of several hosts takes a meeting, and who of them is told.
import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";

const world = await testWorld();
const api = client(world);
const START = "2026-11-23T10:00:00Z";

const unread = async (token: string) =>
  (await api("GET", "/notifications/unread", { token })).body.data as unknown[];

test("of several hosts each who takes it is told, the others are not", async () => {
  const [one, two, three] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, one, {
    groups: [{ hosts: [one] }, { hosts: [two, three], required: 1 }],
  });
  const made = await book(api, type, START);
  const { id, guest } = made.body.booking;
  const told = await world.db.run(
    "select coalesce(attendee_id, user_id) as id from outbox where booking_id = $1",
    [id],
  );
  expect(told.map((row) => row["id"]).sort()).toEqual([guest.id, one.id, two.id].sort());
  expect([await unread(one.token), await unread(two.token)].map((all) => all.length)).toEqual([
    1, 1,
  ]);
  expect(await unread(three.token)).toEqual([]);
});

test("who takes a round-robin meeting keeps it when it moves, unless he cannot", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  const [first, second] = [await book(api, type, START), await book(api, type, START)];
  expect(second.body.booking.hosts).toMatchObject([{ id: two.id }]);
  const moved = await guestOf(api, second).move("2026-11-24T09:00:00Z");
  expect(moved.body).toMatchObject({ hostId: two.id, hosts: [{ id: two.id }] });
  const body = { title: "Away", start: "2026-11-25T09:00:00Z", end: "2026-11-25T17:00:00Z" };
  await api("POST", "/bookings", { token: two.token, body });
  const again = await guestOf(api, second).move("2026-11-25T09:00:00Z");
  expect(again.body).toMatchObject({ hostId: one.id, hosts: [{ id: one.id }] });
  const seen = await guestOf(api, second).get();
  expect(seen.body.history.at(-1).was.hosts).toEqual([two.id]);
  expect(first.body.booking.hosts).toMatchObject([{ id: one.id }]);
});

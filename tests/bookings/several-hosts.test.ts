// Who of several hosts takes a meeting, and who of them is told.
import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { tellAll } from "./support/seats.ts";

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

/** A round-robin booking of `one`, that can only move to a time at which `two` takes it. */
async function aboutToBeHandedOver(given: Parameters<typeof makeMeetingType>[2] = {}) {
  const [one, two, three] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const groups = [{ hosts: [one, two], required: 1 }, { hosts: [three] }];
  const type = await makeMeetingType(world, three, { ...given, groups });
  const made = await book(api, type, START);
  expect(made.body.booking.hosts.map(({ id }: { id: string }) => id)).toContain(one.id);
  const to = "2026-11-25T10:00:00Z";
  const body = { title: "Away", start: to, end: "2026-11-25T10:15:00Z" };
  await api("POST", "/bookings", { token: one.token, body });
  const { id } = made.body.booking;
  return { one, two, three, made, id, to };
}

test("a host who loses a meeting because it moves is told, and who takes it is invited", async () => {
  const { one, two, three, made, id, to } = await aboutToBeHandedOver();
  await tellAll(world, id);
  const moved = await guestOf(api, made).move(to);
  expect(moved.body.hosts).toHaveLength(2);
  const told = await tellAll(world, id);
  const kinds = told.map(({ kind, to: whom }) => `${kind} ${whom}`).sort();
  expect(kinds).toEqual(
    [
      "BOOKING_RESCHEDULED grace@example.com",
      `BOOKING_RESCHEDULED ${three.email}`,
      `BOOKING_CONFIRMATION ${two.email}`,
      `BOOKING_REASSIGNED ${one.email}`,
    ].sort(),
  );
  const mailTo = (email: string) => told.find(({ to: whom }) => whom === email);
  const uid = `UID:${made.body.booking.guest.id}@`;
  const lost = mailTo(one.email);
  expect(lost?.mail.subject).toStartWith("Handed over: Intro call with Grace Hopper, Mon, 23 Nov");
  for (const line of ["METHOD:CANCEL", uid, "SEQUENCE:1", `mailto:${one.email}`])
    expect(lost?.ics).toContain(line);
  const given = mailTo(two.email);
  expect(given?.mail.subject).toStartWith("New booking: Intro call with Grace Hopper, Wed, 25 Nov");
  for (const line of ["METHOD:REQUEST", uid, "SEQUENCE:1", "DTSTART:20261125T100000Z"])
    expect(given?.ics).toContain(line);
  const titles = async (token: string) =>
    ((await unread(token)) as { title: string; metadata: { bookingId?: string } }[])
      .filter(({ metadata }) => metadata.bookingId === id)
      .map(({ title }) => title)
      .sort();
  expect(await titles(one.token)).toEqual(["Booking handed over", "New booking"]);
  expect(await titles(two.token)).toEqual(["New booking"]);
  expect(await titles(three.token)).toEqual(["Booking moved", "New booking"]);
});

test("whoever comes to a meeting or goes is told also where nobody is told of moves", async () => {
  const { one, two, made, id, to } = await aboutToBeHandedOver({
    notifications: { reschedule: false },
  });
  await tellAll(world, id);
  await guestOf(api, made).move(to);
  const told = (await tellAll(world, id)).map(({ kind, to: whom }) => `${kind} ${whom}`);
  expect(told.sort()).toEqual(
    [`BOOKING_CONFIRMATION ${two.email}`, `BOOKING_REASSIGNED ${one.email}`].sort(),
  );
});

test("a host who was relieved hears so though the meeting has changed again, or is off", async () => {
  const { one, made, id, to } = await aboutToBeHandedOver();
  await tellAll(world, id);
  await guestOf(api, made).move(to);
  await guestOf(api, made).cancel();
  const toOne = (await tellAll(world, id)).filter(({ to: whom }) => whom === one.email);
  expect(toOne.map(({ kind }) => kind)).toEqual(["BOOKING_REASSIGNED"]);
  expect(toOne[0]?.ics).toContain("METHOD:CANCEL");
});

test("a host who gives a meeting away by moving it is answered with it as it is now", async () => {
  const { one, two, three, id, to } = await aboutToBeHandedOver();
  const moved = await api("PATCH", `/bookings/${id}/reschedule`, {
    token: one.token,
    body: { start: to },
  });
  expect(moved.status).toBe(200);
  expect(moved.body).toMatchObject({ id, start: to, version: 2 });
  expect(moved.body.hosts.map((host: { id: string }) => host.id).sort()).toEqual(
    [two.id, three.id].sort(),
  );
  expect((await api("GET", `/bookings/${id}`, { token: one.token })).status).toBe(404);
});

// Guests who share a meeting: up to its seats, each with his own way in and out.
import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { hostOf } from "./support/asked.ts";
import { guestOf } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";
import { meetingsOf, seat, seated, seatsOf, tellAll } from "./support/seats.ts";

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";
const LATER = "2026-11-23T11:00:00Z";

const slotsAt = async (type: { id: string }, start = AT, more = "") => {
  const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23${more}`;
  const { body } = await api("GET", path);
  return body.days.flatMap(({ slots }: { slots: { start: string }[] }) =>
    slots.filter((slot) => slot.start === start),
  );
};

test("the second guest of a start joins the meeting of the first, and neither sees the other", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace", { notes: "Mine alone" });
  const two = await seat(api, type, AT, "Mary");
  expect([one.status, two.status]).toEqual([201, 201]);
  expect(two.body.booking).toMatchObject({
    id: one.body.booking.id,
    guest: { name: "Mary" },
    notes: null,
    answers: [],
    version: 2,
    seatsLeft: 1,
  });
  expect(two.body.booking.seatsTaken).toBeUndefined();
  const seen = [await guestOf(api, one).get(), await guestOf(api, two).get()];
  expect(seen.map(({ body }) => body.guest.name)).toEqual(["Grace", "Mary"]);
  expect(seen[0]?.text).not.toContain("Mary");
  expect(seen[1]?.text).not.toContain("Grace");
  expect(seen[1]?.text).not.toContain("Mine alone");
  const asHost = await hostOf(world, host, one.body.booking.id).get();
  expect(asHost.body).toMatchObject({ capacity: 3, seatsTaken: 2 });
  expect(asHost.body.attendees).toMatchObject([
    { name: "Grace", answers: [{ id: "notes", label: "Notes", value: "Mine alone" }] },
    { name: "Mary", answers: [], broughtBy: null },
  ]);
  expect(
    asHost.body.history.map((row: { event: string; by: string }) => [row.event, row.by]),
  ).toEqual([
    ["booked", "Grace"],
    ["joined", "Mary"],
  ]);
  expect(await meetingsOf(world, type)).toEqual(["2/3 CONFIRMED: Grace, Mary"]);
  await expectSoundLedger(world);
});

test("free times say how many seats are left, and a copy of them is stale once one is taken or given back", async () => {
  const { type } = await seated(world, 3);
  const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23`;
  const tag = async () => (await api("GET", path)).headers.get("etag") ?? "";
  const left = async () => (await slotsAt(type))[0]?.seatsLeft;
  const isFresh = async (etag: string) =>
    (await api("GET", path, { headers: { "if-none-match": etag } })).status === 304;
  expect(await left()).toBe(3);
  await seat(api, type, AT, "Grace");
  const opened = await tag();
  expect([await left(), await isFresh(opened)]).toEqual([2, true]);
  const mary = await seat(api, type, AT, "Mary");
  const joined = await tag();
  expect([await left(), await isFresh(opened), await isFresh(joined)]).toEqual([1, false, true]);
  await guestOf(api, mary).cancel();
  expect([await left(), await isFresh(joined)]).toEqual([2, false]);
  await seat(api, type, AT, "Dorothy");
  await seat(api, type, AT, "Annie");
  expect(await slotsAt(type)).toEqual([]);
});

test("a type for one guest says nothing of seats", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  expect((await slotsAt(type))[0]).not.toHaveProperty("seatsLeft");
  expect((await book(api, type, AT)).body.booking).not.toHaveProperty("seatsLeft");
});

test("the page of free times says how many seats are left", async () => {
  const { host, type } = await seated(world, 2);
  const page = async () =>
    (await api("GET", `/../../${host.username}/${type.slug}?date=2026-11-23&timeZone=UTC`)).text;
  await seat(api, type, AT, "Grace");
  const text = await page();
  expect(text).toContain("1 seat left");
  expect(text).toContain("2 seats left");
});

test("a full meeting is 409 seats_full, though another host would be free", async () => {
  const [ada, bob] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, ada, { groups: [{ hosts: [ada, bob], required: 1 }] });
  await seatsOf(world, type, 2);
  await seat(api, type, AT, "Grace");
  await seat(api, type, AT, "Mary");
  const refused = await seat(api, type, AT, "Annie");
  expect([refused.status, refused.body.code]).toEqual([409, "seats_full"]);
  expect(await slotsAt(type)).toEqual([]);
  expect(await meetingsOf(world, type)).toEqual(["2/2 CONFIRMED: Grace, Mary"]);
});

test("a party takes as many seats as it has people, and none where they do not suffice", async () => {
  const { type } = await seated(world, 4);
  const guests = [{ email: "b@example.com" }, { email: "c@example.com" }];
  const party = await seat(api, type, AT, "Grace", { guests });
  expect(party.body.booking).toMatchObject({ seatsLeft: 1 });
  const refused = await seat(api, type, AT, "Mary", { guests });
  expect([refused.status, refused.body.code]).toEqual([409, "seats_full"]);
  expect(refused.body.detail).toBe("One seat is left: not enough for 3 people.");
  const many = { guests: [...guests, { email: "d@example.com" }, { email: "e@example.com" }] };
  const more = await seat(api, type, LATER, "Mary", many);
  expect(more.body.detail).toBe("4 seats are left: not enough for 5 people.");
  expect((await guestOf(api, party).cancel()).body).toMatchObject({ status: "CANCELLED" });
  expect(await meetingsOf(world, type)).toEqual([
    "3/4 CANCELLED: Grace, b@example.com, c@example.com",
  ]);
});

test("what a party is offered instead of a taken time has seats for all of it", async () => {
  const { host, type } = await seated(world, 3);
  for (const start of ["2026-11-23T09:30:00Z", "2026-11-23T10:30:00Z"])
    for (const name of ["Grace", "Mary"]) await seat(api, type, start, name);
  const block = { title: "Dentist", start: "2026-11-23T10:00:00Z", end: "2026-11-23T10:30:00Z" };
  await api("POST", "/bookings", { token: host.token, body: block });
  const instead = async (more: object) => {
    const refused = await seat(api, type, block.start, "Annie", more as never);
    expect(refused.body.code).toBe("slot_taken");
    return refused.body.alternatives.map(({ start }: { start: string }) => start.slice(11, 16));
  };
  expect(await instead({})).toEqual(["09:00", "09:30", "10:30"]);
  expect(await instead({ guests: [{ email: "eve@example.com" }] })).toEqual([
    "09:00",
    "11:00",
    "11:30",
  ]);
});

test("who wants another duration at the start of a meeting does not join it", async () => {
  const [ada, bob] = [await makeHost(world), await makeHost(world)];
  const groups = [{ hosts: [ada, bob], required: 1 }];
  const type = await makeMeetingType(world, ada, { groups, otherMinutes: [60] });
  await seatsOf(world, type, 4);
  await seat(api, type, AT, "Grace");
  const refused = await seat(api, type, AT, "Mary", { durationMinutes: 60 });
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  expect(await slotsAt(type, AT, "&durationMinutes=60")).toEqual([]);
});

test("more seats of the type are more seats of its meetings; fewer turn nobody out", async () => {
  const { type } = await seated(world, 2);
  await seat(api, type, AT, "Grace");
  await seat(api, type, AT, "Mary");
  await seatsOf(world, type, 3);
  expect((await slotsAt(type))[0]).toMatchObject({ seatsLeft: 1 });
  expect((await seat(api, type, AT, "Annie")).status).toBe(201);
  await seatsOf(world, type, 2);
  expect((await seat(api, type, AT, "Eve")).body.code).toBe("seats_full");
  expect(await meetingsOf(world, type)).toEqual(["3/3 CONFIRMED: Annie, Grace, Mary"]);
});

test("the same key gives who joined his own seat again, and another body is refused", async () => {
  const { type } = await seated(world, 3);
  await seat(api, type, AT, "Grace");
  const headers = { "idempotency-key": "join" };
  const made = await seat(api, type, AT, "Mary", { headers });
  await seat(api, type, AT, "Annie");
  const again = await seat(api, type, AT, "Mary", { headers });
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
  expect(again.body.booking.guest).toEqual(made.body.booking.guest);
  expect(again.body.cancelUrl).toBe(made.body.cancelUrl);
  expect((await seat(api, type, AT, "Eve", { headers })).body.code).toBe("idempotency_mismatch");
  await guestOf(api, made).cancel();
  const left = await seat(api, type, AT, "Mary", { headers });
  expect(left.body.booking).toMatchObject({ status: "CANCELLED", guest: { name: "Mary" } });
  expect(await meetingsOf(world, type)).toEqual(["2/3 CONFIRMED: Annie, Grace"]);
});

test("the host moves everybody, but not onto another meeting of the type", async () => {
  const [ada, bob] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, ada, { groups: [{ hosts: [ada, bob], required: 1 }] });
  await seatsOf(world, type, 3);
  const one = await seat(api, type, AT, "Grace");
  const gone = await seat(api, type, AT, "Annie");
  await seat(api, type, AT, "Mary");
  await guestOf(api, gone).cancel();
  await seat(api, type, LATER, "Eve");
  const by = hostOf(
    world,
    { token: one.body.booking.hostId === ada.id ? ada.token : bob.token },
    one.body.booking.id,
  );
  const refused = await by.move({ start: LATER });
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  await tellAll(world, one.body.booking.id);
  expect((await by.move({ start: "2026-11-23T13:00:00Z" })).status).toBe(200);
  const told = await tellAll(world, one.body.booking.id);
  expect(told.map(({ kind, to }) => `${kind} ${to.split("@")[0]}`).slice(0, 2)).toEqual([
    "BOOKING_RESCHEDULED grace",
    "BOOKING_RESCHEDULED mary",
  ]);
  expect(told).toHaveLength(3);
  expect(told[2]?.mail.subject).toContain("with Grace and 1 more");
  expect(told[2]?.mail.text).toContain("Also there: Mary, mary@example.com");
  // Who left before reads nothing of what came later.
  const seen = (await guestOf(api, gone).get()).body;
  expect(seen.history.map(({ event }: { event: string }) => event)).toEqual([
    "booked",
    "joined",
    "left",
  ]);
});

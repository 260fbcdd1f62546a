// What an absence does to the free times, and what it leaves alone.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

async function startsOf(type: { id: string }, from: string, until: string): Promise<string[]> {
  const { body } = await api("GET", `/meeting-types/${type.id}/slots?from=${from}&until=${until}`);
  return body.days.flatMap((day: { slots: { start: string }[] }) =>
    day.slots.map(({ start }) => start),
  );
}

const away = (host: { token: string }, from: string, until = from) =>
  api("POST", "/out-of-office", { token: host.token, body: { from, until } });

test("no time is offered or booked on those dates, both included; then again", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { minutes: 240 });
  const { body } = await away(host, "2026-11-24", "2026-11-25");
  const days = async () => [
    ...new Set(
      (await startsOf(type, "2026-11-23", "2026-11-26")).map((start) => start.slice(8, 10)),
    ),
  ];
  expect(await days()).toEqual(["23", "26"]);
  for (const date of ["2026-11-24", "2026-11-25"])
    expect((await book(api, type, `${date}T09:00:00Z`)).body.code).toBe("outside_hours");
  await api("PATCH", `/out-of-office/${body.id}`, {
    token: host.token,
    body: { from: "2026-11-25" },
  });
  expect(await days()).toEqual(["23", "24", "26"]);
  await api("DELETE", `/out-of-office/${body.id}`, { token: host.token });
  expect(await days()).toEqual(["23", "24", "25", "26"]);
});

test("the dates are those of each schedule's zone", async () => {
  const always = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
  const host = await makeHost(world, { zone: "Pacific/Kiritimati", hours: always });
  const scheduleId = newId();
  await world.db.run(
    `with s as (
       insert into schedules (id, user_id, name, time_zone) values ($1, $2, 'West', 'Pacific/Pago_Pago')
     )
     insert into schedule_hours (schedule_id, position, rrule, opens, closes)
     values ($1, 1, 'FREQ=DAILY', '00:00', '24:00')`,
    [scheduleId, host.id],
  );
  const given = { minutes: 1440 };
  const east = await makeMeetingType(world, host, given);
  const west = await makeMeetingType(world, host, { ...given, scheduleId });
  await away(host, "2026-11-25");
  // A meeting of a day may run on into the next date, but not into one of absence.
  expect(await startsOf(east, "2026-11-22T10:00:00Z", "2026-11-28T10:00:00Z")).toEqual(
    ["22", "23", "25", "26", "27"].map((day) => `2026-11-${day}T10:00:00Z`),
  );
  expect(await startsOf(west, "2026-11-23T11:00:00Z", "2026-11-28T11:00:00Z")).toEqual(
    ["23", "24", "26", "27"].map((day) => `2026-11-${day}T11:00:00Z`),
  );
});

test("a night shift is cut where an absence begins, and one that begins in it is gone whole", async () => {
  const hours = [{ rrule: "FREQ=DAILY", from: "22:00", until: "02:00" }];
  const host = await makeHost(world, { hours });
  const type = await makeMeetingType(world, host, { minutes: 120 });
  await away(host, "2026-11-24");
  expect(await startsOf(type, "2026-11-23", "2026-11-25")).toEqual([
    "2026-11-23T00:00:00Z",
    "2026-11-23T22:00:00Z",
    "2026-11-25T22:00:00Z",
  ]);
});

test("a host of several who is away is missed where all are needed, not where others can do it", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const all = await makeMeetingType(world, one, { groups: [{ hosts: [one, two] }] });
  const any = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  await away(two, "2026-11-23");
  expect(await startsOf(all, "2026-11-23", "2026-11-23")).toEqual([]);
  expect(await startsOf(any, "2026-11-23", "2026-11-23")).toHaveLength(16);
  const { body } = await book(api, any, "2026-11-23T09:00:00Z");
  expect(body.booking.hosts).toMatchObject([{ id: one.id }]);
});

test("bookings that exist stay, and can be cancelled or moved to another date", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-23T09:00:00Z");
  const { id } = made.body.booking;
  await away(host, "2026-11-23");
  const kept = await api("GET", `/bookings/${id}`, { token: host.token });
  expect(kept.body).toMatchObject({ status: "CONFIRMED", start: "2026-11-23T09:00:00Z" });
  const move = (start: string) =>
    api("PATCH", `/bookings/${id}/reschedule`, { token: host.token, body: { start } });
  expect((await move("2026-11-23T10:00:00Z")).body.code).toBe("outside_hours");
  expect((await move("2026-11-24T10:00:00Z")).status).toBe(200);
});

test("what a host does himself on such a date is his own affair", async () => {
  const host = await makeHost(world);
  await away(host, "2026-11-23");
  const body = { title: "Dentist", start: "2026-11-23T09:00:00Z", end: "2026-11-23T10:00:00Z" };
  expect((await api("POST", "/bookings", { token: host.token, body })).status).toBe(201);
});

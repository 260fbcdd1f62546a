// Whose times are offered at all: types, owners, groups and schedules in every odd state.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const START = "2026-11-23T09:00:00Z";

async function slotsOf(type: { id: string }, more = "") {
  const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23${more}`;
  const { status, body } = await api("GET", path);
  const slots = (body.days ?? []) as { slots: { start: string }[] }[];
  return { status, starts: slots.flatMap((day) => day.slots.map(({ start }) => start)) };
}

test("a type that is off has no times, an archived one is not there", async () => {
  const host = await makeHost(world);
  const off = await makeMeetingType(world, host, { isActive: false });
  const archived = await makeMeetingType(world, host, { archivedAt: "2026-11-01" });
  expect(await slotsOf(off)).toEqual({ status: 200, starts: [] });
  expect(await slotsOf(archived)).toEqual({ status: 404, starts: [] });
});

test.each(["SUSPENDED", "INACTIVE"])(
  "the types of a host who is %s are not there",
  async (state) => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    await world.db.run("update users set status = $2 where id = $1", [host.id, state]);
    expect((await slotsOf(type)).status).toBe(404);
    expect((await book(api, type, START)).status).toBe(404);
  },
);

test.each([
  ["no group at all", []],
  ["an empty group", [{ hosts: [] }]],
  ["a group of nobody that needs one", [{ hosts: [], required: 1 }]],
])("a type with %s has no times and takes no bookings", async (_what, groups) => {
  const type = await makeMeetingType(world, await makeHost(world), { groups });
  expect(await slotsOf(type)).toEqual({ status: 200, starts: [] });
  expect((await book(api, type, START)).body.code).toBe("outside_hours");
});

test("a host whose last schedule is gone is never open", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { scheduleId: host.scheduleId });
  await world.db.run("delete from schedules where id = $1", [host.scheduleId]);
  expect(await slotsOf(type)).toEqual({ status: 200, starts: [] });
  expect((await book(api, type, START)).body.code).toBe("outside_hours");
});

test("without its own schedule a type follows its owner's default one", async () => {
  const host = await makeHost(world);
  const scheduleId = newId();
  await world.db.run(
    `with s as (insert into schedules (id, user_id, name, time_zone) values ($1, $2, 'Short', 'UTC'))
     insert into schedule_hours (schedule_id, position, weekday, opens, closes) values ($1, 1, 'monday', '15:00', '15:30')`,
    [scheduleId, host.id],
  );
  const type = await makeMeetingType(world, host, { scheduleId });
  expect((await slotsOf(type)).starts).toEqual(["2026-11-23T15:00:00Z"]);
  await world.db.run("delete from schedules where id = $1", [scheduleId]);
  expect((await slotsOf(type)).starts).toHaveLength(16);
});

test("of all hosts of a group every one must be free, of n so many", async () => {
  const [one, two, three] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const all = await makeMeetingType(world, one, { groups: [{ hosts: [one, two] }] });
  const any = await makeMeetingType(world, one, {
    groups: [{ hosts: [one, two, three], required: 2 }],
  });
  const body = { title: "Busy", start: START, end: "2026-11-23T09:30:00Z" };
  await api("POST", "/bookings", { token: two.token, body });
  expect((await slotsOf(all)).starts).not.toContain(START);
  expect((await slotsOf(any)).starts).toContain(START);
  await api("POST", "/bookings", { token: three.token, body });
  expect((await slotsOf(any)).starts).not.toContain(START);
});

test("a suspended host of several is missed where all are needed, not where others can do it", async () => {
  const [owner, other] = [await makeHost(world), await makeHost(world)];
  const all = await makeMeetingType(world, owner, { groups: [{ hosts: [owner, other] }] });
  const any = await makeMeetingType(world, owner, {
    groups: [{ hosts: [other, owner], required: 1 }],
  });
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [other.id]);
  expect((await slotsOf(all)).starts).toEqual([]);
  expect((await slotsOf(any)).starts).toHaveLength(16);
  expect((await book(api, any, START)).body.booking.hosts).toMatchObject([{ id: owner.id }]);
});

test("rescheduleOf offers the booking's own time, too, and opens its type though that is off", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, START);
  const own = `&rescheduleOf=${made.body.booking.id}`;
  expect((await slotsOf(type)).starts).not.toContain(START);
  expect((await slotsOf(type, own)).starts).toContain(START);
  await world.db.run(
    "update meeting_types set is_active = false, archived_at = now() where id = $1",
    [type.id],
  );
  expect((await slotsOf(type)).status).toBe(404);
  expect((await slotsOf(type, own)).starts).toContain(START);
});

test("rescheduleOf of anything else opens nothing and tells nothing", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const other = await makeMeetingType(world, host);
  const archived = await makeMeetingType(world, host, { archivedAt: "2026-11-01" });
  const off = await makeMeetingType(world, host, { isActive: false });
  const made = await book(api, other, START);
  const cancelled = await book(api, type, "2026-11-23T10:00:00Z");
  await api("DELETE", `/bookings/${cancelled.body.booking.id}`, { token: host.token });
  for (const id of [made.body.booking.id, cancelled.body.booking.id, newId()]) {
    expect((await slotsOf(type, `&rescheduleOf=${id}`)).starts).not.toContain(START);
    expect((await slotsOf(archived, `&rescheduleOf=${id}`)).status).toBe(404);
    expect((await slotsOf(off, `&rescheduleOf=${id}`)).starts).toEqual([]);
  }
});

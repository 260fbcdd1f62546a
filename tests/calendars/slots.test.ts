// What is in hosts' calendars takes their time, for guests and for whoever asks why; nobody waits for a provider.
import { expect, test } from "bun:test";
import { makeCache } from "../../src/cache.ts";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import { guestOf } from "../bookings/support/guest.ts";
import { counting } from "../support/counting.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { calendarWorld, makeCalendar, pass, syncAll, syncDue } from "./support/house.ts";

const hours = [{ weekday: "monday", from: "09:00", until: "12:00" }];
const ALL = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"];
const without = (...gone: string[]) => ALL.filter((time) => !gone.includes(time));

async function house() {
  const world = await calendarWorld();
  const api = client(world);
  const host = await makeHost(world, { hours });
  const type = await makeMeetingType(world, host);
  const ask = (of: { id: string } = type, more = "", token?: string) =>
    api("GET", `/meeting-types/${of.id}/slots?from=2026-11-23&until=2026-11-23${more}`, { token });
  const times = async (of?: { id: string }) => {
    const { body } = await ask(of);
    return body.days.flatMap((day: { slots: { start: string }[] }) =>
      day.slots.map(({ start }) => start.slice(11, 16)),
    );
  };
  const explain = async (of: { id: string } = type) =>
    (await ask(of, "&explain=true", host.token)).body.explanations;
  const set = (what: string, id: string) =>
    world.db.run(`update calendars set ${what} where id = $1`, [id]);
  const look = () =>
    world.db
      .run("select promise_sync(array(select id from calendars), $1)", [world.now() as never])
      .then(() => syncDue(world));
  return { world, script: world.script, api, host, type, ask, times, explain, set, look };
}

test("what is in a checked calendar is not offered, and no buffer reaches into it", async () => {
  const { world, script, host, times, type } = await house();
  const calendar = await makeCalendar(world, host);
  const padded = await makeMeetingType(world, host, { before: 15 });
  script.put(calendar.externalId, "e", "2026-11-23T09:30/10:00");
  script.put(calendar.externalId, "before", "2026-11-22T22:00/2026-11-23T09:00");
  await syncAll(world);
  expect(await times()).toEqual(without("09:30"));
  expect(await times(padded)).toEqual(without("09:00", "09:30", "10:00"));
  script.put(calendar.externalId, "e", "2026-11-23T11:00/12:00");
  pass(world, { minutes: 20 });
  await syncAll(world);
  expect(await times(type)).toEqual(without("11:00", "11:30"));
});

test("tentative time blocks only where its owner says so, at once", async () => {
  const { world, script, host, times, set } = await house();
  const calendar = await makeCalendar(world, host);
  script.put(calendar.externalId, "maybe", "2026-11-23T09:30/10:00", { kind: "tentative" });
  script.put(calendar.externalId, "away", "2026-11-23T11:00/11:30", { kind: "out_of_office" });
  await syncAll(world);
  expect(await times()).toEqual(without("09:30", "11:00"));
  await set("blocks_tentative = false", calendar.id);
  expect(await times()).toEqual(without("11:00"));
});

test("calendars count by host and, where he wants it otherwise, by meeting type", async () => {
  const { world, script, host, type, times } = await house();
  const work = await makeCalendar(world, host);
  const home = await makeCalendar(world, host, { checks: false });
  const other = await makeMeetingType(world, host);
  script.put(work.externalId, "w", "2026-11-23T09:00/09:30");
  script.put(home.externalId, "h", "2026-11-23T10:00/10:30");
  await world.db.run("insert into meeting_type_calendars values ($1, $2, true, false)", [
    type.id,
    home.id,
  ]);
  await syncAll(world);
  expect(await times(type)).toEqual(without("10:00"));
  expect(await times(other)).toEqual(without("09:00"));
  await world.db.run("delete from meeting_type_calendars", []);
  expect(await times(type)).toEqual(without("09:00"));
});

test("our own events are no busy time, nor is what stands in for them until we know them", async () => {
  const { world, script, host, api, type, times } = await house();
  const calendar = await makeCalendar(world, host, { isDestination: true });
  const made = await book(api, type, "2026-11-23T09:00:00Z");
  const { id } = made.body.booking;
  await world.db.run(
    `insert into calendar_events (booking_id, host_id, calendar_id, external_id, version, during)
     values ($1, $2, $3, 'ours', 1, '[2026-11-23T09:00Z,2026-11-23T09:30Z)')`,
    [id, host.id, calendar.id],
  );
  script.put(calendar.externalId, "ours", "2026-11-23T09:00/09:30");
  script.put(calendar.externalId, "new", "2026-11-23T10:00/10:30", { isOurs: true });
  await syncAll(world);
  expect((await guestOf(api, made).cancel()).status).toBe(200);
  expect(await times()).toEqual(ALL);
});

test("a booking onto time that is busy elsewhere is refused as taken, with other times", async () => {
  const { world, script, host, api, type } = await house();
  const calendar = await makeCalendar(world, host);
  script.put(calendar.externalId, "e", "2026-11-23T09:00/10:00");
  await syncAll(world);
  const refused = await book(api, type, "2026-11-23T09:30:00Z");
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({
    code: "slot_taken",
    alternatives: [
      { start: "2026-11-23T10:00:00Z" },
      { start: "2026-11-23T10:30:00Z" },
      { start: "2026-11-23T11:00:00Z" },
    ],
  });
  const held = await api("POST", `/meeting-types/${type.id}/holds`, {
    body: { start: "2026-11-23T09:30:00Z" },
  });
  expect(held).toMatchObject({ status: 409, body: { code: "slot_taken" } });
  const made = await book(api, type, "2026-11-23T10:00:00Z");
  const moved = await guestOf(api, made).move("2026-11-23T09:00:00Z");
  expect(moved).toMatchObject({ status: 409, body: { code: "slot_taken" } });
});

test("a change between slots and booking is heard of: the time is refused, not taken twice", async () => {
  const { world, script, host, api, type, times, look } = await house();
  const calendar = await makeCalendar(world, host);
  await syncAll(world);
  expect(await times()).toEqual(ALL);
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30");
  await look();
  expect((await book(api, type, "2026-11-23T09:00:00Z")).body.code).toBe("slot_taken");
});

test("the owner learns that a calendar has the time, and neither what nor whose", async () => {
  const { world, script, host, explain, ask, type } = await house();
  const calendar = await makeCalendar(world, host, { keepsTitles: true });
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30", { title: "Oncologist" });
  await syncAll(world);
  expect((await explain())[0]).toMatchObject({
    reason: "slot_taken",
    hosts: [
      {
        state: "busy",
        by: "calendar",
        from: "2026-11-23T09:00:00Z",
        until: "2026-11-23T09:30:00Z",
      },
    ],
  });
  expect((await ask(type, "&explain=true", host.token)).text).not.toContain("Oncologist");
});

test("while a calendar cannot be reached, its owner's choice holds", async () => {
  const { world, script, host, times, set, look, explain } = await house();
  const calendar = await makeCalendar(world, host);
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30");
  await syncAll(world);
  script.broken = new CalendarFailure("temporary", "Away");
  await look();
  expect(await times()).toEqual(without("09:00"));
  await set("when_unreachable = 'free'", calendar.id);
  expect(await times()).toEqual(ALL);
  await set("when_unreachable = 'busy'", calendar.id);
  expect(await times()).toEqual([]);
  const told = await explain();
  expect(told).toHaveLength(ALL.length);
  expect(told[0]).toMatchObject({
    reason: "slot_taken",
    hosts: [{ state: "busy", by: "unreachable_calendar" }],
  });
  script.broken = null;
  pass(world, { minutes: 5 });
  await look();
  expect(await times()).toEqual(without("09:00"));
});

test("a calendar that was never read blocks all where its owner wants to be sure", async () => {
  const { world, host, times } = await house();
  await makeCalendar(world, host, { whenUnreachable: "busy" });
  expect(await times()).toEqual([]);
  await syncAll(world);
  expect(await times()).toEqual(ALL);
});

test("an account that lets us in no more is never taken for an empty calendar", async () => {
  const { world, script, host, times, set, look } = await house();
  const calendar = await makeCalendar(world, host);
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30");
  await syncAll(world);
  await world.db.run(
    "update calendar_connections set status = 'needs_reauth', failing_since = now()",
    [],
  );
  await look();
  expect(await times()).toEqual(without("09:00"));
  await set("when_unreachable = 'busy'", calendar.id);
  expect(await times()).toEqual([]);
});

test("one dead calendar does not hide a team: the others are offered, and the owner sees why", async () => {
  const { world, script, host, look, times, explain, api } = await house();
  const other = await makeHost(world, { hours });
  const calendar = await makeCalendar(world, other, { whenUnreachable: "busy" });
  await syncAll(world);
  const team = await makeMeetingType(world, host, {
    groups: [{ hosts: [host, other], required: 1 }],
  });
  script.broken = new CalendarFailure("temporary", "Away");
  await look();
  expect(script.calls.at(-1)?.calendar).toBe(calendar.externalId);
  expect(await times(team)).toEqual(ALL);
  expect((await explain(team))[0].hosts).toMatchObject([
    { id: host.id, state: "free" },
    { id: other.id, state: "busy", by: "unreachable_calendar" },
  ]);
  const made = await book(api, team, "2026-11-23T09:00:00Z");
  expect(made.body.booking.hosts).toMatchObject([{ id: host.id }]);
});

test("neither slots nor a booking waits for a provider, and slots stay one statement", async () => {
  const { world, script, host, type } = await house();
  const calendar = await makeCalendar(world, host);
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30");
  await syncAll(world);
  const calls = script.calls.length;
  const { world: counted, statements } = counting(world);
  const api = client({
    ...counted,
    cache: makeCache({ ...world, config: { ...world.config, CACHE_MEGABYTES: 0 } }),
  });
  await api("GET", `/meeting-types/${type.id}/slots`);
  expect(statements).toHaveLength(1);
  expect((await book(api, type, "2026-11-23T10:00:00Z")).status).toBe(201);
  expect(statements).toHaveLength(3);
  expect(script.calls).toHaveLength(calls);
});

test("what changes nothing raises no version: a copy of the slots stays right", async () => {
  const { world, script, host, type, api, look, set } = await house();
  const calendar = await makeCalendar(world, host);
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30");
  await syncAll(world);
  const path = `/meeting-types/${type.id}/slots`;
  const tagOf = async () => (await api("GET", path)).headers.get("etag");
  const tag = await tagOf();
  // The same again, and read from the beginning.
  script.put(calendar.externalId, "e", "2026-11-23T09:00/09:30", { title: "Another title" });
  await look();
  script.forgotten = 100;
  await look();
  expect(script.calls.at(-1)?.cursor).toBeNull();
  script.forgotten = 0;
  // What it says of itself: it fails, and what it last said holds.
  script.broken = new CalendarFailure("temporary", "Away");
  await look();
  expect(await tagOf()).toBe(tag);
  script.broken = null;
  pass(world, { seconds: 59 });
  await look();
  expect(await tagOf()).toBe(tag);
  script.put(calendar.externalId, "e", "2026-11-23T09:30/10:00");
  await look();
  const next = await tagOf();
  expect(next).not.toBe(tag);
  await set("checks_conflicts = false", calendar.id);
  expect(await tagOf()).not.toBe(next);
});

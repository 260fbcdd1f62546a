// What is in hosts' calendars, page by page: whole, in order, and whatever breaks in between.
import { expect, test } from "bun:test";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import { syncCalendar } from "../../src/calendars/sync.ts";
import { claimDueSyncs } from "../../src/calendars/sync-queries.ts";
import type { World } from "../../src/world.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import {
  busyOf,
  type Calendar,
  type CalendarWorld,
  calendarWorld,
  makeCalendar,
  openSyncs,
  pass,
  stateOf,
  syncAll,
  syncDue,
} from "./support/house.ts";

const START = "2026-11-22T10:00:00Z";

async function house(given: Parameters<typeof makeCalendar>[2] = {}) {
  const world = await calendarWorld();
  const host = await makeHost(world);
  const calendar = await makeCalendar(world, host, given);
  return { world, script: world.script, host, calendar };
}

/** As a push or the next poll would. */
const promise = (world: World, calendar: Calendar) =>
  world.db.run("select promise_sync(array[$1::uuid], $2)", [calendar.id, world.now() as never]);

/** Takes what is due without doing it. */
const claim = async (world: World) => {
  const leaseUntil = world.now().add({ seconds: 120 });
  const due = await claimDueSyncs(world.db, { now: world.now(), leaseUntil, lane: 4, limit: 100 });
  return due.map(({ id, attempts }) => ({ outboxId: id, attempt: attempts }));
};

const titlesOf = (lines: string[]) => lines.map((line) => line.split(" ").slice(3).join(" "));

test("the first run takes every page, from yesterday on, and the cursor with the last", async () => {
  const { world, script, calendar } = await house();
  script.pageSize = 2;
  for (let day = 23; day < 28; day += 1)
    script.put(calendar.externalId, `e${day}`, `2026-11-${day}T09:00/10:00`);
  const cursors: (string | null)[] = [];
  script.beforePage = async () => cursors.push((await stateOf(world, calendar)).cursor);
  await syncAll(world);
  expect(await busyOf(world, calendar)).toEqual(
    [23, 24, 25, 26, 27].map((day) => `e${day} 2026-11-${day}T09:00/10:00 busy`),
  );
  expect(cursors).toEqual([null, null, null]);
  const state = await stateOf(world, calendar);
  expect(state).toMatchObject({ cursor: "5", failingSince: null, runId: null });
  expect(state.syncedAt?.toString()).toBe(START);
  expect(script.calls[0]?.window?.start.toString()).toBe("2026-11-21T00:00:00Z");
  expect(await openSyncs(world)).toEqual([]);
});

test("later runs go on from the cursor: what is new, moved, shorter, free or gone", async () => {
  const { world, script, calendar } = await house();
  const at = calendar.externalId;
  script.put(at, "stays", "2026-11-23T08:00/09:00");
  script.put(at, "moves", "2026-11-23T10:00/11:00");
  script.put(at, "series", ["2026-11-24T09:00/10:00", "2026-11-25T09:00/10:00"]);
  script.put(at, "frees", "2026-11-23T12:00/13:00");
  script.put(at, "ends", "2026-11-23T14:00/15:00");
  await syncAll(world);
  expect(await busyOf(world, calendar)).toHaveLength(6);
  script.put(at, "moves", "2026-11-23T11:00/12:00");
  script.put(at, "series", ["2026-11-24T09:00/10:00", "2026-11-26T09:00/10:00"]);
  script.put(at, "frees", "2026-11-23T12:00/13:00", { isFree: true });
  script.put(at, "new", "2026-11-23T16:00/17:00", { kind: "out_of_office" });
  script.drop(at, "ends");
  pass(world, { hours: 7 });
  await syncAll(world);
  expect(script.calls.map(({ cursor }) => cursor)).toEqual([null, "5"]);
  // The window of the cursor, not a later one.
  expect(script.calls[1]?.window).toEqual(script.calls[0]?.window);
  expect(await busyOf(world, calendar)).toEqual([
    "stays 2026-11-23T08:00/09:00 busy",
    "moves 2026-11-23T11:00/12:00 busy",
    "new 2026-11-23T16:00/17:00 out_of_office",
    "series 2026-11-24T09:00/10:00 busy",
    "series 2026-11-26T09:00/10:00 busy",
  ]);
});

test("a forgotten cursor begins anew, and what is no longer there goes with the last page", async () => {
  const { world, script, calendar } = await house();
  script.pageSize = 1;
  for (const id of ["a", "b", "c"]) script.put(calendar.externalId, id, "2026-11-23T09:00/10:00");
  await syncAll(world);
  script.lose(calendar.externalId, "b");
  script.put(calendar.externalId, "d", "2026-11-23T10:00/11:00");
  script.forgotten = 100;
  const during: number[] = [];
  script.beforePage = async () => during.push((await busyOf(world, calendar)).length);
  await promise(world, calendar);
  await syncDue(world);
  expect(script.calls.map(({ cursor }) => cursor)).toEqual([null, "3", null]);
  // Until the last page nothing that was known is missing.
  expect(during).toEqual([3, 3, 3]);
  expect(await busyOf(world, calendar)).toEqual([
    "a 2026-11-23T09:00/10:00 busy",
    "c 2026-11-23T09:00/10:00 busy",
    "d 2026-11-23T10:00/11:00 busy",
  ]);
});

test("a provider that always forgets fails, and is not asked over and over", async () => {
  const { world, script, calendar } = await house();
  script.next.push(new CalendarFailure("cursor_expired", "Again"));
  await syncAll(world);
  expect(script.calls).toHaveLength(1);
  expect(await stateOf(world, calendar)).toMatchObject({ cursor: null, lastError: "Again" });
});

test("before the window runs out it is rolled forward, and what lies behind is let go", async () => {
  const { world, script, host, calendar } = await house();
  await makeMeetingType(world, host, { horizon: { kind: "rolling", days: 90 } });
  script.put(calendar.externalId, "early", "2026-11-23T09:00/10:00");
  await syncAll(world);
  const [first] = script.calls;
  expect(first?.window?.end.toString()).toBe("2027-03-27T00:00:00Z");
  pass(world, { hours: 24 * 29 });
  await syncAll(world);
  expect(script.calls.at(-1)?.cursor).toBe("1");
  pass(world, { hours: 24 * 2 });
  script.lose(calendar.externalId, "early");
  await syncAll(world);
  expect(script.calls.at(-1)).toMatchObject({ cursor: null });
  expect(script.calls.at(-1)?.window?.start.toString()).toBe("2026-12-22T00:00:00Z");
  expect(await busyOf(world, calendar)).toEqual([]);
});

test("a horizon without an end is followed for so long, and a longer one widens the window", async () => {
  const { world, script, host } = await house();
  const type = await makeMeetingType(world, host, { horizon: { kind: "rolling", days: 10 } });
  await syncAll(world);
  const daysOf = () => {
    const { end } = script.calls.at(-1)!.window!;
    return Math.floor(end.since(world.now()).total("hours") / 24);
  };
  expect(daysOf()).toBe(94);
  await world.db.run(`update meeting_types set horizon = '{"kind":"unlimited"}' where id = $1`, [
    type.id,
  ]);
  pass(world, { hours: 7 });
  await syncAll(world);
  expect(daysOf()).toBe(434);
  await world.db.run(
    `update meeting_types set horizon = '{"kind":"range","from":"2026-12-01","until":"2028-12-31"}' where id = $1`,
    [type.id],
  );
  pass(world, { hours: 7 });
  await syncAll(world);
  expect(script.calls.at(-1)?.cursor).not.toBeNull();
});

test("titles are kept only where their owner wants it", async () => {
  const { world, script, host, calendar } = await house();
  const open = await makeCalendar(world, host, { keepsTitles: true });
  for (const { externalId } of [calendar, open])
    script.put(externalId, "e", "2026-11-23T09:00/10:00", { title: "Oncologist \u0000x" });
  await syncAll(world);
  expect(titlesOf(await busyOf(world, calendar))).toEqual([""]);
  expect(titlesOf(await busyOf(world, open))).toEqual(["Oncologist x"]);
});

test("what takes no time or the same time twice is kept as it can be", async () => {
  const { world, script, calendar } = await house();
  script.put(calendar.externalId, "none", "2026-11-23T09:00/09:00");
  script.put(calendar.externalId, "twice", ["2026-11-23T09:00/10:00", "2026-11-23T09:00/10:00"]);
  await syncAll(world);
  expect(await busyOf(world, calendar)).toEqual(["twice 2026-11-23T09:00/10:00 busy"]);
});

class Killed extends Error {}

/** The world of a process that dies at the nth statement from now on: before it, or once it was carried out. */
function dying(world: CalendarWorld, at: number, isAfter: boolean): CalendarWorld {
  let statements = 0;
  const run: typeof world.db.run = async (text, values) => {
    statements += 1;
    if (statements > at || (statements === at && !isAfter)) throw new Killed();
    const rows = await world.db.run(text, values);
    if (statements === at) throw new Killed();
    return rows;
  };
  return { ...world, db: { ...world.db, run } };
}

test("killed before or after any of its statements, a run that is begun again comes to the same", async () => {
  for (const isAfter of [false, true])
    for (let at = 1; at <= 5; at += 1) {
      const { world, script, calendar } = await house();
      script.pageSize = 1;
      script.put(calendar.externalId, "old", "2026-11-23T08:00/09:00");
      await syncAll(world);
      script.put(calendar.externalId, "a", "2026-11-23T09:00/10:00");
      script.put(calendar.externalId, "b", "2026-11-23T11:00/12:00");
      script.drop(calendar.externalId, "old");
      await promise(world, calendar);
      const [job] = await claim(world);
      await syncCalendar(dying(world, at, isAfter), job!).catch((error: unknown) =>
        expect(error).toBeInstanceOf(Killed),
      );
      // Its lease ends.
      pass(world, { minutes: 3 });
      await syncDue(world);
      expect(await busyOf(world, calendar)).toEqual([
        "a 2026-11-23T09:00/10:00 busy",
        "b 2026-11-23T11:00/12:00 busy",
      ]);
      expect(await stateOf(world, calendar)).toMatchObject({ cursor: "4", failingSince: null });
      expect(await openSyncs(world)).toEqual([]);
      await world.db.close();
    }
});

test("of two runs of a calendar the pages of the one that began last count", async () => {
  const { world, script, calendar } = await house();
  script.pageSize = 1;
  script.put(calendar.externalId, "a", "2026-11-23T09:00/10:00");
  script.put(calendar.externalId, "b", "2026-11-23T10:00/11:00");
  await promise(world, calendar);
  const [first] = await claim(world);
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  script.beforePage = (page) => {
    if (page === 0 || script.calls.length > 1) return null;
    arrived.resolve();
    return gate.promise;
  };
  const slow = syncCalendar(world, first!);
  await arrived.promise;
  // It hangs beyond its lease, and another worker begins.
  pass(world, { minutes: 3 });
  script.drop(calendar.externalId, "b");
  script.put(calendar.externalId, "c", "2026-11-23T12:00/13:00");
  expect(await syncDue(world)).toBe(1);
  const expected = ["a 2026-11-23T09:00/10:00 busy", "c 2026-11-23T12:00/13:00 busy"];
  expect(await busyOf(world, calendar)).toEqual(expected);
  gate.resolve();
  await slow;
  expect(await busyOf(world, calendar)).toEqual(expected);
  expect(await stateOf(world, calendar)).toMatchObject({ cursor: "4", failingSince: null });
});

test("what its owner chooses while a run goes on is kept by another one, at once", async () => {
  const { world, script, calendar } = await house();
  script.put(calendar.externalId, "a", "2026-11-23T09:00/10:00", { title: "Dentist" });
  for (const ends of [null, new CalendarFailure("temporary", "Away")]) {
    await promise(world, calendar);
    let chosen = false;
    script.beforePage = async () => {
      if (chosen) return;
      chosen = true;
      await world.db.run("update calendars set keeps_titles = not keeps_titles where id = $1", [
        calendar.id,
      ]);
      if (ends) throw ends;
    };
    expect(await syncDue(world)).toBe(1);
    expect(await openSyncs(world)).toMatchObject([{ takenUntil: null }]);
    expect(await syncDue(world)).toBe(1);
    expect(await openSyncs(world)).toEqual([]);
    expect(await busyOf(world, calendar)).toHaveLength(1);
  }
});

test("who was refused by what its owner has replaced meanwhile looks again soon", async () => {
  const { world, script, calendar } = await house();
  await promise(world, calendar);
  script.next.push(new CalendarFailure("needs_reauth", "Wrong password"));
  script.beforePage = async () => {
    await world.db.run("update calendar_connections set version = version + 1 where id = $1", [
      calendar.connectionId,
    ]);
  };
  await syncDue(world);
  pass(world, { minutes: 1 });
  expect(await syncDue(world)).toBe(1);
  expect(await stateOf(world, calendar)).toMatchObject({ failingSince: null });
  expect(await openSyncs(world)).toEqual([]);
});

test("what is pushed while a run goes on is looked for again when it has ended", async () => {
  const { world, script, calendar } = await house();
  script.put(calendar.externalId, "a", "2026-11-23T09:00/10:00");
  await promise(world, calendar);
  let pushed = 0;
  script.beforePage = async () => {
    if (pushed > 0) return;
    for (pushed = 0; pushed < 3; pushed += 1) await promise(world, calendar);
  };
  expect(await syncDue(world)).toBe(1);
  // Once more, however often it was pushed.
  expect(await openSyncs(world)).toMatchObject([{ version: 4, takenUntil: null }]);
  expect(await syncDue(world)).toBe(1);
  expect(await openSyncs(world)).toEqual([]);
  expect(script.calls.map(({ cursor }) => cursor)).toEqual([null, "1"]);
});

test("a calendar that nobody wants any more is looked at no more, and forgotten", async () => {
  const { world, script, calendar } = await house();
  script.put(calendar.externalId, "a", "2026-11-23T09:00/10:00");
  await syncAll(world);
  await promise(world, calendar);
  await world.db.run("update calendars set checks_conflicts = false where id = $1", [calendar.id]);
  await syncAll(world);
  expect(script.calls).toHaveLength(1);
  expect(await busyOf(world, calendar)).toEqual([]);
  expect(await stateOf(world, calendar)).toMatchObject({ cursor: null });
  expect(await openSyncs(world)).toEqual([]);
  pass(world, { hours: 48 });
  await syncAll(world);
  expect(script.calls).toHaveLength(1);
  // Wanted again, it is read from the beginning.
  await world.db.run("update calendars set checks_conflicts = true where id = $1", [calendar.id]);
  await syncAll(world);
  expect(script.calls.map(({ cursor }) => cursor)).toEqual([null, null]);
  expect(await busyOf(world, calendar)).toHaveLength(1);
});

test("a calendar that one meeting type alone checks is looked at, too", async () => {
  const { world, script, host, calendar } = await house({ checks: false });
  const type = await makeMeetingType(world, host);
  await syncAll(world);
  expect(script.calls).toEqual([]);
  await world.db.run("insert into meeting_type_calendars values ($1, $2, true, false)", [
    type.id,
    calendar.id,
  ]);
  await syncAll(world);
  expect(script.calls).toHaveLength(1);
});

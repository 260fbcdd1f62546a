// When a calendar cannot be read: what holds meanwhile is another test's matter, who is told is this one's.
import { expect, test } from "bun:test";
import { CalendarFailure, type FailureKind } from "../../src/calendars/failure.ts";
import { pollCalendars } from "../../src/calendars/poll.ts";
import type { World } from "../../src/world.ts";
import { composeRow } from "../support/compose.ts";
import { makeHost } from "../support/make.ts";
import { client } from "../support/world.ts";
import {
  calendarWorld,
  makeCalendar,
  makeConnection,
  openSyncs,
  pass,
  stateOf,
  syncAll,
  syncDue,
} from "./support/house.ts";

async function house(calendars = 1) {
  const world = await calendarWorld();
  const host = await makeHost(world);
  const connection = await makeConnection(world, host);
  const made = [];
  while (made.length < calendars) made.push(await makeCalendar(world, host, { connection }));
  await syncAll(world);
  const connectionState = async () =>
    (
      await world.db.run(
        "select status, failing_since, last_error, told_at, throttled_until from calendar_connections where id = $1",
        [connection.id],
      )
    )[0] as {
      status: string;
      failingSince: Temporal.Instant | null;
      lastError: string | null;
      throttledUntil: Temporal.Instant | null;
    };
  return { world, script: world.script, host, connection, calendars: made, connectionState };
}

const failure = (kind: FailureKind, seconds: number | null = null) =>
  new CalendarFailure(kind, `It said ${kind}`, seconds);

const promiseAll = (world: World) =>
  world.db.run("select promise_sync(array(select id from calendars), $1)", [world.now() as never]);

const told = (world: World, host: { id: string }) =>
  world.db.run(
    `select type, metadata, created_at from notifications where user_id = $1 order by created_at, id`,
    [host.id],
  ) as Promise<readonly { type: string; metadata: Record<string, unknown> }[]>;

const mails = (world: World) =>
  world.db.run("select * from outbox where queue = 'emails' order by created_at", []) as Promise<
    readonly { kind: string }[]
  >;

/** Lives through so many minutes, looking at what is due every one of them. */
async function live(world: Parameters<typeof pass>[0], minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    pass(world, { minutes: 1 });
    await syncDue(world);
  }
}

test("a calendar that fails is tried ever later, and once it answers all is forgotten", async () => {
  const { world, script, calendars, connectionState } = await house();
  const [calendar] = calendars;
  script.broken = failure("temporary");
  await promiseAll(world);
  const begun = world.now();
  const pauses: number[] = [];
  while (world.now().since(begun).total("minutes") < 60) {
    await syncDue(world);
    const [open] = await openSyncs(world);
    pauses.push(Math.round(open!.dueAt.since(world.now()).total("seconds")));
    world.setNow(open!.dueAt.toString());
  }
  expect(pauses.slice(0, 6)).toEqual([30, 30, 60, 120, 240, 420]);
  expect(pauses.slice(6).every((pause) => pause === 900)).toBe(true);
  expect((await stateOf(world, calendar!)).failingSince).toEqual(begun);
  expect(await connectionState()).toMatchObject({
    status: "stale",
    lastError: "It said temporary",
  });
  script.broken = null;
  await syncDue(world);
  expect(await stateOf(world, calendar!)).toMatchObject({ failingSince: null, lastError: null });
  expect(await connectionState()).toMatchObject({ status: "ok", failingSince: null });
  expect(await openSyncs(world)).toEqual([]);
});

test("after a quarter of an hour the host is told by mail and in the app, once for all calendars", async () => {
  const { world, script, host, connection, calendars } = await house(3);
  script.broken = failure("temporary");
  await promiseAll(world);
  await syncDue(world);
  await live(world, 14);
  expect(await told(world, host)).toEqual([]);
  await live(world, 1);
  const notices = await told(world, host);
  expect(notices).toMatchObject([
    {
      type: "CALENDAR_UNREACHABLE",
      metadata: { connectionId: connection.id, provider: "Google", meanwhile: "keep" },
    },
  ]);
  expect(await mails(world)).toMatchObject([{ kind: "CALENDAR_UNREACHABLE" }]);
  await live(world, 120);
  expect(await told(world, host)).toHaveLength(1);
  // While one of them fails, the connection does.
  const [last] = calendars;
  await world.db.run("update outbox set due_at = '2030-01-01' where subject_id = $1", [last!.id]);
  script.broken = null;
  await syncDue(world);
  const statusOf = async () =>
    (await world.db.run("select status from calendar_connections", []))[0]!["status"];
  expect(await statusOf()).toBe("stale");
  await promiseAll(world);
  await syncDue(world);
  expect(await statusOf()).toBe("ok");
  // The next time he is told again; that it works again he sees.
  script.broken = failure("temporary");
  await promiseAll(world);
  await syncDue(world);
  await live(world, 16);
  expect(await told(world, host)).toHaveLength(2);
});

test("of calendars that recover at once, the last one says that the connection is well", async () => {
  const { world, script, connectionState } = await house(4);
  for (let round = 0; round < 10; round += 1) {
    script.broken = failure("temporary");
    await promiseAll(world);
    await syncDue(world);
    await live(world, 16);
    expect(await connectionState()).toMatchObject({ status: "stale" });
    script.broken = null;
    await promiseAll(world);
    await syncDue(world);
    expect(await connectionState()).toMatchObject({ status: "ok", failingSince: null });
  }
});

test("a connection whose failing calendar is no longer wanted is well", async () => {
  const { world, script, calendars, connectionState } = await house(1);
  script.broken = failure("temporary");
  await promiseAll(world);
  await syncDue(world);
  await live(world, 16);
  expect(await connectionState()).toMatchObject({ status: "stale" });
  await world.db.run("update calendars set checks_conflicts = false where id = $1", [
    calendars[0]!.id,
  ]);
  await pollCalendars(world);
  expect(await connectionState()).toMatchObject({ status: "ok" });
});

test("the host reads it in the app, and the mail is not sent when it no longer holds", async () => {
  const { world, script, host } = await house();
  script.broken = failure("temporary");
  await promiseAll(world);
  await syncDue(world);
  await live(world, 15);
  const api = client(world);
  const { body } = await api("GET", "/notifications", { token: host.token });
  expect(body.data).toMatchObject([
    {
      type: "CALENDAR_UNREACHABLE",
      title: "A calendar cannot be reached",
      message:
        "Google (ada@example.com) has not answered for a while. What we last knew of it goes on blocking your time; what is new in it does not. We keep trying.",
    },
  ]);
  const [mail] = await mails(world);
  const composed = await composeRow(world, mail as never);
  expect(composed?.subject).toBe("A calendar cannot be reached");
  script.broken = null;
  await promiseAll(world);
  await live(world, 15);
  expect(await composeRow(world, mail as never)).toBeNull();
});

test("what will never work is said to be an error, and tried all the same", async () => {
  for (const kind of ["forbidden", "not_found", "refused"] as const) {
    const { world, script, connectionState } = await house();
    script.broken = failure(kind);
    await promiseAll(world);
    await syncDue(world);
    expect(await connectionState()).toMatchObject({ status: "ok" });
    await live(world, 16);
    expect(await connectionState()).toMatchObject({ status: "error" });
    expect(await openSyncs(world)).toHaveLength(1);
    await world.db.close();
  }
});

test("who is asked to wait waits as long, with every calendar of that account and with no other", async () => {
  const { world, script, host, calendars, connectionState } = await house(3);
  const other = await makeCalendar(world, host);
  script.calls.length = 0;
  script.next.push(failure("throttled", 90));
  await promiseAll(world);
  const [first] = calendars;
  // One of them hears it, and the rest are promised anew.
  await world.db.run("update outbox set due_at = '2030-01-01' where subject_id <> $1", [first!.id]);
  await syncDue(world);
  await world.db.run("update outbox set due_at = $1 where subject_id <> $2", [
    world.now() as never,
    first!.id,
  ]);
  const until = world.now().add({ seconds: 90 });
  expect((await connectionState()).throttledUntil).toEqual(until);
  expect(await syncDue(world)).toBe(1);
  expect(script.calls.map(({ calendar }) => calendar)).toEqual([
    first!.externalId,
    other.externalId,
  ]);
  pass(world, { seconds: 89 });
  expect(await syncDue(world)).toBe(0);
  pass(world, { seconds: 1 });
  expect(await syncDue(world)).toBe(3);
  // To be asked for patience is no failure.
  expect(await connectionState()).toMatchObject({ status: "ok" });
  expect(await openSyncs(world)).toEqual([]);
});

test("a push does not shorten the wait that a provider has asked for", async () => {
  const { world, script } = await house();
  script.calls.length = 0;
  script.next.push(failure("throttled", 600));
  await promiseAll(world);
  await syncDue(world);
  pass(world, { seconds: 10 });
  await promiseAll(world);
  expect(await syncDue(world)).toBe(0);
  expect(script.calls).toHaveLength(1);
});

test("a wait that never ends is a failure in the end", async () => {
  const { world, script, host } = await house();
  script.broken = failure("throttled", 50);
  await promiseAll(world);
  await syncDue(world);
  await live(world, 14);
  expect(await told(world, host)).toEqual([]);
  await live(world, 3);
  expect(await told(world, host)).toMatchObject([{ type: "CALENDAR_UNREACHABLE" }]);
});

test("a revoked account is noted once by however many runs, told once, and left alone until it is let in again", async () => {
  const { world, script, host, connectionState } = await house(3);
  script.calls.length = 0;
  script.broken = failure("needs_reauth");
  await promiseAll(world);
  await syncDue(world);
  // Three began; which of them still asked when the first had noted it is chance.
  const asked = script.calls.length;
  expect(asked).toBeGreaterThan(0);
  expect(await connectionState()).toMatchObject({ status: "needs_reauth" });
  expect(await told(world, host)).toMatchObject([{ type: "CALENDAR_NEEDS_REAUTH" }]);
  expect(await mails(world)).toMatchObject([{ kind: "CALENDAR_NEEDS_REAUTH" }]);
  await live(world, 60);
  await promiseAll(world);
  pass(world, { hours: 24 });
  await syncAll(world);
  expect(script.calls).toHaveLength(asked);
  expect(await openSyncs(world)).toEqual([]);
  expect(await told(world, host)).toHaveLength(1);
  script.broken = null;
  await world.db.run(
    "update calendar_connections set status = 'ok', failing_since = null, last_error = null",
    [],
  );
  await pollCalendars(world);
  expect(await syncDue(world)).toBe(3);
  expect(await connectionState()).toMatchObject({ status: "ok" });
});

test("what nobody foresaw is put off like a failure of the provider, without its words", async () => {
  const { world, script, calendars } = await house();
  script.beforePage = () => {
    throw new TypeError("token=secret");
  };
  await promiseAll(world);
  await syncDue(world);
  expect(await stateOf(world, calendars[0]!)).toMatchObject({ lastError: "It could not be read" });
  expect(await openSyncs(world)).toMatchObject([{ lastError: "It could not be read" }]);
});

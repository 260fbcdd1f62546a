// What is promised to whom: by triggers, so that no statement can forget.
import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { expireRequests } from "../../src/bookings/lapse.ts";
import { remind } from "../../src/outbox/remind.ts";
import { bodyOf } from "../../src/webhooks/event-schema.ts";
import { EVENTS, type EventName } from "../../src/webhooks/events.ts";
import { mailsOf } from "../bookings/support/asked.ts";
import { counting } from "../support/counting.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, NOW, testWorld } from "../support/world.ts";
import { makeHook, promised, sendAll } from "./support/house.ts";
import { startReceiver } from "./support/receiver.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const api = client(world);
const MONDAY_10 = "2026-11-23T10:00:00Z";
const MONDAY_11 = "2026-11-23T11:00:00Z";
const NOWHERE = "http://127.0.0.1:1/";

async function hookedHost(about = "booking.") {
  const host = await makeHost(world);
  const events = EVENTS.filter((each) => each.startsWith(about));
  return { host, hook: await makeHook(api, host, NOWHERE, events) };
}

/** How a body departs from what the OpenAPI document says of it. */
const faultsOf = (body: { type: EventName }) => [...Value.Errors(bodyOf(body.type), body)];

const kinds = async (hook: { id: string }) => (await promised(world, hook)).map(({ kind }) => kind);

const tokenOf = (url: string) => ({
  "x-booking-token": new URL(url).searchParams.get("token") ?? "",
});

async function patch(host: Host, id: string, verb: string, body: object = {}) {
  const answer = await api("PATCH", `/bookings/${id}/${verb}`, { token: host.token, body });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body;
}

describe("a booking's events", () => {
  test("are promised by the statements that make them, in rising order", async () => {
    const { host, hook } = await hookedHost();
    const type = await makeMeetingType(world, host);
    const { body } = await book(api, type, MONDAY_10);
    const { id } = body.booking;
    const headers = tokenOf(body.cancelUrl);
    await api("PATCH", `/bookings/${id}/reschedule`, { headers, body: { start: MONDAY_11 } });
    await api("PATCH", `/bookings/${id}/cancel`, { headers, body: { reason: "Ill" } });
    await patch(host, id, "restore");
    await patch(host, id, "host-notes", { hostNotes: "Careful" });
    const rows = await promised(world, hook);
    expect(rows.map(({ kind, version }) => `${version} ${kind}`)).toEqual([
      "1 booking.created",
      "2 booking.rescheduled",
      "3 booking.cancelled",
      "4 booking.confirmed",
    ]);
  });

  test("of a request: asked for, and confirmed or declined or lapsed", async () => {
    const { host, hook } = await hookedHost();
    const type = await makeMeetingType(world, host);
    await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
      type.id,
    ]);
    const first = await book(api, type, MONDAY_10);
    await patch(host, first.body.booking.id, "confirm");
    const second = await book(api, type, MONDAY_11);
    await patch(host, second.body.booking.id, "decline");
    expect((await kinds(hook)).toSorted()).toEqual([
      "booking.confirmed",
      "booking.created",
      "booking.created",
      "booking.declined",
    ]);
  });

  test("of one whose guest must confirm it begin when he does", async () => {
    const { host, hook } = await hookedHost();
    const type = await makeMeetingType(world, host);
    await world.db.run(
      `update meeting_types set policies = '{"guestVerification": "email"}' where id = $1`,
      [type.id],
    );
    const { body } = await book(api, type, MONDAY_10);
    const lapsing = await book(api, type, MONDAY_11);
    expect([lapsing.status, await kinds(hook)]).toEqual([201, []]);
    const { id } = body.booking;
    const [{ mail } = { mail: null }] = await mailsOf(world, id);
    const token = /verify\?token=(\S+)/.exec(mail?.text ?? "")?.[1];
    expect((await api("POST", `/bookings/${id}/verify`, { body: { token } })).status).toBe(200);
    world.setNow(NOW.add({ minutes: 31 }).toString());
    await expireRequests(world);
    world.setNow(NOW.toString());
    expect(await kinds(hook)).toEqual(["booking.created"]);
  });

  test("of blocked time, too", async () => {
    const { host, hook } = await hookedHost();
    const body = { title: "Dentist", start: MONDAY_10, end: MONDAY_11 };
    await api("POST", "/bookings", { token: host.token, body });
    expect(await kinds(hook)).toEqual(["booking.created"]);
  });

  test("reach its hosts and the owner of its type, once each, and nobody else", async () => {
    const owner = await hookedHost();
    const taker = await hookedHost();
    const stranger = await hookedHost();
    const type = await makeMeetingType(world, owner.host, { groups: [{ hosts: [taker.host] }] });
    await book(api, type, MONDAY_10);
    expect(await kinds(owner.hook)).toEqual(["booking.created"]);
    expect(await kinds(taker.hook)).toEqual(["booking.created"]);
    expect(await kinds(stranger.hook)).toEqual([]);
  });

  test("reach a host whom it is taken from", async () => {
    const [one, two] = [await hookedHost(), await hookedHost()];
    const hosts = [one.host, two.host];
    const type = await makeMeetingType(world, one.host, { groups: [{ hosts, required: 1 }] });
    const { body } = await book(api, type, MONDAY_10);
    const from = body.booking.hostId === one.host.id ? one : two;
    const to = from === one ? two : one;
    await patch(from.host, body.booking.id, "reassign", { hostId: to.host.id });
    expect(await kinds(from.hook)).toEqual(["booking.created", "booking.rescheduled"]);
    expect(await kinds(to.hook)).toContain("booking.rescheduled");
  });

  test("that an endpoint did not ask for, or that happen while it is stopped, are not promised", async () => {
    const host = await makeHost(world);
    const hook = await makeHook(api, host, NOWHERE, ["booking.cancelled"]);
    const type = await makeMeetingType(world, host);
    const one = await book(api, type, MONDAY_10);
    await patch(host, one.body.booking.id, "cancel");
    const body = { isActive: false };
    await api("PATCH", `/webhooks/${hook.id}`, { token: host.token, body });
    const two = await book(api, type, MONDAY_11);
    await patch(host, two.body.booking.id, "cancel");
    expect(await kinds(hook)).toEqual(["booking.cancelled"]);
  });

  test("of a booking that did not come about are not promised", async () => {
    const { host, hook } = await hookedHost();
    const type = await makeMeetingType(world, host);
    await world.db.run(
      `create or replace function fail_for_a_test() returns trigger language plpgsql as
       $$ begin raise exception 'no analytics today'; end $$`,
      [],
    );
    await world.db.run(
      "create trigger fails before insert on analytics_events for each row execute function fail_for_a_test()",
      [],
    );
    try {
      expect((await book(api, type, MONDAY_10)).status).toBe(500);
    } finally {
      await world.db.run("drop trigger fails on analytics_events", []);
    }
    expect(await kinds(hook)).toEqual([]);
    expect((await book(api, type, MONDAY_10)).status).toBe(201);
    expect(await kinds(hook)).toEqual(["booking.created"]);
  });

  test("cost no statement more", async () => {
    const { host } = await hookedHost();
    const type = await makeMeetingType(world, host);
    const { world: counted, statements } = counting(world);
    await book(client(counted), type, MONDAY_10);
    expect(statements).toHaveLength(2);
  });
});

test("a reminder to guest and host is one event, told when it fires", async () => {
  const { host, hook } = await hookedHost();
  const type = await makeMeetingType(world, host, {
    reminders: [
      { minutesBefore: 60, channel: "email", to: "both" },
      { minutesBefore: 30, channel: "email", to: "guest" },
    ],
  });
  const { body } = await book(api, type, MONDAY_10);
  const rows = await world.db.run(
    "select id from outbox where queue = 'reminders' and booking_id = $1 order by due_at",
    [body.booking.id],
  );
  expect(rows).toHaveLength(3);
  await Promise.all(rows.map(({ id }) => remind(world, { outboxId: id as string, attempt: 1 })));
  expect((await kinds(hook)).filter((kind) => kind === "booking.reminder")).toHaveLength(2);
});

test("a meeting type's events are its owner's: made, changed, deleted or archived", async () => {
  const { host, hook } = await hookedHost("meeting_type.");
  const other = await hookedHost("meeting_type.");
  const { body } = await api("POST", "/meeting-types", {
    token: host.token,
    body: { title: "Call" },
  });
  const path = `/meeting-types/${body.id}`;
  await api("PATCH", path, { token: host.token, body: { title: "Long call" } });
  await api("DELETE", path, { token: host.token });
  const booked = await makeMeetingType(world, host);
  await book(api, booked, MONDAY_10);
  await api("DELETE", `/meeting-types/${booked.id}`, { token: host.token });
  const told = await promised(world, hook);
  expect(told.map(({ kind, version }) => `${kind} ${version}`).toSorted()).toEqual([
    "meeting_type.created 1",
    "meeting_type.created 1",
    "meeting_type.deleted 2",
    "meeting_type.deleted 3",
    "meeting_type.updated 2",
  ]);
  expect(await kinds(other.hook)).toEqual([]);
});

describe("what is sent", () => {
  test("is the event with what was, and the booking as it is now", async () => {
    await using receiver = await startReceiver();
    const host = await makeHost(world);
    await makeHook(api, host, receiver.url, ["booking.created", "booking.rescheduled"]);
    const type = await makeMeetingType(world, host);
    const { body } = await book(api, type, MONDAY_10, { notes: "Hello" });
    const { id } = body.booking;
    await patch(host, id, "host-notes", { hostNotes: "Between us" });
    await patch(host, id, "reschedule", { start: MONDAY_11, reason: "Train" });
    await sendAll(world);
    const [created, moved] = receiver.received.map(({ json }) => json);
    expect(created).toMatchObject({
      type: "booking.created",
      timestamp: world.now().toString(),
      data: { version: 1, change: "booked", actor: { kind: "guest", name: "Grace Hopper" } },
    });
    expect(moved).toMatchObject({
      type: "booking.rescheduled",
      data: {
        version: 3,
        change: "rescheduled",
        actor: { kind: "host", name: "Ada Lovelace" },
        reason: "Train",
        was: { start: MONDAY_10 },
      },
    });
    expect(receiver.received.flatMap(({ json }) => faultsOf(json))).toEqual([]);
    for (const { data } of [created, moved])
      expect(data.booking).toMatchObject({
        id,
        start: MONDAY_11,
        version: 3,
        notes: "Hello",
        guest: { email: "grace@example.com" },
      });
    expect(JSON.stringify(receiver.received)).not.toContain("Between us");
  });

  test("stays under 20 kB, however much a booking holds", async () => {
    await using receiver = await startReceiver();
    const host = await makeHost(world);
    await makeHook(api, host, receiver.url, ["booking.created"]);
    const type = await makeMeetingType(world, host);
    const { body } = await book(api, type, MONDAY_10, { notes: "ä".repeat(5000) });
    await world.db.run(
      `insert into attendees (id, booking_id, name, email, time_zone)
       select gen_random_uuid(), $1, repeat('ü', 200), 'g' || n || '@example.com', 'UTC' from generate_series(1, 200) n`,
      [body.booking.id],
    );
    await sendAll(world);
    const [one] = receiver.received;
    expect(Buffer.byteLength(one?.body ?? "")).toBeLessThan(20_000);
    expect(one?.json.data).toMatchObject({ isTruncated: true, booking: { id: body.booking.id } });
  });

  test("about a booking that is gone is nothing", async () => {
    await using receiver = await startReceiver();
    const host = await makeHost(world);
    const hook = await makeHook(api, host, receiver.url, [
      "booking.created",
      "meeting_type.deleted",
    ]);
    const made = await api("POST", "/meeting-types", {
      token: host.token,
      body: { title: "Call" },
    });
    const booked = await book(api, await makeMeetingType(world, host), MONDAY_10);
    await api("DELETE", `/meeting-types/${made.body.id}`, { token: host.token });
    await world.db.run("delete from bookings where id = $1", [booked.body.booking.id]);
    expect(await kinds(hook)).toEqual(["meeting_type.deleted"]);
    await world.db.run("update outbox set due_at = $1 where endpoint_id = $2", [
      world.now() as never,
      hook.id,
    ]);
    await sendAll(world);
    expect(receiver.received.flatMap(({ json }) => faultsOf(json))).toEqual([]);
    expect(receiver.received.map(({ json }) => json.data)).toEqual([
      { version: 2, meetingTypeId: made.body.id, meetingType: null },
    ]);
  });
});

test("a calendar that needs to be connected again is told by its id, to its owner's endpoints", async () => {
  await using receiver = await startReceiver();
  const host = await makeHost(world);
  await makeHook(api, host, receiver.url, ["calendar.needs_reauth"]);
  const other = await makeHost(world);
  await makeHook(api, other, receiver.url, ["booking.created"]);
  const connectionId = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";
  const count = async (owner: Host) =>
    (
      await world.db.run(
        "select promise_webhooks($1, null, 'calendar.needs_reauth', $2, null, $3) as n",
        [owner.id, connectionId, world.now() as never],
      )
    )[0]?.["n"];
  expect([await count(host), await count(other)]).toEqual([1, 0]);
  await sendAll(world);
  expect(receiver.received.map(({ json }) => json)).toEqual([
    { type: "calendar.needs_reauth", timestamp: world.now().toString(), data: { connectionId } },
  ]);
});

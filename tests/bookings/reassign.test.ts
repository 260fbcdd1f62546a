import { expect, test } from "bun:test";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  askFor,
  hostOf,
  icsOf,
  MONDAY_10,
  mailsOf,
  makeAskedType,
  remindersOf,
  toldOf,
} from "./support/asked.ts";
import { tally } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const REMINDED = { reminders: [{ minutesBefore: 60, channel: "email", to: "both" } as const] };

async function team(count = 3, owner?: Host) {
  const hosts: Host[] = [];
  for (let i = 0; i < count; i += 1) hosts.push(await makeHost(world, { name: `Host ${i}` }));
  const [one, two, three] = hosts as [Host, Host, Host];
  const type = await makeMeetingType(world, owner ?? one, {
    ...REMINDED,
    before: 10,
    groups: [{ hosts, required: 1 }],
  });
  return { hosts, one, two, three, type };
}

const block = (host: Host) =>
  api("POST", "/bookings", {
    token: host.token,
    body: { title: "Dentist", start: MONDAY_10, end: "2026-11-23T10:10:00Z" },
  });

test("another host takes it, with the right word to everybody", async () => {
  const { one, two, type } = await team();
  const { by, id, made, guest } = await askFor(world, one, type);
  const { status, body } = await by.reassign({ reason: "Travelling" });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    hostId: two.id,
    hosts: [{ id: two.id }],
    start: MONDAY_10,
    version: 2,
    sequence: 1,
  });
  expect(await busyOf(world, one)).toEqual([]);
  expect(await busyOf(world, two)).toEqual(["2026-11-23T09:50:00Z/2026-11-23T10:30:00Z"]);
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [
      `BOOKING_CONFIRMATION ${two.email}`,
      `BOOKING_REASSIGNED ${one.email}`,
      "BOOKING_REASSIGNED grace@example.com",
    ].sort(),
  );
  const to = (address: string) => icsOf(mails.find((mail) => mail.to === address)!);
  const uid = to("grace@example.com").find((line) => line.startsWith("UID:"))!;
  expect(to("grace@example.com")).toEqual(
    expect.arrayContaining(["METHOD:REQUEST", "SEQUENCE:1", "STATUS:CONFIRMED"]),
  );
  expect(to(two.email)).toEqual(expect.arrayContaining(["METHOD:REQUEST", "SEQUENCE:1", uid]));
  expect(to(one.email)).toEqual(
    expect.arrayContaining(["METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED", uid]),
  );
  // Who sent the invitation takes it back.
  expect(to(one.email).join()).toContain(`ORGANIZER;CN="Host 0":mailto:${one.email}`);
  expect((await remindersOf(world, id)).sort()).toEqual(
    [two.id, made.body.booking.guest.id].sort(),
  );
  expect((await guest.get()).body.history.at(-1)).toMatchObject({
    event: "reassigned",
    actor: "host",
    by: "Host 0",
    reason: "Travelling",
    was: { hosts: [one.id] },
  });
  // The type is his, so he sees it still; it is not his to change.
  expect((await by.get()).body.hostNotes).toBeUndefined();
  expect((await by.notes({ hostNotes: "Mine" })).status).toBe(403);
  const unread = await api("GET", "/notifications/unread", { token: two.token });
  expect(unread.body.data[0].type).toBe("BOOKING_REASSIGNED");
  await expectSoundLedger(world);
});

test("the next best is one who is open and free; a named one must be", async () => {
  const { one, two, three, type } = await team();
  await block(two);
  const { by, id } = await askFor(world, one, type);
  expect((await by.reassign({ hostId: two.id })).body.code).toBe("slot_taken");
  const closed = hostOf(world, one, id);
  await world.db.run("delete from schedule_hours where schedule_id = $1", [three.scheduleId]);
  expect((await closed.reassign({ hostId: three.id })).body.code).toBe("outside_hours");
  expect((await closed.reassign({})).body.code).toBe("slot_taken");
  await world.db.run(
    `insert into schedule_hours (schedule_id, position, weekday, opens, closes)
     values ($1, 1, 'monday', '09:00', '17:00')`,
    [three.scheduleId],
  );
  await world.db.run(
    `update schedules set caps = '[{"per": "day", "bookings": 1}]' where user_id = $1`,
    [three.id],
  );
  const full = await askFor(
    world,
    three,
    await makeMeetingType(world, three),
    "2026-11-23T15:00:00Z",
  );
  expect((await by.reassign({ hostId: three.id })).body.code).toBe("cap_reached");
  await full.guest.cancel();
  expect((await by.reassign({})).body.hostId).toBe(three.id);
  await expectSoundLedger(world);
});

test("the owner of the type may too; others, and a guest, may not", async () => {
  const owner = await makeHost(world);
  const { one, two, three, type } = await team(3, owner);
  const { id, made } = await askFor(world, one, type);
  const strangers = [await makeHost(world), three];
  for (const stranger of strangers)
    expect((await hostOf(world, stranger, id).reassign({})).status).toBe(404);
  const token = new URL(made.body.cancelUrl).searchParams.get("token");
  expect((await api("PATCH", `/bookings/${id}/reassign?token=${token}`)).status).toBe(401);
  const done = await hostOf(world, owner, id).reassign({ hostId: two.id });
  expect(done.body.hosts).toMatchObject([{ id: two.id }]);
});

test("only within the group: whom nobody can replace stays, and so do the others", async () => {
  const [fixed, one, two, other] = [
    await makeHost(world),
    await makeHost(world),
    await makeHost(world),
    await makeHost(world),
  ];
  const type = await makeMeetingType(world, fixed, {
    ...REMINDED,
    groups: [{ hosts: [fixed] }, { hosts: [one, two], required: 1 }],
  });
  const { id, by, made } = await askFor(world, fixed, type);
  const wrong = [
    await by.reassign({ hostId: other.id }),
    await by.reassign({ hostId: one.id }),
    await by.reassign({ insteadOf: fixed.id }),
    await by.reassign({ insteadOf: other.id }),
  ];
  expect(tally(wrong)).toEqual({ "422 invalid": 4 });
  const done = await by.reassign({});
  expect(done.body).toMatchObject({ hostId: fixed.id });
  expect(done.body.hosts.map(({ id: each }: { id: string }) => each).sort()).toEqual(
    [fixed.id, two.id].sort(),
  );
  expect((await remindersOf(world, id)).sort()).toEqual(
    [fixed.id, two.id, made.body.booking.guest.id].sort(),
  );
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [
      `BOOKING_CONFIRMATION ${two.email}`,
      `BOOKING_REASSIGNED ${one.email}`,
      "BOOKING_REASSIGNED grace@example.com",
    ].sort(),
  );
  await expectSoundLedger(world);
});

test("a request that is handed over is the new host's to answer", async () => {
  const { one, two, hosts } = await team();
  const type = await makeAskedType(world, one, { groups: [{ hosts, required: 1 }] });
  const { by, id, host } = await askFor(world, one, type);
  await by.reassign({ hostId: two.id });
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [
      `BOOKING_REQUESTED ${two.email}`,
      `BOOKING_REASSIGNED ${host.email}`,
      "BOOKING_REASSIGNED grace@example.com",
    ].sort(),
  );
  expect((await by.confirm()).status).toBe(403);
  expect((await hostOf(world, two, id).confirm()).body.status).toBe("CONFIRMED");
  await expectSoundLedger(world);
});

test("a request of several hosts is asked anew of who stays", async () => {
  const [fixed, one, two] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const type = await makeAskedType(world, fixed, {
    notifications: { reschedule: false },
    groups: [{ hosts: [fixed] }, { hosts: [one, two], required: 1 }],
  });
  const { by, id } = await askFor(world, fixed, type);
  await by.reassign({});
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [
      `BOOKING_REQUESTED ${fixed.email}`,
      `BOOKING_REQUESTED ${two.email}`,
      `BOOKING_REASSIGNED ${one.email}`,
    ].sort(),
  );
});

test("not once it has begun or is off, nor time that a host blocked for himself", async () => {
  const own = await testWorld();
  const ask = client(own);
  const [one, two] = [await makeHost(own), await makeHost(own)];
  const type = await makeMeetingType(own, one, { groups: [{ hosts: [one, two], required: 1 }] });
  const { by, id } = await askFor(own, one, type);
  const body = { title: "Dentist", start: "2026-11-23T12:00:00Z", end: "2026-11-23T13:00:00Z" };
  const personal = await ask("POST", "/bookings", { token: one.token, body });
  const mine = hostOf(own, one, personal.body.booking.id);
  expect((await mine.reassign({})).body.code).toBe("invalid");
  await own.db.run("update users set status = 'SUSPENDED' where id = $1", [two.id]);
  expect((await by.reassign({})).body.code).toBe("slot_taken");
  await own.db.run("update meeting_types set owner_id = $2 where id = $1", [type.id, two.id]);
  expect((await by.reassign({})).body.code).toBe("type_inactive");
  own.setNow(MONDAY_10);
  expect((await by.reassign({})).body.code).toBe("booking_closed");
  await hostOf(own, one, id).cancel({});
  expect((await by.reassign({})).body.code).toBe("booking_closed");
});

test("handed over and booked at once, nobody has two meetings", async () => {
  const { one, two, three, hosts, type } = await team();
  const solo = await Promise.all([two, three].map((host) => makeMeetingType(world, host)));
  const starts = Array.from({ length: 8 }, (_, i) =>
    Temporal.Instant.from("2026-11-24T09:00:00Z")
      .add({ minutes: 60 * i })
      .toString(),
  );
  const made = [];
  for (const start of starts) made.push(await askFor(world, one, type, start));
  const answers = await Promise.all([
    ...made.map(({ by }) => by.reassign({})),
    ...made.map(({ by }) => by.reassign({})),
    ...starts.flatMap((start) => solo.map((each) => book(api, each, start))),
  ]);
  for (const { status } of answers) expect([200, 201, 404, 409]).toContain(status);
  expect(hosts).toHaveLength(3);
  await expectSoundLedger(world);
});

test("handed over and back before a mail was written, only the last is told", async () => {
  const { one, two, type } = await team();
  const { by, id } = await askFor(world, one, type);
  await by.reassign({ hostId: two.id });
  const back = await hostOf(world, two, id).reassign({ hostId: one.id });
  expect(back.body.hostId).toBe(one.id);
  // What was said of the earlier change no longer holds.
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [
      `BOOKING_CONFIRMATION ${one.email}`,
      `BOOKING_REASSIGNED ${two.email}`,
      "BOOKING_REASSIGNED grace@example.com",
    ].sort(),
  );
});

test("a database in trouble is no refusal", async () => {
  const own = await testWorld();
  const [one, two] = [await makeHost(own), await makeHost(own)];
  const type = await makeMeetingType(own, one, { groups: [{ hosts: [one, two], required: 1 }] });
  const { by } = await askFor(own, one, type);
  await own.db.run("alter table notifications rename to away", []);
  expect((await by.reassign({})).status).toBe(500);
});

import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { hostOf, icsOf, MONDAY_10, mailsOf, remindersOf, toldOf } from "./support/asked.ts";
import { guestOf, tally } from "./support/guest.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);

async function cancelled(notifications = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, {
    before: 10,
    after: 5,
    notifications,
    reminders: [{ minutesBefore: 60, channel: "email", to: "both" }],
  });
  const made = await book(api, type, MONDAY_10);
  const guest = guestOf(api, made);
  await guest.cancel({ reason: "Ill" });
  const id: string = made.body.booking.id;
  return { host, type, made, guest, id, by: hostOf(world, host, id) };
}

test("a cancelled booking comes back with its time, its invitations and its reminders", async () => {
  const { host, by, id, guest } = await cancelled();
  const { status, body } = await by.restore();
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: "CONFIRMED",
    version: 3,
    sequence: 2,
    cancelledAt: null,
    cancelReason: null,
  });
  expect(await busyOf(world, host)).toEqual(["2026-11-23T09:50:00Z/2026-11-23T10:35:00Z"]);
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [`BOOKING_CONFIRMATION ${host.email}`, "BOOKING_CONFIRMATION grace@example.com"].sort(),
  );
  for (const mail of mails)
    expect(icsOf(mail)).toEqual(expect.arrayContaining(["METHOD:REQUEST", "SEQUENCE:2"]));
  expect(await remindersOf(world, id)).toHaveLength(2);
  const { history } = (await guest.get()).body;
  expect(history.map(({ event }: { event: string }) => event)).toEqual([
    "booked",
    "cancelled",
    "restored",
  ]);
  expect(history.at(-1).was).toMatchObject({ status: "CANCELLED", cancelReason: "Ill" });
  const before = await counts(world, "outbox", "notifications", "booking_history");
  expect((await by.restore()).body).toEqual(body);
  expect(await counts(world, "outbox", "notifications", "booking_history")).toEqual(before);
  await expectSoundLedger(world);
});

test("not where its time is taken, also by the buffers of another", async () => {
  const { by, type } = await cancelled();
  const other = await book(api, type, "2026-11-23T10:30:00Z");
  expect((await by.restore()).body.code).toBe("slot_taken");
  await guestOf(api, other).cancel();
  expect((await by.restore()).status).toBe(200);
  await expectSoundLedger(world);
});

test("of the restored and the new at one time there is one", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { by, type } = await cancelled();
    const answers = await Promise.all([by.restore(), book(api, type, MONDAY_10), by.restore()]);
    const open = await world.db.run(
      "select id from bookings where meeting_type_id = $1 and status = 'CONFIRMED'",
      [type.id],
    );
    expect(open).toHaveLength(1);
    for (const answer of answers) expect([200, 201, 409]).toContain(answer.status);
  }
  await expectSoundLedger(world);
});

test("whoever heard that it is off hears that it is on", async () => {
  const one = await cancelled({ confirmation: false });
  await one.by.restore();
  expect(await mailsOf(world, one.id)).toHaveLength(2);
  const other = await cancelled({ confirmation: false, cancellation: false });
  await other.by.restore();
  expect(await mailsOf(world, other.id)).toEqual([]);
});

test("only its hosts restore it, only ahead of its time, and only what was cancelled", async () => {
  const own = await testWorld();
  const ask = client(own);
  const host = await makeHost(own);
  const made = await book(ask, await makeMeetingType(own, host), MONDAY_10);
  const id: string = made.body.booking.id;
  const by = hostOf(own, host, id);
  expect((await by.restore()).body).toMatchObject({ status: "CONFIRMED", version: 1 });
  await own.db.run("update bookings set status = 'DECLINED' where id = $1", [id]);
  expect((await by.restore()).body.code).toBe("booking_closed");
  await own.db.run("update bookings set status = 'CONFIRMED' where id = $1", [id]);
  await by.cancel({});
  const stranger = hostOf(own, await makeHost(own), id);
  expect((await stranger.restore()).status).toBe(404);
  await own.db.run("update attendees set status = 'CANCELLED' where booking_id = $1", [id]);
  expect((await by.restore()).body.detail).toBe("Every guest has left this meeting.");
  own.setNow(MONDAY_10);
  expect((await by.restore()).body.code).toBe("start_in_past");
});

test("time that a host blocked for himself comes back too", async () => {
  const host = await makeHost(world);
  const body = { title: "Dentist", start: MONDAY_10, end: "2026-11-23T11:00:00Z" };
  const made = await api("POST", "/bookings", { token: host.token, body });
  const by = hostOf(world, host, made.body.booking.id);
  await by.cancel({});
  expect((await by.restore()).body).toMatchObject({ status: "CONFIRMED", kind: "personal" });
  expect(await busyOf(world, host)).toEqual(["2026-11-23T10:00:00Z/2026-11-23T11:00:00Z"]);
});

test("a meeting with seats is not restored beside another of its type and start", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  const [first, second] = [await book(api, type, MONDAY_10), await book(api, type, MONDAY_10)];
  await guestOf(api, first).cancel();
  await world.db.run("update bookings set capacity = 5 where meeting_type_id = $1", [type.id]);
  const answer = await hostOf(world, one, first.body.booking.id).restore();
  expect(tally([answer])).toEqual({ "409 slot_taken": 1 });
  expect(second.status).toBe(201);
});

test("a database in trouble is no refusal", async () => {
  const own = await testWorld();
  const host = await makeHost(own);
  const made = await book(client(own), await makeMeetingType(own, host), MONDAY_10);
  const by = hostOf(own, host, made.body.booking.id);
  await by.cancel({});
  await own.db.run("alter table notifications rename to away", []);
  expect((await by.restore()).status).toBe(500);
});

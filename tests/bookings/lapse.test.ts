import { expect, test } from "bun:test";
import { completeMeetings, expireRequests } from "../../src/bookings/lapse.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  asked,
  askFor,
  icsOf,
  MONDAY_10,
  mailsOf,
  makeAskedType,
  toldOf,
} from "./support/asked.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const LATER = "2026-11-30T10:00:00Z";
const DEADLINE = "2026-11-24T10:00:00Z";

test("a request that nobody answers lapses: its time is free, everybody is told", async () => {
  const world = await testWorld();
  const { host, by, id, guest, api } = await asked(world, {}, LATER);
  world.setNow("2026-11-24T09:59:59Z");
  await expireRequests(world);
  expect((await by.get()).body.status).toBe("PENDING");
  world.setNow(DEADLINE);
  await expireRequests(world);
  const { body } = await by.get();
  expect(body).toMatchObject({ status: "EXPIRED", version: 2, sequence: 1 });
  expect(body.history.at(-1)).toMatchObject({ event: "expired", actor: "system", by: null });
  expect(await busyOf(world, host)).toEqual([]);
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [`BOOKING_EXPIRED ${host.email}`, "BOOKING_EXPIRED grace@example.com"].sort(),
  );
  for (const mail of mails)
    expect(icsOf(mail)).toEqual(expect.arrayContaining(["METHOD:CANCEL", "SEQUENCE:1"]));
  const { data } = (await api("GET", "/notifications/unread", { token: host.token })).body;
  expect(data.map(({ type }: { type: string }) => type)).toEqual([
    "BOOKING_EXPIRED",
    "BOOKING_REQUESTED",
  ]);
  expect(data[0].metadata.bookingId).toBe(id);
  expect((await guest.cancel()).body.code).toBe("booking_closed");
  const before = await counts(world, "outbox", "notifications", "booking_history");
  await expireRequests(world);
  expect(await counts(world, "outbox", "notifications", "booking_history")).toEqual(before);
  await expectSoundLedger(world);
});

test("guests are told by mail as the type says, hosts in any case in the app", async () => {
  const world = await testWorld();
  const { id } = await asked(world, { notifications: { cancellation: false } }, LATER);
  world.setNow(DEADLINE);
  await expireRequests(world);
  expect(await mailsOf(world, id)).toEqual([]);
  expect(await counts(world, "notifications")).toEqual({ notifications: 2 });
});

test("two workers, an answer and a new guest at once leave one truth", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  const type = await makeAskedType(world, host);
  const starts = Array.from({ length: 12 }, (_, i) =>
    Temporal.Instant.from("2026-11-30T09:00:00Z")
      .add({ minutes: 30 * i })
      .toString(),
  );
  const requests = [];
  for (const start of starts) requests.push(await askFor(world, host, type, start));
  world.setNow(DEADLINE);
  const late = { ...world, now: () => Temporal.Instant.from("2026-11-24T09:59:00Z") };
  const ask = client(late);
  const [again] = await Promise.all([
    Promise.all(starts.map((start) => book(client(world), type, start))),
    expireRequests(world),
    expireRequests(world),
    ...requests.map(({ id }) => ask("PATCH", `/bookings/${id}/confirm`, { token: host.token })),
  ]);
  await expireRequests(world);
  await expectSoundLedger(world);
  const open = await world.db.run(
    `select lower(during) as start, count(*)::int as n from bookings where status in ('PENDING', 'CONFIRMED')
     group by 1 having count(*) > 1`,
    [],
  );
  expect(open).toEqual([]);
  const [twice] = await world.db.run(
    `select count(*)::int as n from (select booking_id from booking_history
     where event in ('expired', 'confirmed') group by booking_id having count(*) > 1) x`,
    [],
  );
  expect(twice).toEqual({ n: 0 });
  for (const { status } of again) expect([201, 409]).toContain(status);
});

test("meetings that are over are completed, and go on to count to caps", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, MONDAY_10);
  const own = { title: "Dentist", start: "2026-11-23T11:00:00Z", end: "2026-11-23T11:30:00Z" };
  const personal = await api("POST", "/bookings", { token: host.token, body: own });
  await world.db.run(
    `update schedules set caps = '[{"per": "day", "bookings": 1}]' where user_id = $1`,
    [host.id],
  );
  const before = await counts(world, "outbox", "notifications");
  world.setNow("2026-11-23T10:29:59Z");
  await completeMeetings(world);
  expect((await guestOf(api, made).get()).body.status).toBe("CONFIRMED");
  world.setNow("2026-11-23T11:30:00Z");
  await Promise.all([completeMeetings(world), completeMeetings(world)]);
  const { body } = await guestOf(api, made).get();
  expect(body).toMatchObject({ status: "COMPLETED", version: 2, sequence: 0 });
  expect(body.history.at(-1)).toMatchObject({ event: "completed", actor: "system" });
  const { id } = personal.body.booking;
  expect((await api("GET", `/bookings/${id}`, { token: host.token })).body.status).toBe(
    "COMPLETED",
  );
  expect(await counts(world, "outbox", "notifications")).toEqual(before);
  expect((await book(api, type, "2026-11-23T14:00:00Z")).body.code).toBe("cap_reached");
  await expectSoundLedger(world);
});

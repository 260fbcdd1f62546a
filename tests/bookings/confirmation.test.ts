import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  asked,
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
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const REMINDED = { reminders: [{ minutesBefore: 60, channel: "email", to: "both" } as const] };
const TUESDAY_9 = "2026-11-24T09:00:00Z";

const unread = async (token: string): Promise<string[]> =>
  (await client(world)("GET", "/notifications/unread", { token })).body.data.map(
    ({ type }: { type: string }) => type,
  );

test("a request holds the time, and tells host and guest so", async () => {
  const { host, type, made, api, id } = await asked(world, REMINDED);
  expect(made.status).toBe(201);
  // 48 hours would end after the meeting began
  expect(made.body.booking).toMatchObject({ status: "PENDING", expiresAt: MONDAY_10, sequence: 0 });
  expect(await busyOf(world, host)).toEqual(["2026-11-23T10:00:00Z/2026-11-23T10:30:00Z"]);
  expect((await book(api, type, MONDAY_10)).body.code).toBe("slot_taken");
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [`BOOKING_REQUESTED ${host.email}`, "BOOKING_REQUESTED grace@example.com"].sort(),
  );
  for (const mail of mails)
    expect(icsOf(mail)).toEqual(expect.arrayContaining(["METHOD:REQUEST", "STATUS:TENTATIVE"]));
  expect(mails.find(({ to }) => to === host.email)?.mail.text).toContain(`/b/${id}/decide?token=`);
  expect(mails.find(({ to }) => to !== host.email)?.mail.text).not.toContain("decide");
  expect(await remindersOf(world, id)).toEqual([]);
  expect(await unread(host.token)).toEqual(["BOOKING_REQUESTED"]);
  await expectSoundLedger(world);
});

test("a request for a time far ahead must be answered within 48 hours", async () => {
  const { made } = await asked(world, {}, "2026-11-30T10:00:00Z");
  expect(made.body.booking.expiresAt).toBe("2026-11-24T10:00:00Z");
});

test("the host is asked by mail also where guests are told nothing", async () => {
  const { host, id } = await asked(world, { notifications: { confirmation: false } });
  expect(toldOf(await mailsOf(world, id))).toEqual([`BOOKING_REQUESTED ${host.email}`]);
});

test("confirmed, it is a booking: everybody is invited and reminded, once", async () => {
  const { host, by, id, made } = await asked(world, REMINDED);
  const yes = await by.confirm();
  expect(yes.status).toBe(200);
  expect(yes.headers.get("etag")).toBe('"v2"');
  expect(yes.body).toMatchObject({
    status: "CONFIRMED",
    expiresAt: null,
    version: 2,
    sequence: 1,
  });
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [`BOOKING_CONFIRMATION ${host.email}`, "BOOKING_CONFIRMATION grace@example.com"].sort(),
  );
  for (const mail of mails)
    expect(icsOf(mail)).toEqual(expect.arrayContaining(["SEQUENCE:1", "STATUS:CONFIRMED"]));
  expect((await remindersOf(world, id)).sort()).toEqual(
    [host.id, made.body.booking.guest.id].sort(),
  );
  const before = await counts(world, "outbox", "notifications", "booking_history");
  const again = await by.confirm({});
  expect([again.status, again.body]).toEqual([200, yes.body]);
  expect(await counts(world, "outbox", "notifications", "booking_history")).toEqual(before);
  expect((await by.decline()).body).toMatchObject({
    code: "booking_closed",
    detail: "This booking is confirmed: it can be cancelled.",
  });
  await expectSoundLedger(world);
});

test("declined, the time is free, and the guest is told why", async () => {
  const { host, type, by, id, api } = await asked(world);
  const no = await by.decline({ reason: " On leave " });
  expect(no.body).toMatchObject({ status: "DECLINED", cancelReason: "On leave", sequence: 1 });
  expect(no.body.cancelledAt).toBeNull();
  expect(await busyOf(world, host)).toEqual([]);
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [`BOOKING_DECLINED ${host.email}`, "BOOKING_DECLINED grace@example.com"].sort(),
  );
  for (const mail of mails) {
    expect(icsOf(mail)).toEqual(expect.arrayContaining(["METHOD:CANCEL", "SEQUENCE:1"]));
    expect(mail.mail.text).toContain("Reason: On leave");
  }
  expect((await by.decline({ reason: "Other" })).body).toEqual(no.body);
  expect((await by.confirm()).body.code).toBe("booking_closed");
  expect((await book(api, type, MONDAY_10)).status).toBe(201);
  await expectSoundLedger(world);
});

test("what guests are told of is what the type says", async () => {
  const notifications = { confirmation: false, cancellation: false };
  const one = await asked(world, { notifications });
  await one.by.confirm();
  expect(toldOf(await mailsOf(world, one.id))).toEqual([]);
  const other = await asked(world, { notifications });
  await other.by.decline();
  expect(toldOf(await mailsOf(world, other.id))).toEqual([]);
});

test("many answers at once have one effect", async () => {
  const { by, id } = await asked(world);
  const yes = await Promise.all(Array.from({ length: 8 }, () => by.confirm()));
  expect(tally(yes)).toEqual({ "200": 8 });
  expect(new Set(yes.map(({ body }) => body.version))).toEqual(new Set([2]));
  expect(toldOf(await mailsOf(world, id))).toHaveLength(2);
  for (let round = 0; round < 10; round += 1) {
    const torn = await asked(world);
    const answers = await Promise.all([
      torn.by.confirm(),
      torn.by.decline(),
      torn.guest.cancel(),
      torn.by.confirm(),
    ]);
    const { body } = await torn.by.get();
    expect(["CONFIRMED", "DECLINED", "CANCELLED"]).toContain(body.status);
    const decided = body.history.filter(({ event }: { event: string }) => event !== "booked");
    // A guest may cancel what was confirmed a moment before.
    expect(decided.map(({ event }: { event: string }) => event).join()).toMatch(
      /^(confirmed|declined|cancelled|confirmed,cancelled)$/,
    );
    for (const answer of answers) expect([200, 409]).toContain(answer.status);
  }
  await expectSoundLedger(world);
});

test("of two requests for one time there is never but one", async () => {
  const host = await makeHost(world);
  const type = await makeAskedType(world, host);
  const made = await Promise.all(
    Array.from({ length: 6 }, () => book(client(world), type, MONDAY_10)),
  );
  expect(tally(made)).toEqual({ "201": 1, "409 slot_taken": 5 });
});

test("a cancelled request is not confirmed, nor is a stranger's, nor one of another state", async () => {
  const { guest, by, id, host } = await asked(world);
  const other = hostOf(world, await makeHost(world), id);
  expect(tally([await other.confirm(), await other.decline()])).toEqual({ "404 not_found": 2 });
  expect((await by.confirm({ version: 7 })).body.code).toBe("version_conflict");
  expect((await by.confirm(undefined, { "if-match": '"v7"' })).status).toBe(412);
  await guest.cancel();
  expect((await by.confirm()).body.code).toBe("booking_closed");
  expect((await by.decline()).body.code).toBe("booking_closed");
  expect(await busyOf(world, host)).toEqual([]);
});

test("a guest does not confirm what he asked for", async () => {
  const { id, made, api } = await asked(world);
  const token = new URL(made.body.cancelUrl).searchParams.get("token")!;
  const { status } = await api("PATCH", `/bookings/${id}/confirm?token=${token}`);
  expect(status).toBe(401);
});

test("a guest who moves a confirmed booking asks anew", async () => {
  const { guest, by, id, host } = await asked(world, REMINDED);
  await by.confirm();
  const moved = await guest.move(TUESDAY_9);
  expect(moved.body).toMatchObject({
    status: "PENDING",
    expiresAt: "2026-11-24T09:00:00Z",
    sequence: 2,
  });
  expect(await remindersOf(world, id)).toEqual([]);
  const mails = await mailsOf(world, id);
  expect(toldOf(mails)).toEqual(
    [`BOOKING_REQUESTED ${host.email}`, "BOOKING_REQUESTED grace@example.com"].sort(),
  );
  expect(mails[0]?.mail.text).toContain("Before: Monday, 23 November 2026");
  expect((await by.get()).body.history.at(-1).was.status).toBe("CONFIRMED");
  expect((await by.confirm()).body).toMatchObject({ status: "CONFIRMED", start: TUESDAY_9 });
  await expectSoundLedger(world);
});

test("a host who moves a request has said yes", async () => {
  const { by, id, host } = await asked(world, {
    ...REMINDED,
    notifications: { reschedule: false },
  });
  expect((await by.move({ start: TUESDAY_9 })).body).toMatchObject({
    status: "CONFIRMED",
    expiresAt: null,
  });
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [`BOOKING_RESCHEDULED ${host.email}`, "BOOKING_RESCHEDULED grace@example.com"].sort(),
  );
  expect(await remindersOf(world, id)).toHaveLength(2);
  await expectSoundLedger(world);
});

test("a request that lapsed blocks nobody and is not confirmed, though no worker runs", async () => {
  const own = await testWorld();
  const { host, type, by, guest, id, api } = await asked(own, {}, "2026-11-30T10:00:00Z");
  await own.db.run(
    `update meeting_types set caps = '[{"per": "day", "bookings": 1}]' where id = $1`,
    [type.id],
  );
  await own.db.run(
    `update schedules set caps = '[{"per": "day", "bookings": 1}]' where user_id = $1`,
    [host.id],
  );
  own.setNow("2026-11-24T10:00:00Z");
  for (const answer of [await by.confirm(), await by.decline(), await guest.move(TUESDAY_9)])
    expect(answer.body).toMatchObject({
      code: "booking_closed",
      detail: "This booking is expired.",
    });
  expect((await guest.get()).body.status).toBe("EXPIRED");
  const listed = await api("GET", "/bookings", { token: host.token });
  expect(listed.body.data[0]).toMatchObject({ id, status: "EXPIRED", expiresAt: null });
  expect(await mailsOf(own, id)).toEqual([]);
  const slots = await api(
    "GET",
    `/meeting-types/${type.id}/slots?from=2026-11-30&until=2026-11-30&timeZone=UTC`,
  );
  expect(JSON.stringify(slots.body)).toContain("2026-11-30T10:00:00Z");
  const next = await askFor(own, host, type, "2026-11-30T10:00:00Z");
  expect(next.made.status).toBe(201);
  expect((await next.by.confirm()).body.status).toBe("CONFIRMED");
  expect((await next.guest.get()).body.status).toBe("CONFIRMED");
});

test("a time that went to somebody else is not confirmed, whatever the clock says", async () => {
  const { by, id } = await asked(world);
  // As by a process whose clock is ahead.
  await world.db.run("delete from reservations where booking_id = $1", [id]);
  const late = await by.confirm();
  expect([late.status, late.body.code]).toEqual([409, "booking_closed"]);
  expect((await by.get()).body).toMatchObject({ status: "PENDING", version: 1 });
  await by.decline();
});

test("an answer that lost a deadlock is tried again", async () => {
  const own = await testWorld();
  const { by, guest } = await asked(own);
  await own.db.run("create sequence tries", []);
  await own.db.run(
    `create function lose() returns trigger language plpgsql as $$ begin
       if nextval('tries') % 2 = 1 then raise exception 'lost' using errcode = '40P01'; end if;
       return new;
     end $$`,
    [],
  );
  await own.db.run(
    "create trigger lose before update on bookings for each row execute function lose()",
    [],
  );
  expect((await by.confirm()).body).toMatchObject({ status: "CONFIRMED", version: 2 });
  expect((await guest.cancel()).body).toMatchObject({ status: "CANCELLED", version: 3 });
});

test("a database in trouble is no refusal", async () => {
  const own = await testWorld();
  const { by } = await asked(own);
  await own.db.run("alter table notifications rename to away", []);
  expect((await by.confirm()).status).toBe(500);
});

test("types that ask for nothing confirm at once, and so do meetings with seats", async () => {
  const host = await makeHost(world);
  const plain = await book(client(world), await makeMeetingType(world, host), MONDAY_10);
  expect(plain.body.booking.status).toBe("CONFIRMED");
  const yes = await hostOf(world, host, plain.body.booking.id).confirm();
  expect([yes.status, yes.body.version]).toEqual([200, 1]);
  const seated = await makeAskedType(world, await makeHost(world));
  await world.db.run("update meeting_types set capacity = 3 where id = $1", [seated.id]);
  expect((await book(client(world), seated, MONDAY_10)).body.booking.status).toBe("CONFIRMED");
});

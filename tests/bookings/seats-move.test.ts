// A guest of a shared meeting moves his seat to another one: what follows for him, the hosts and the others.
import { expect, test } from "bun:test";
import { remind } from "../../src/outbox/remind.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { type Answer, client, testWorld } from "../support/world.ts";
import { hostOf } from "./support/asked.ts";
import { asks } from "./support/asking.ts";
import { guestOf } from "./support/guest.ts";
import { startsOf } from "./support/holds.ts";
import { counts, expectSoundLedger } from "./support/ledger.ts";
import { meetingsOf, seat, seated, seatsOf, tellAll } from "./support/seats.ts";

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";
const LATER = "2026-11-23T11:00:00Z";
const idOf = ({ body }: Answer): string => body.booking.id;
const told = async (id: string) => {
  const mails = await tellAll(world, id);
  return { mails, kinds: mails.map(({ kind, to }) => `${kind} ${to}`) };
};
const sequenceOf = (ics: string | undefined) => Number(/SEQUENCE:(\d+)/.exec(ics ?? "")?.[1]);

/** Grace and Mary at nine, Annie at eleven; all mails are sent. */
async function twoMeetings(capacity = 3, given: Parameters<typeof seated>[2] = {}) {
  const { host, type } = await seated(world, capacity, given);
  const grace = await seat(api, type, AT, "Grace");
  const mary = await seat(api, type, AT, "Mary");
  const annie = await seat(api, type, LATER, "Annie");
  for (const each of [grace, annie]) await tellAll(world, idOf(each));
  return { host, type, grace, mary, annie };
}

test("he leaves one meeting and joins the other; his event, his token and his way to it stay", async () => {
  const { host, type, grace, mary, annie } = await twoMeetings();
  const guest = guestOf(api, mary);
  const moved = await guest.move(LATER, { reason: "Too early" });
  expect(moved.status).toBe(200);
  expect(moved.body).toMatchObject({ id: idOf(annie), start: LATER, guest: { name: "Mary" } });
  expect(await meetingsOf(world, type)).toEqual([
    "1/3 CONFIRMED: Grace",
    "2/3 CONFIRMED: Annie, Mary",
  ]);
  const { mails, kinds } = await told(idOf(annie));
  expect(kinds).toEqual([
    "BOOKING_RESCHEDULED mary@example.com",
    `BOOKING_CONFIRMATION ${host.email}`,
  ]);
  expect(mails[0]?.mail.text).toContain("Before:");
  expect(mails[0]?.mail.text).toContain("10:00 – 10:30");
  for (const line of [
    `UID:${mary.body.booking.guest.id}@`,
    "SEQUENCE:1",
    "METHOD:REQUEST",
    "DTSTART:20261123T110000Z",
    `/b/${idOf(annie)}?token=`,
  ])
    expect(mails[0]?.ics).toContain(line);
  expect(mails[1]?.mail.subject).toStartWith("New booking: Intro call with Mary");
  for (const name of ["annie", "mary"])
    expect(mails[1]?.ics).toContain(`mailto:${name}@example.com`);
  const left = await told(idOf(grace));
  expect(left.kinds).toEqual([`BOOKING_CANCELLED ${host.email}`]);
  expect(left.mails[0]?.mail.subject).toStartWith("Seat free again: Intro call without Mary");
  expect(left.mails[0]?.mail.text).toContain("Reason: Too early");
  expect(left.mails[0]?.ics).toContain("METHOD:REQUEST");
  expect(left.mails[0]?.ics).not.toContain("mary@example.com");
  await expectSoundLedger(world);
});

test("the history of both meetings tells it, to the hosts and to him, and to no other guest", async () => {
  const { host, grace, mary, annie } = await twoMeetings();
  await guestOf(api, mary).move(LATER, { reason: "Too early" });
  const left = (await hostOf(world, host, idOf(grace)).get()).body;
  expect(left.history.at(-1)).toMatchObject({
    event: "moved_away",
    actor: "guest",
    by: "Mary",
    reason: "Too early",
    was: { to: LATER, toBookingId: idOf(annie) },
  });
  expect(left.attendees).toMatchObject([
    { name: "Grace", status: "ACTIVE" },
    { name: "Mary", status: "CANCELLED" },
  ]);
  const joined = (await hostOf(world, host, idOf(annie)).get()).body;
  expect(joined.history.at(-1)).toMatchObject({
    event: "moved_in",
    by: "Mary",
    was: { start: AT, end: "2026-11-23T09:30:00Z", bookingId: idOf(grace) },
  });
  const listed = (await api("GET", "/bookings", { token: host.token })).body.data;
  expect(listed.find(({ id }: { id: string }) => id === idOf(grace)).attendees).toEqual(
    left.attendees,
  );
  const own = (await guestOf(api, mary).get()).body.history;
  expect(own.at(-1)).toMatchObject({ event: "moved_in", by: "Mary", was: { start: AT } });
  expect(own.at(-1).was.bookingId).toBeUndefined();
  for (const other of [grace, annie]) {
    const seen = await guestOf(api, other).get();
    expect(seen.text).not.toContain("Mary");
    expect(seen.body.history.map(({ event }: { event: string }) => event)).toEqual(["booked"]);
  }
});

test("every link that he was ever mailed leads to where he sits now; nobody else's does", async () => {
  const { host, grace, mary, annie } = await twoMeetings();
  const guest = guestOf(api, mary);
  await guest.move(LATER);
  await guest.move("2026-11-23T13:00:00Z");
  expect((await guest.get()).body).toMatchObject({ start: "2026-11-23T13:00:00Z" });
  const { search } = new URL(mary.body.cancelUrl);
  for (const id of [idOf(grace), idOf(annie)]) {
    const page = await api("GET", `/b/${id}${search}`);
    expect([page.status, page.text.includes("14:00")]).toEqual([200, true]);
    const ics = await api("GET", `/bookings/${id}/calendar.ics${search}`);
    expect(ics.text).toContain("DTSTART:20261123T130000Z");
  }
  // Where he never was his token opens nothing, nor does a stranger's open where he was.
  const stranger = await seat(api, (await seated(world, 3)).type, AT, "Eve");
  expect((await api("GET", `/bookings/${idOf(stranger)}${search}`)).status).toBe(404);
  const eves = new URL(stranger.body.cancelUrl).search;
  expect((await api("GET", `/bookings/${idOf(grace)}${eves}`)).status).toBe(404);
  // A forged one leads a host to his own booking and nobody anywhere.
  const forged = `${search.slice(0, -4)}AAAA`;
  expect((await api("GET", `/bookings/${idOf(grace)}${forged}`)).status).toBe(404);
  const own = await api("GET", `/bookings/${idOf(grace)}${forged}`, { token: host.token });
  expect(own.body.id).toBe(idOf(grace));
  expect((await guest.cancel()).body).toMatchObject({ status: "CANCELLED" });
});

test("where nobody sits yet he opens a meeting of his own, with whom he brings", async () => {
  const { host, type } = await seated(world, 4);
  await seat(api, type, AT, "Grace");
  const mary = await seat(api, type, AT, "Mary", { guests: [{ email: "annie@example.com" }] });
  await tellAll(world, idOf(mary));
  const moved = await guestOf(api, mary).move(LATER);
  expect(moved.body).toMatchObject({ start: LATER, status: "CONFIRMED" });
  expect(moved.body.id).not.toBe(idOf(mary));
  expect(moved.body.guests).toEqual([{ name: "annie@example.com", email: "annie@example.com" }]);
  expect(await meetingsOf(world, type)).toEqual([
    "1/4 CONFIRMED: Grace",
    "2/4 CONFIRMED: Mary, annie@example.com",
  ]);
  const { kinds, mails } = await told(moved.body.id);
  expect(kinds).toEqual([
    "BOOKING_RESCHEDULED mary@example.com",
    "BOOKING_RESCHEDULED annie@example.com",
    `BOOKING_CONFIRMATION ${host.email}`,
  ]);
  expect(mails.map(({ ics }) => sequenceOf(ics))).toEqual([1, 1, 0]);
  await expectSoundLedger(world);
});

test("who is alone moves the meeting itself, and it keeps its id", async () => {
  const { host, type } = await seated(world, 3);
  const grace = await seat(api, type, AT, "Grace");
  await tellAll(world, idOf(grace));
  const moved = await guestOf(api, grace).move(LATER);
  expect(moved.body).toMatchObject({ id: idOf(grace), start: LATER, sequence: 1 });
  expect(await meetingsOf(world, type)).toEqual(["1/3 CONFIRMED: Grace"]);
  expect((await told(idOf(grace))).kinds).toEqual([
    "BOOKING_RESCHEDULED grace@example.com",
    `BOOKING_RESCHEDULED ${host.email}`,
  ]);
});

test("the last one out cancels the meeting he leaves for another: its hosts are told of both", async () => {
  const { host, type, grace, mary, annie } = await twoMeetings();
  await guestOf(api, grace).cancel();
  await tellAll(world, idOf(grace));
  const moved = await guestOf(api, mary).move(LATER, { reason: "Alone is no fun" });
  expect(moved.body.id).toBe(idOf(annie));
  expect(await meetingsOf(world, type)).toEqual([
    "1/3 CANCELLED: null",
    "2/3 CONFIRMED: Annie, Mary",
  ]);
  const off = await told(idOf(grace));
  expect(off.kinds).toEqual([`BOOKING_CANCELLED ${host.email}`]);
  expect(off.mails[0]?.mail.subject).toStartWith("Cancelled: Intro call with Mary");
  expect(off.mails[0]?.ics).toContain("METHOD:CANCEL");
  expect((await told(idOf(annie))).kinds).toEqual([
    "BOOKING_RESCHEDULED mary@example.com",
    `BOOKING_CONFIRMATION ${host.email}`,
  ]);
  // Nobody is left to come, so there is nothing to bring back.
  const restored = await hostOf(world, host, idOf(grace)).restore();
  expect([restored.status, restored.body.code]).toEqual([409, "booking_closed"]);
  expect((await hostOf(world, host, idOf(grace)).get()).body).toMatchObject({
    status: "CANCELLED",
    cancelReason: "Alone is no fun",
    guest: null,
  });
  expect(await startsOf(api, type, "2026-11-23")).toContain(AT);
  await expectSoundLedger(world);
});

test("his sequence rises with every move, however young the meeting is he comes to", async () => {
  const { host, type, grace, mary } = await twoMeetings();
  const guest = guestOf(api, mary);
  const sequences: number[] = [];
  const note = async (id: string) => {
    const own = (await told(id)).mails.find(({ to }) => to === "mary@example.com");
    if (own) sequences.push(sequenceOf(own.ics));
  };
  // The meeting of nine has moved twice before he leaves it.
  for (const start of ["2026-11-23T14:00:00Z", AT]) {
    await hostOf(world, host, idOf(grace)).move({ start });
    await note(idOf(grace));
  }
  for (const start of [LATER, "2026-11-24T09:00:00Z", AT, LATER]) {
    const { body } = await guest.move(start);
    expect(body.start).toBe(start);
    await note(body.id);
  }
  const { body } = await guest.cancel();
  await note(body.id);
  expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect((await meetingsOf(world, type)).filter((text) => text.includes("Mary"))).toEqual([]);
});

test("a full meeting, one without enough seats, and one of another length are refused, and he stays", async () => {
  const { type, mary } = await twoMeetings(2);
  await seat(api, type, LATER, "Eve");
  const full = await guestOf(api, mary).move(LATER);
  expect([full.status, full.body.code]).toEqual([409, "seats_full"]);
  const { type: other } = await seated(world, 3, { otherMinutes: [60] });
  await seat(api, other, AT, "Grace");
  const party = await seat(api, other, AT, "Mary", { guests: [{ email: "eve@example.com" }] });
  await seat(api, other, LATER, "Annie");
  await seat(api, other, LATER, "Joan");
  const few = await guestOf(api, party).move(LATER);
  expect([few.status, few.body.code]).toEqual([409, "seats_full"]);
  expect(few.body.detail).toContain("not enough for 2");
  const longer = await guestOf(api, party).move(LATER, { durationMinutes: 60 });
  expect(longer.status).toBe(409);
  expect(await meetingsOf(world, other)).toEqual([
    "3/3 CONFIRMED: Grace, Mary, eve@example.com",
    "2/3 CONFIRMED: Annie, Joan",
  ]);
  await expectSoundLedger(world);
});

test("free times for a seat are those that he can move to, and no others", async () => {
  const { type, grace, mary } = await twoMeetings(2, { minutes: 60, step: 30 });
  const ask = (made: Answer) =>
    startsOf(api, type, "2026-11-23", `&rescheduleOf=${idOf(made)}&seat=true`);
  const offered = await ask(mary);
  expect(offered).toContain(LATER);
  expect(offered).not.toContain("2026-11-23T09:30:00Z");
  await seat(api, type, LATER, "Eve");
  expect(await ask(mary)).not.toContain(LATER);
  // Alone, his own time is free as well.
  await guestOf(api, grace).cancel();
  expect(await ask(mary)).toContain("2026-11-23T09:30:00Z");
  expect((await guestOf(api, mary).move("2026-11-23T09:30:00Z")).body.start).toBe(
    "2026-11-23T09:30:00Z",
  );
  await expectSoundLedger(world);
});

test("a type that takes no bookings lets its guests move, a cap counts the meeting they leave", async () => {
  const { type, mary, annie } = await twoMeetings();
  await world.db.run("update meeting_types set is_active = false, version = version + 1", []);
  expect((await guestOf(api, mary).move(LATER)).body.id).toBe(idOf(annie));
  expect((await guestOf(api, mary).move("2026-11-24T09:00:00Z")).status).toBe(200);
  await world.db.run("update meeting_types set is_active = true, version = version + 1", []);
  const capped = await seated(world, 3, { caps: [{ per: "day", bookings: 1 }] });
  const one = await seat(api, capped.type, AT, "Grace");
  await seat(api, capped.type, AT, "Mary");
  const refused = await guestOf(api, one).move(LATER);
  expect([refused.status, refused.body.code]).toEqual([409, "cap_reached"]);
  expect((await guestOf(api, one).move("2026-11-24T09:00:00Z")).status).toBe(200);
  expect(await meetingsOf(world, type)).toHaveLength(3);
});

test("version and If-Match guard it, versions rise for him, and the same start is no change", async () => {
  const { mary } = await twoMeetings();
  const guest = guestOf(api, mary);
  const before = (await guest.get()).body.version as number;
  expect((await guest.move(LATER, { version: before + 1 })).body.code).toBe("version_conflict");
  const moved = await guest.move(LATER, { version: before });
  expect(moved.body.version).toBeGreaterThan(before);
  expect((await guest.move(AT, { version: before })).body).toMatchObject({
    code: "version_conflict",
    current: { start: LATER, guest: { name: "Mary" } },
  });
  const written = ["outbox", "notifications", "booking_history"];
  const wrote = await counts(world, ...written);
  expect((await guest.move(LATER)).body.version).toBe(moved.body.version);
  expect(await counts(world, ...written)).toEqual(wrote);
});

test("the host's cut-off and his wish for a reason hold for seats too", async () => {
  const { type } = await seated(world, 3);
  await asks(world, type, {
    policies: { rescheduleUntilMinutesBefore: 60, reasonRequired: true },
  });
  await seat(api, type, AT, "Grace");
  const mary = await seat(api, type, AT, "Mary");
  expect((await guestOf(api, mary).move(LATER)).body.errors[0].path).toBe("reason");
  world.setNow("2026-11-23T08:30:00Z");
  const late = await guestOf(api, mary).move(LATER, { reason: "Overslept" });
  world.setNow("2026-11-22T10:00:00Z");
  expect([late.status, late.body.code]).toEqual([422, "policy_forbids"]);
});

test("by his page he chooses among meetings with seats and moves there", async () => {
  const { type, mary, annie } = await twoMeetings();
  const { pathname, search, searchParams } = new URL(mary.body.rescheduleUrl);
  const picker = await api("GET", pathname + search);
  expect(picker.status).toBe(200);
  expect(picker.text).toContain("2 seats");
  const form = new URLSearchParams({
    token: searchParams.get("token") ?? "",
    start: LATER,
    timeZone: "Europe/Berlin",
  });
  const post = () =>
    api("POST", pathname, {
      body: `${form}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  const moved = await post();
  expect(moved.status).toBe(303);
  expect(moved.headers.get("location")).toContain(`/b/${idOf(annie)}?`);
  const page = await api("GET", moved.headers.get("location") ?? "");
  expect(page.text).toContain("The booking has a new time.");
  // The form sent again from a page of before does no harm.
  expect((await post()).status).toBe(303);
  expect(await meetingsOf(world, type)).toEqual([
    "1/3 CONFIRMED: Grace",
    "2/3 CONFIRMED: Annie, Mary",
  ]);
});

test("a mail or a reminder of where he sat before is not sent any more", async () => {
  const reminders = [{ minutesBefore: 60, channel: "email", to: "both" } as const];
  const { host, type } = await seated(world, 3, { reminders });
  const grace = await seat(api, type, AT, "Grace");
  const mary = await seat(api, type, AT, "Mary");
  const moved = await guestOf(api, mary).move(LATER);
  expect((await told(idOf(grace))).kinds).toEqual([
    "BOOKING_CONFIRMATION grace@example.com",
    `BOOKING_CONFIRMATION ${host.email}`,
    `BOOKING_CANCELLED ${host.email}`,
  ]);
  const remindersOf = async (id: string) => {
    await tellAll(world, id);
    const due = await world.db.run(
      "select id from outbox where booking_id = $1 and queue = 'reminders' order by id",
      [id],
    );
    for (const row of due) await remind(world, { outboxId: `${row["id"]}`, attempt: 1 });
    return (await told(id)).kinds.map((kind) => kind.replace("BOOKING_REMINDER ", "")).sort();
  };
  expect(await remindersOf(idOf(grace))).toEqual(["grace@example.com", host.email].sort());
  expect(await remindersOf(moved.body.id)).toEqual(["mary@example.com", host.email].sort());
});

test("a repeat of the request that gave him his seat shows where he sits now", async () => {
  const { type } = await seated(world, 3);
  await seat(api, type, AT, "Grace");
  const headers = { "idempotency-key": "once" };
  const mary = await seat(api, type, AT, "Mary", { headers });
  const moved = await guestOf(api, mary).move(LATER);
  const again = await seat(api, type, AT, "Mary", { headers });
  expect(again.body.booking).toMatchObject({ id: moved.body.id, start: LATER });
});

test("of several hosts who is free takes the meeting he opens, and hears of it", async () => {
  const [ada, bob] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, ada, {
    minutes: 60,
    step: 30,
    groups: [{ hosts: [ada, bob], required: 1 }],
  });
  await seatsOf(world, type, 2);
  const grace = await seat(api, type, AT, "Grace");
  await seat(api, type, AT, "Mary");
  await tellAll(world, idOf(grace));
  const busy = grace.body.booking.hostId as string;
  const free = busy === ada.id ? bob : ada;
  const moved = await guestOf(api, grace).move("2026-11-23T09:30:00Z");
  expect(moved.body).toMatchObject({ hostId: free.id });
  expect((await told(moved.body.id)).kinds).toEqual([
    "BOOKING_RESCHEDULED grace@example.com",
    `BOOKING_CONFIRMATION ${free.email}`,
  ]);
  await expectSoundLedger(world);
});

test("guests of a type that has but one seat by now move each to a meeting of his own", async () => {
  const { type, mary } = await twoMeetings();
  await seatsOf(world, type, 1);
  await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
    type.id,
  ]);
  const taken = await guestOf(api, mary).move(LATER);
  expect([taken.status, taken.body.code]).toEqual([409, "slot_taken"]);
  const moved = await guestOf(api, mary).move("2026-11-23T13:00:00Z");
  expect(moved.body).toMatchObject({ start: "2026-11-23T13:00:00Z", status: "PENDING" });
  await expectSoundLedger(world);
});

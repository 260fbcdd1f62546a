// A guest leaves a meeting that others stay in; the last one out cancels it.
import { expect, test } from "bun:test";
import { remind } from "../../src/outbox/remind.ts";
import { client, testWorld } from "../support/world.ts";
import { hostOf } from "./support/asked.ts";
import { guestOf } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";
import { meetingsOf, seat, seated, tellAll } from "./support/seats.ts";

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";

const titlesOf = async ({ token }: { token: string }): Promise<string[]> =>
  (await api("GET", "/notifications", { token })).body.data.map(
    ({ title }: { title: string }) => title,
  );

test("a guest leaves with whom he brought; he and the host are told, the others hear nothing", async () => {
  const { host, type } = await seated(world, 5);
  const one = await seat(api, type, AT, "Grace");
  const { id } = one.body.booking;
  const two = await seat(api, type, AT, "Mary", { guests: [{ email: "dorothy@example.com" }] });
  await seat(api, type, AT, "Annie");
  await tellAll(world, id);
  const left = await guestOf(api, two).cancel({ reason: "A cold" });
  expect(left.body).toMatchObject({
    status: "CANCELLED",
    cancelReason: "A cold",
    version: 4,
    sequence: 0,
  });
  expect(left.body.cancelledAt).toBe("2026-11-22T10:00:00Z");
  expect(await meetingsOf(world, type)).toEqual(["2/5 CONFIRMED: Annie, Grace"]);
  expect((await guestOf(api, one).get()).body).toMatchObject({
    status: "CONFIRMED",
    cancelReason: null,
  });
  expect((await guestOf(api, one).get()).text).not.toContain("A cold");
  const told = await tellAll(world, id);
  expect(told.map(({ kind, to }) => `${kind} ${to}`)).toEqual([
    "BOOKING_CANCELLED mary@example.com",
    "BOOKING_CANCELLED dorothy@example.com",
    `BOOKING_CANCELLED ${host.email}`,
  ]);
  for (const { ics } of told.slice(0, 2)) {
    expect(ics).toContain("METHOD:CANCEL");
    expect(ics).toContain("SEQUENCE:1");
    expect(ics).toContain(`UID:${two.body.booking.guest.id}@`);
  }
  const toHost = told[2];
  expect(toHost?.mail.subject).toStartWith("Seat free again: Intro call without Mary");
  expect(toHost?.mail.text).toContain("Mary no longer comes");
  expect(toHost?.mail.text).toContain("Reason: A cold");
  expect(toHost?.ics).toContain("METHOD:REQUEST");
  expect(toHost?.ics).toContain(`UID:${id}@`);
  expect(toHost?.ics).toContain("SUMMARY:Intro call\r\n");
  expect(toHost?.ics).not.toContain("mary@example.com");
  for (const name of ["grace", "annie"])
    expect(toHost?.ics).toContain(`mailto:${name}@example.com`);
  expect((await titlesOf(host))[0]).toBe("A guest left");
  const { history } = (await hostOf(world, host, id).get()).body;
  expect(history.at(-1)).toMatchObject({
    event: "left",
    actor: "guest",
    by: "Mary",
    reason: "A cold",
  });
  await expectSoundLedger(world);
});

test("who left sees so by his link; cancelling again changes nothing, and he cannot move it", async () => {
  const { type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  const two = await seat(api, type, AT, "Mary");
  const mary = guestOf(api, two);
  await mary.cancel();
  const before = await world.db.run("select count(*)::int as n from outbox", []);
  expect((await mary.cancel()).body).toMatchObject({ status: "CANCELLED", version: 3 });
  expect(await world.db.run("select count(*)::int as n from outbox", [])).toEqual(before);
  expect((await mary.move("2026-11-23T10:00:00Z")).body.code).toBe("booking_closed");
  const url = new URL(two.body.cancelUrl);
  expect((await api("GET", `/b/${one.body.booking.id}${url.search}`)).text).toContain("cancelled");
  const ics = await api("GET", new URL(two.body.icsUrl).pathname + new URL(two.body.icsUrl).search);
  expect(ics.text).toContain("METHOD:CANCEL");
});

test("the last one out cancels the meeting: its time is free, and the host is told that it is off", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  const two = await seat(api, type, AT, "Mary");
  const { id } = one.body.booking;
  await guestOf(api, one).cancel();
  await tellAll(world, id);
  expect((await guestOf(api, two).cancel()).body).toMatchObject({
    status: "CANCELLED",
    sequence: 1,
  });
  expect(await world.db.run("select 1 from reservations where booking_id = $1", [id])).toEqual([]);
  const told = await tellAll(world, id);
  expect(told.map(({ to }) => to)).toEqual(["mary@example.com", host.email]);
  expect(told[1]?.mail.subject).toStartWith("Cancelled: Intro call with Mary");
  expect(told[1]?.ics).toContain("METHOD:CANCEL");
  const anew = await seat(api, type, AT, "Annie");
  expect(anew.body.booking.id).not.toBe(id);
  await expectSoundLedger(world);
});

test("the host cancels it for all who are there", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  await seat(api, type, AT, "Mary");
  const gone = await seat(api, type, AT, "Annie");
  const { id } = one.body.booking;
  await guestOf(api, gone).cancel();
  await tellAll(world, id);
  const off = await hostOf(world, host, id).cancel({ reason: "I am ill" });
  expect(off.body.status).toBe("CANCELLED");
  const told = await tellAll(world, id);
  expect(told.map(({ to }) => to)).toEqual(["grace@example.com", "mary@example.com", host.email]);
  expect(told[0]?.mail.text).toContain("I am ill");
  expect((await guestOf(api, gone).get()).body.cancelReason).toBeNull();
});

test("a mail about a guest who joined is not sent once he left, nor that he left once all is off", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  const two = await seat(api, type, AT, "Mary");
  const { id } = one.body.booking;
  await guestOf(api, two).cancel();
  const kinds = async () => (await tellAll(world, id)).map(({ kind, to }) => `${kind} ${to}`);
  expect(await kinds()).toEqual([
    "BOOKING_CONFIRMATION grace@example.com",
    `BOOKING_CONFIRMATION ${host.email}`,
    "BOOKING_CANCELLED mary@example.com",
    `BOOKING_CANCELLED ${host.email}`,
  ]);
  const three = await seat(api, type, AT, "Annie");
  await guestOf(api, three).cancel();
  await guestOf(api, one).cancel();
  expect(await kinds()).toEqual([
    "BOOKING_CANCELLED annie@example.com",
    "BOOKING_CANCELLED grace@example.com",
    `BOOKING_CANCELLED ${host.email}`,
  ]);
});

test("each guest is told of his own seat, and the host of each guest by name", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  const { id } = one.body.booking;
  await tellAll(world, id);
  const two = await seat(api, type, AT, "Mary", { notes: "Vegetarian" });
  const told = await tellAll(world, id);
  expect(told.map(({ to }) => to)).toEqual(["mary@example.com", host.email]);
  expect(told[0]?.ics).toContain(`UID:${two.body.booking.guest.id}@`);
  expect(told[0]?.mail.text + (told[0]?.ics ?? "")).not.toContain("Grace");
  expect(told[1]?.mail.subject).toStartWith("New booking: Intro call with Mary");
  expect(told[1]?.mail.text).toContain("Notes: Vegetarian");
  expect(told[1]?.ics).toContain("mailto:grace@example.com");
  expect(told[1]?.mail.html).not.toContain("token=");
});

test("a host who no longer takes the meeting gets no guest's mail, and no guest his", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  const { id } = one.body.booking;
  await world.db.run("delete from outbox where user_id is null", []);
  const { host: other } = await seated(world, 3);
  await world.db.run("update outbox set user_id = $2 where user_id = $1", [host.id, other.id]);
  expect(await tellAll(world, id)).toEqual([]);
});

test("reminders are for each guest and once for the host; not for who left", async () => {
  const reminders = [{ minutesBefore: 60, channel: "email", to: "both" } as const];
  const { host, type } = await seated(world, 3, { reminders });
  const one = await seat(api, type, AT, "Grace");
  const two = await seat(api, type, AT, "Mary");
  const { id } = one.body.booking;
  await guestOf(api, two).cancel();
  await tellAll(world, id);
  const due = await world.db.run("select id from outbox where booking_id = $1 order by id", [id]);
  expect(due).toHaveLength(3);
  for (const row of due) await remind(world, { outboxId: `${row["id"]}`, attempt: 1 });
  const told = await tellAll(world, id);
  expect(told.map(({ to }) => to).sort()).toEqual(["grace@example.com", host.email].sort());
});

test("the host's cut-off holds for leaving too", async () => {
  const { type } = await seated(world, 3, { policies: { cancelUntilMinutesBefore: 2880 } });
  const one = await seat(api, type, AT, "Grace");
  await seat(api, type, AT, "Mary");
  expect((await guestOf(api, one).cancel()).body.code).toBe("policy_forbids");
  expect(await meetingsOf(world, type)).toEqual(["2/3 CONFIRMED: Grace, Mary"]);
});

// Processes whose clocks differ by ten minutes, and one whose clock jumps back.
import { expect, test } from "bun:test";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { remind } from "../../src/outbox/remind.ts";
import { sendEmail } from "../../src/outbox/send-email.ts";
import { hold, startsOf } from "../bookings/support/holds.ts";
import { expectSoundLedger } from "../bookings/support/ledger.ts";
import { book, makeHost, makeMeetingType, PASSWORD } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const MONDAY = "2026-11-23";
const at = (time: string) => `${MONDAY}T${time}:00Z`;

/** The same database, seen by a process whose clock goes so many minutes ahead. */
const off = (world: TestWorld, minutes: number): TestWorld => ({
  ...world,
  now: () => world.now().add({ minutes }),
});

test("who signs in where the clock goes ahead is signed in where it goes behind, and the other way round", async () => {
  const world = await testWorld();
  const { email } = await makeHost(world);
  const [ahead, behind] = [client(off(world, 10)), client(off(world, -10))];
  for (const [by, to] of [
    [ahead, behind],
    [behind, ahead],
  ] as const) {
    const login = await by("POST", "/auth/login", { body: { email, password: PASSWORD } });
    expect(login.status).toBe(200);
    expect((await to("GET", "/users/me", { token: login.body.token })).status).toBe(200);
  }
});

test("a hold that has ended by one clock and not by another is booked once", async () => {
  const world = await testWorld();
  const type = await makeMeetingType(world, await makeHost(world));
  const [ahead, behind] = [client(off(world, 10)), client(off(world, -10))];
  const held = await hold(behind, type, at("10:00"));
  expect(held.status).toBe(201);
  const told = await Promise.all([
    book(ahead, type, at("10:00"), { guest: { email: "a@example.com" } }),
    book(behind, type, at("10:00"), {
      guest: { email: "b@example.com" },
      holdId: held.body.holdId,
    }),
  ]);
  expect(told.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  await expectSoundLedger(world);
});

test("no process offers or takes what is past by its own clock", async () => {
  const world = await testWorld();
  const type = await makeMeetingType(world, await makeHost(world));
  world.setNow(at("10:05"));
  for (const [minutes, first] of [
    [10, at("10:30")],
    [-10, at("10:00")],
  ] as const) {
    const api = client(off(world, minutes));
    expect((await startsOf(api, type, MONDAY))[0]).toBe(first);
  }
  const late = await book(client(off(world, 10)), type, at("10:00"));
  expect([late.status, late.body.code]).toEqual([422, "start_in_past"]);
});

test("a reminder is sent once, though the clock jumps back, and by workers whose clocks differ", async () => {
  const world = await testWorld();
  const type = await makeMeetingType(world, await makeHost(world), {
    notifications: { confirmation: false },
    reminders: [{ minutesBefore: 60, channel: "email", to: "guest" }],
  });
  expect((await book(client(world), type, at("10:00"))).status).toBe(201);
  const work = async (by: TestWorld) => {
    for (const queue of ["reminders", "emails"] as const) {
      const claim = { queue, now: by.now(), leaseUntil: leaseEnd(by), limit: 100 };
      for (const { id, attempts } of await claimDuePromises(by.db, claim)) {
        const job = { outboxId: id, attempt: attempts };
        await (queue === "reminders" ? remind(by, job) : sendEmail(by, job));
      }
    }
  };
  const reminders = async () =>
    (await world.db.run("select 1 from mailbox where subject like 'Reminder:%'", [])).length;
  world.setNow(at("08:55"));
  await work(off(world, -10));
  expect(await reminders()).toBe(0);
  await work(off(world, 10));
  expect(await reminders()).toBe(1);
  for (const now of [at("08:00"), at("08:58"), at("09:00"), at("09:10")]) {
    world.setNow(now);
    await work(off(world, -10));
    await work(world);
  }
  expect(await reminders()).toBe(1);
});

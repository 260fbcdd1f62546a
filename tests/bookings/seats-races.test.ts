// Many at once for few seats: never one too many, never one lost.
import { expect, test } from "bun:test";
import { client, testWorld } from "../support/world.ts";
import { hostOf } from "./support/asked.ts";
import { guestOf, tally } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";
import { meetingsOf, seat, seated } from "./support/seats.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "10" });
const api = client(world);
const AT = "2026-11-23T09:00:00Z";
const names = (n: number) => Array.from({ length: n }, (_, i) => `Guest${i}`);

/** That each meeting's counter is the number of who is there. */
async function expectSeatsCounted(): Promise<void> {
  const wrong = await world.db.run(
    `select b.id, b.seats_taken, b.capacity from bookings b where b.status = 'CONFIRMED' and (b.seats_taken > b.capacity
       or b.seats_taken <> (select count(*) from attendees a where a.booking_id = b.id and a.status = 'ACTIVE'))`,
    [],
  );
  expect(wrong).toEqual([]);
  await expectSoundLedger(world);
}

test("of 100 guests for 10 seats exactly 10 get one", async () => {
  const { type } = await seated(world, 10);
  const answers = await Promise.all(names(100).map((name) => seat(api, type, AT, name)));
  expect(tally(answers)).toEqual({ "201": 10, "409 seats_full": 90 });
  expect(await meetingsOf(world, type)).toEqual([expect.stringMatching(/^10\/10 CONFIRMED: /)]);
  await expectSeatsCounted();
});

test("parties that race for the last seats never overfill the meeting", async () => {
  const { type } = await seated(world, 10);
  const parties = names(20).map((name, i) =>
    seat(api, type, AT, name, {
      guests: Array.from({ length: i % 3 }, (_, k) => ({ email: `${name}-${k}@example.com` })),
    }),
  );
  const counted = tally(await Promise.all(parties));
  expect(Object.keys(counted).sort()).toEqual(["201", "409 seats_full"]);
  await expectSeatsCounted();
});

test("the seat that one gives back while another asks for the last is never lost or sold twice", async () => {
  for (let round = 0; round < 12; round += 1) {
    const { type } = await seated(world, 2);
    const one = await seat(api, type, AT, "Grace");
    await seat(api, type, AT, "Mary");
    const [left, asked] = await Promise.all([
      guestOf(api, one).cancel(),
      seat(api, type, AT, "Annie"),
    ]);
    expect(left.status).toBe(200);
    expect([201, 409]).toContain(asked.status);
    if (asked.status === 409) expect(asked.body.code).toBe("seats_full");
    expect((await seat(api, type, AT, "Eve")).status).toBe(asked.status === 201 ? 409 : 201);
  }
  await expectSeatsCounted();
});

test("the last one out and the next one in: a meeting with him, or a new one", async () => {
  for (let round = 0; round < 12; round += 1) {
    const { type } = await seated(world, 2);
    const one = await seat(api, type, AT, "Grace");
    const [left, asked] = await Promise.all([
      guestOf(api, one).cancel(),
      seat(api, type, AT, "Annie"),
    ]);
    expect([left.status, left.body.status, asked.status]).toEqual([200, "CANCELLED", 201]);
    const open = (await meetingsOf(world, type)).filter((text) => text.includes("CONFIRMED"));
    expect(open).toEqual(["1/2 CONFIRMED: Annie"]);
  }
  await expectSeatsCounted();
});

test("all guests leave at once: the meeting is cancelled once, and its time is free", async () => {
  const { type } = await seated(world, 8);
  const made = await Promise.all(names(8).map((name) => seat(api, type, AT, name)));
  const left = await Promise.all(made.map((each) => guestOf(api, each).cancel()));
  expect(tally(left)).toEqual({ "200": 8 });
  expect(await meetingsOf(world, type)).toEqual([
    expect.stringMatching(/^1\/8 CANCELLED: Guest\d$/),
  ]);
  await expectSeatsCounted();
});

test("the same key fired 20 times takes one seat", async () => {
  const { type } = await seated(world, 10);
  await seat(api, type, AT, "Grace");
  const headers = { "idempotency-key": "once" };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => seat(api, type, AT, "Mary", { headers })),
  );
  expect(tally(answers)).toEqual({ "201": 20 });
  expect(new Set(answers.map(({ body }) => body.booking.guest.id)).size).toBe(1);
  expect(await meetingsOf(world, type)).toEqual(["2/10 CONFIRMED: Grace, Mary"]);
});

test("a meeting that moves to a start where guests open another is in one place, and they in one", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { host, type } = await seated(world, 4);
    const one = await seat(api, type, AT, "Grace");
    const to = "2026-11-23T13:00:00Z";
    const [moved, opened] = await Promise.all([
      hostOf(world, host, one.body.booking.id).move({ start: to }),
      seat(api, type, to, "Mary"),
    ]);
    expect([200, 409]).toContain(moved.status);
    expect(opened.status).toBe(201);
    expect(moved.body.code ?? "slot_taken").toBe("slot_taken");
  }
  await expectSeatsCounted();
});

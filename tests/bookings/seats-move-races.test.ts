// Seats that move while others move, come, leave and cancel: never one too many, never one lost.
import { expect, test } from "bun:test";
import { type Answer, client, testWorld } from "../support/world.ts";
import { hostOf } from "./support/asked.ts";
import { guestOf, tally } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";
import { meetingsOf, seat, seated } from "./support/seats.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "10" });
const api = client(world);
const NINE = "2026-11-23T09:00:00Z";
const TEN = "2026-11-23T10:00:00Z";
const ELEVEN = "2026-11-23T11:00:00Z";
const ROUNDS = Array.from({ length: 12 }, (_, i) => i);

/** Of one type: counters are the guests, an open meeting has one, and each guest sits in one place. */
async function expectSeatsCounted(type: { id: string }, names: readonly string[]): Promise<void> {
  const wrong = await world.db.run(
    `select b.id from bookings b where b.meeting_type_id = $1 and b.status = 'CONFIRMED'
       and (b.seats_taken > b.capacity or b.seats_taken = 0
         or b.seats_taken <> (select count(*) from attendees a where a.booking_id = b.id and a.status = 'ACTIVE'))`,
    [type.id],
  );
  expect(wrong).toEqual([]);
  const seats = await world.db.run(
    `select a.name from attendees a join bookings b on b.id = a.booking_id
     where b.meeting_type_id = $1 and b.status = 'CONFIRMED' and a.status = 'ACTIVE' order by 1`,
    [type.id],
  );
  expect(seats.map(({ name }) => name)).toEqual([...names].sort());
  await expectSoundLedger(world);
}

const startOf = async (made: Answer): Promise<string> => {
  const { body } = await guestOf(api, made).get();
  return body.start;
};

test("of two who move into the last seat one gets it, and the other stays where he is", async () => {
  for (const _ of ROUNDS) {
    const { type } = await seated(world, 2);
    const one = await seat(api, type, NINE, "Grace");
    const two = await seat(api, type, NINE, "Mary");
    await seat(api, type, TEN, "Annie");
    const answers = await Promise.all([guestOf(api, one).move(TEN), guestOf(api, two).move(TEN)]);
    expect(tally(answers)).toEqual({ "200": 1, "409 seats_full": 1 });
    const starts = [await startOf(one), await startOf(two)];
    expect(starts).toEqual(answers.map(({ status }) => (status === 200 ? TEN : NINE)));
    await expectSeatsCounted(type, ["Annie", "Grace", "Mary"]);
  }
});

test("guests of two full meetings who swap seats both stay or one found room, and nobody is lost", async () => {
  for (const _ of ROUNDS) {
    const { type } = await seated(world, 2);
    const one = await seat(api, type, NINE, "Grace");
    await seat(api, type, NINE, "Eve");
    const two = await seat(api, type, TEN, "Mary");
    await seat(api, type, TEN, "Annie");
    const answers = await Promise.all([guestOf(api, one).move(TEN), guestOf(api, two).move(NINE)]);
    // Neither can go before the other has gone.
    expect(tally(answers)).toEqual({ "409 seats_full": 2 });
    await expectSeatsCounted(type, ["Annie", "Eve", "Grace", "Mary"]);
  }
});

test("where there is room, guests who swap meetings, each the only one of his, both get through", async () => {
  for (const _ of ROUNDS) {
    const { type } = await seated(world, 2);
    const one = await seat(api, type, NINE, "Grace");
    const two = await seat(api, type, TEN, "Mary");
    const answers = await Promise.all([guestOf(api, one).move(TEN), guestOf(api, two).move(NINE)]);
    for (const { status } of answers) expect(status).toBe(200);
    // Whoever came first joined the other, who went on from there, or they passed each other.
    expect([await startOf(one), await startOf(two)]).toEqual([TEN, NINE]);
    await expectSeatsCounted(type, ["Grace", "Mary"]);
  }
});

test("he moves, and the meeting that he leaves or comes to is cancelled: he is somewhere, or told", async () => {
  for (const round of ROUNDS) {
    const { host, type } = await seated(world, 3);
    const one = await seat(api, type, NINE, "Grace");
    const two = await seat(api, type, NINE, "Mary");
    const three = await seat(api, type, TEN, "Annie");
    const off = round % 2 ? two : three;
    const [moved, cancelled] = await Promise.all([
      guestOf(api, one).move(TEN),
      hostOf(world, host, off.body.booking.id).cancel(),
    ]);
    expect(cancelled.status).toBe(200);
    const seen = (await guestOf(api, one).get()).body;
    if (off === two) {
      // Cancelled first, he has nothing left to move; else he is at ten.
      expect([200, "booking_closed"]).toContain(moved.body.code ?? moved.status);
      expect([seen.start, seen.status]).toEqual(
        moved.status === 200 ? [TEN, "CONFIRMED"] : [NINE, "CANCELLED"],
      );
      await expectSeatsCounted(type, moved.status === 200 ? ["Annie", "Grace"] : ["Annie"]);
    } else {
      // Cancelled first, he opens a meeting of his own there; else he is off with Annie.
      expect([moved.status, seen.start]).toEqual([200, TEN]);
      const names = seen.status === "CONFIRMED" ? ["Grace", "Mary"] : ["Mary"];
      await expectSeatsCounted(type, names);
    }
  }
});

test("he moves while the other guest leaves or moves, too: the last one out cancels, once", async () => {
  for (const round of ROUNDS) {
    const { type } = await seated(world, 3);
    const one = await seat(api, type, NINE, "Grace");
    const two = await seat(api, type, NINE, "Mary");
    if (round % 3) await seat(api, type, TEN, "Annie");
    const other = guestOf(api, two);
    const answers = await Promise.all([
      guestOf(api, one).move(TEN),
      round % 2 ? other.cancel() : other.move(ELEVEN),
    ]);
    expect(tally(answers)).toEqual({ "200": 2 });
    const names = [...(round % 3 ? ["Annie"] : []), "Grace", ...(round % 2 ? [] : ["Mary"])];
    await expectSeatsCounted(type, names);
    const nine = await world.db.run(
      "select status from bookings where meeting_type_id = $1 and lower(during) = $2::text::timestamptz",
      [type.id, NINE],
    );
    expect(nine.filter(({ status }) => status === "CONFIRMED")).toEqual([]);
  }
});

test("one guest's own requests at once end in one seat, and every move is a higher sequence", async () => {
  for (const _ of ROUNDS) {
    const { type } = await seated(world, 4);
    const one = await seat(api, type, NINE, "Grace");
    await seat(api, type, NINE, "Mary");
    await seat(api, type, TEN, "Annie");
    const guest = guestOf(api, one);
    const answers = await Promise.all([
      guest.move(TEN),
      guest.move(ELEVEN),
      guest.move(TEN),
      guest.move(ELEVEN),
    ]);
    expect(tally(answers)).toEqual({ "200": 4 });
    await expectSeatsCounted(type, ["Annie", "Grace", "Mary"]);
    const { length: moves } = await world.db.run(
      "select 1 from booking_history where event = 'moved_in' and actor_id = $1",
      [one.body.booking.guest.id],
    );
    const [own] = await world.db.run(
      `select b.sequence + a.sequence_ahead as sequence from attendees a join bookings b on b.id = a.booking_id
       where a.id = $1`,
      [one.body.booking.guest.id],
    );
    expect(own?.["sequence"] as number).toBeGreaterThanOrEqual(moves);
  }
});

test("thirty guests of three meetings move about at once: nobody is lost, no meeting overfilled", async () => {
  const { type } = await seated(world, 12);
  const starts = [NINE, TEN, ELEVEN];
  const names = Array.from({ length: 30 }, (_, i) => `Guest${i}`);
  const made: Answer[] = [];
  for (const [i, name] of names.entries()) made.push(await seat(api, type, starts[i % 3]!, name));
  const answers = await Promise.all(
    made.flatMap((each, i) => [
      guestOf(api, each).move(starts[(i + 1) % 3]!),
      guestOf(api, each).move(i % 2 ? starts[(i + 2) % 3]! : "2026-11-23T13:00:00Z"),
    ]),
  );
  for (const { status, body } of answers)
    expect([200, "seats_full", "version_conflict"]).toContain(body.code ?? status);
  await expectSeatsCounted(type, names);
  expect((await meetingsOf(world, type)).length).toBeGreaterThan(2);
});

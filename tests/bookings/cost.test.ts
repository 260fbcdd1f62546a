// What a booking costs the database when its tables have grown: pages, which tell on a busy machine too.
import { afterAll, expect, test } from "bun:test";
import { type House, KINDS, type Kind, openHouse, pagesOf } from "../../bench/booking/house.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

const BOOKINGS = 20_000;
/** Of the two statements of a booking: what decides, and what takes. */
const MOST: Readonly<Record<Kind, { facts: number; book: number }>> = {
  "one host": { facts: 100, book: 200 },
  // Whose turn it is, is counted from his team's bookings of a month and those ahead.
  "round robin": { facts: 300, book: 1500 },
  capped: { facts: 600, book: 600 },
};

const house = await openHouse(await testDatabaseUrl(), BOOKINGS);
afterAll(() => house.close());

test("of twenty thousand bookings little is read to make one more", async () => {
  for (const kind of KINDS) {
    // The first ones plan.
    for (let i = 0; i < 6; i += 1) await pagesOfBooking(house, kind);
    const { facts, book } = await pagesOfBooking(house, kind);
    expect(facts, `facts, ${kind}`).toBeWithin(1, MOST[kind].facts);
    expect(book, `book, ${kind}`).toBeWithin(1, MOST[kind].book);
  }
});

test("who has been a guest for years costs no more than who never was", async () => {
  const { length } = await house.world.db.run(
    `update attendees a set email = 'guest-of-years@example.com' where id in (
       select a.id from attendees a join bookings b on b.id = a.booking_id
       where upper(b.during) < now() order by b.id limit 1000) returning id`,
    [],
  );
  expect(length).toBe(1000);
  const newcomer = await pagesOfBooking(house, "one host", "nobody-yet@example.com");
  const regular = await pagesOfBooking(house, "one host", "guest-of-years@example.com");
  expect(regular.book).toBeWithin(1, newcomer.book + 50);
});

async function pagesOfBooking(of: House, kind: Kind, email?: string) {
  const { facts, take } = await of.prepare(kind, email);
  return { facts: await pagesOf(of, facts), book: await pagesOf(of, take) };
}

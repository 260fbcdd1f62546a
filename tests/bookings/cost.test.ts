// What a booking costs the database when its tables have grown: pages, which tell on a busy machine too.
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { type House, KINDS, type Kind, openHouse, pagesOf } from "../../bench/booking/house.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

// Filling takes most of it.
setDefaultTimeout(120_000);

const BOOKINGS = 20_000;
/** Of the two statements of a booking: what decides, and what takes. */
const MOST: Readonly<Record<Kind, { facts: number; book: number }>> = {
  "one host": { facts: 100, book: 200 },
  // Whose turn it is, is counted from his team's bookings of a month and those ahead.
  "round robin": { facts: 300, book: 1500 },
  capped: { facts: 600, book: 600 },
};

let house: House | null = null;
afterAll(() => house?.close());

test("of twenty thousand bookings little is read to make one more", async () => {
  house = await openHouse(await testDatabaseUrl(), BOOKINGS);
  for (const kind of KINDS) {
    // The first ones plan.
    for (let i = 0; i < 6; i += 1) await pagesOfBooking(house, kind);
    const { facts, book } = await pagesOfBooking(house, kind);
    expect(facts, `facts, ${kind}`).toBeWithin(1, MOST[kind].facts);
    expect(book, `book, ${kind}`).toBeWithin(1, MOST[kind].book);
  }
});

async function pagesOfBooking(of: House, kind: Kind) {
  const { facts, take } = await of.prepare(kind);
  return { facts: await pagesOf(of, facts), book: await pagesOf(of, take) };
}

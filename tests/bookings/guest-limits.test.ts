// Nobody fills a stranger's mailbox, or a host's calendar, from one mailbox.
import { expect, test } from "bun:test";
import { book, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf, tally } from "./support/guest.ts";
import { counts } from "./support/ledger.ts";

const OPEN = 4;
const PER_DAY = 6;
const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];

/** Of its own, so that nobody else's bookings are counted. */
async function limited(env: Record<string, string>) {
  const world = await testWorld(env);
  const api = client(world);
  const types: MeetingType[] = [];
  for (let i = 0; i < 3; i += 1)
    types.push(await makeMeetingType(world, await makeHost(world, { hours: ALWAYS })));
  let n = 0;
  return {
    world,
    api,
    /** Each with another host, at another time. */
    book: (given: Parameters<typeof book>[3] = {}) => {
      const start = Temporal.Instant.from("2026-11-23T00:00:00Z").add({ minutes: 30 * n });
      const type = types[n++ % types.length]!;
      return book(api, type, start.toString(), given);
    },
  };
}

const from = (email: string) => ({ guest: { email } });
const byTens = <T>(count: number, ask: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => ask(i)));

test("so many coming bookings name a mailbox, whatever stands behind its +, over all hosts and at once", async () => {
  const { world, book } = await limited({ GUEST_OPEN_BOOKINGS: `${OPEN}` });
  const answers = await byTens(20, (i) => book(from(`Victim+${i}@Example.com`)));
  expect(tally(answers)).toEqual({ "201": OPEN, "422 policy_forbids": 20 - OPEN });
  expect(answers.find(({ status }) => status === 422)?.body.detail).toBe(
    "An address of this booking has as many coming bookings as one may have. Cancel one of them, or ask the host.",
  );
  // What is refused leaves nothing: no mail, no notification.
  expect(await counts(world, "outbox", "attendees", "notifications")).toEqual({
    outbox: 2 * OPEN,
    attendees: OPEN,
    notifications: OPEN,
  });
  expect((await book(from("other@example.com"))).status).toBe(201);
});

test("one that is cancelled or over makes room again", async () => {
  const { world, api, book } = await limited({ GUEST_OPEN_BOOKINGS: "1" });
  const made = await book();
  expect((await book()).status).toBe(422);
  await guestOf(api, made).cancel();
  expect((await book()).status).toBe(201);
  expect((await book()).status).toBe(422);
  world.setNow("2026-11-23T12:01:00Z");
  const later = await byTens(30, () => book());
  expect(tally(later)["201"]).toBe(1);
});

test("one that was moved counts until its new time", async () => {
  const { world, api, book } = await limited({ GUEST_OPEN_BOOKINGS: "1" });
  const made = await book();
  const moved = await guestOf(api, made).move("2026-11-25T10:00:00Z");
  expect(moved.status).toBe(200);
  world.setNow("2026-11-24T10:00:00Z");
  const refused = await byTens(96, () => book());
  expect(tally(refused)["201"]).toBeUndefined();
  world.setNow("2026-11-25T10:31:00Z");
  const later = await byTens(60, () => book());
  expect(tally(later)["201"]).toBe(1);
});

test("so many bookings of a day name a mailbox, and cancelling them makes no room", async () => {
  const { world, api, book } = await limited({ GUEST_BOOKINGS_PER_DAY: `${PER_DAY}` });
  for (let i = 0; i < PER_DAY; i += 1) {
    const made = await book(from("victim@example.com"));
    expect((await guestOf(api, made).cancel()).status).toBe(200);
  }
  const refused = await book(from("victim+more@example.com"));
  expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  world.setNow("2026-11-23T10:00:01Z");
  const types = await byTens(30, () => book(from("victim@example.com")));
  expect(tally(types)["201"]).toBe(PER_DAY);
});

test("whom a guest brings along is counted like one who books: he gets the same mails", async () => {
  const { book } = await limited({ GUEST_BOOKINGS_PER_DAY: `${PER_DAY}` });
  const answers = await byTens(20, (i) =>
    book({ ...from(`attacker-${i}@example.com`), guests: [{ email: "victim@example.com" }] }),
  );
  expect(tally(answers)).toEqual({ "201": PER_DAY, "429 rate_limited": 20 - PER_DAY });
  expect((await book(from("victim@example.com"))).status).toBe(429);
  // Two who bring each other along at once: nobody waits for ever.
  const [a, b] = [{ email: "ann@example.com" }, { email: "bob@example.com" }];
  const crossed = await byTens(20, (i) =>
    i % 2 ? book({ guest: a, guests: [b] }) : book({ guest: b, guests: [a] }),
  );
  expect(tally(crossed)).toEqual({ "201": PER_DAY, "429 rate_limited": 20 - PER_DAY });
});

test("0 turns them off", async () => {
  const { book } = await limited({ GUEST_OPEN_BOOKINGS: "0", GUEST_BOOKINGS_PER_DAY: "0" });
  expect(tally(await byTens(40, () => book()))).toEqual({ "201": 40 });
});

test("a meeting type's own cap counts a mailbox once, whatever stands behind its +", async () => {
  const world = await testWorld();
  const api = client(world);
  const type = await makeMeetingType(world, await makeHost(world));
  await world.db.run(
    `update meeting_types set policies = '{"maxActivePerGuest": 1}' where id = $1`,
    [type.id],
  );
  expect((await book(api, type, "2026-11-23T09:00:00Z", from("eve@example.com"))).status).toBe(201);
  const again = await book(api, type, "2026-11-23T10:00:00Z", from("eve+2@example.com"));
  expect([again.status, again.body.code]).toEqual([422, "policy_forbids"]);
});

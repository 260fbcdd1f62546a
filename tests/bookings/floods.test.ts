// A calendar that somebody fills: its host is warned, and clears it at one stroke.
import { expect, test } from "bun:test";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
const at = (n: number) =>
  Temporal.Instant.from("2026-11-25T00:00:00Z")
    .add({ minutes: 30 * n })
    .toString();

const settled = async (within: TestWorld = world) => {
  const host = await makeHost(within, { hours: ALWAYS });
  return { host, type: await makeMeetingType(within, host) };
};
const times = <T>(count: number, ask: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(n)));
const bookAs = (type: MeetingType, n: number, email: string, given: object = {}) =>
  book(api, type, at(n), { guest: { email }, ...given });

async function warningsOf(host: Host, ask = api) {
  const { body } = await ask("GET", "/notifications?limit=100", { token: host.token });
  return body.data.filter(({ type }: { type: string }) => type === "BOOKINGS_FLOOD");
}

test("five bookings of an hour from one mailbox warn its host, once for that hour", async () => {
  const own = await testWorld();
  const ask = client(own);
  const { host, type } = await settled(own);
  const from = (n: number) => book(ask, type, at(n), { guest: { email: `eve+${n}@one.example` } });
  for (let n = 0; n < 4; n += 1) expect((await from(n)).status).toBe(201);
  expect(await warningsOf(host, ask)).toEqual([]);
  await times(12, (n) => from(10 + n));
  const [warning, ...more] = await warningsOf(host, ask);
  expect(more).toEqual([]);
  expect(warning).toMatchObject({
    title: "Many bookings from one sender",
    message: expect.stringContaining("one.example"),
    metadata: { domain: "one.example" },
  });
  own.setNow("2026-11-22T11:30:00Z");
  await times(4, (n) => from(30 + n));
  expect(await warningsOf(host, ask)).toHaveLength(1);
  await from(40);
  expect(await warningsOf(host, ask)).toHaveLength(2);
});

test("so do fifteen from one domain; many from many domains, or to other hosts, do not", async () => {
  const [{ host, type }, other] = [await settled(), await settled()];
  await times(14, (n) => bookAs(type, n, `guest-${n}@two.example`));
  await times(14, (n) => bookAs(other.type, n, `guest-${n}@two.example`));
  await times(14, (n) => bookAs(other.type, 20 + n, `guest@domain-${n}.example`));
  expect([await warningsOf(host), await warningsOf(other.host)]).toEqual([[], []]);
  await bookAs(type, 20, "guest-20@two.example");
  expect(await warningsOf(host)).toHaveLength(1);
  expect(await warningsOf(other.host)).toEqual([]);
});

const cancelAll = (host: Host, body: object) =>
  api("POST", "/bookings/cancellations", { token: host.token, body });

test("a host cancels all that come from a domain, and each guest is told; others stay", async () => {
  const { host, type } = await settled();
  const made = await times(8, (n) =>
    bookAs(type, n, `guest-${n}@${n % 2 ? "sub." : ""}three.example`),
  );
  const friend = await bookAs(type, 20, "friend@notthree.example");
  const brought = await bookAs(type, 21, "friend@four.example", {
    guests: [{ email: "guest@three.example" }],
  });
  const done = await cancelAll(host, { guestDomain: "Three.example", reason: "Not meant" });
  expect(done.status).toBe(200);
  const ids = made.map(({ body }) => body.booking.id).sort();
  expect(done.body).toEqual({ cancelled: expect.any(Array), failed: [], isMore: false });
  expect(done.body.cancelled.sort()).toEqual(ids);
  const told = await world.db.run(
    `select count(*)::int as n from outbox where kind = 'BOOKING_CANCELLED' and attendee_id is not null
       and booking_id = any ($1::text::uuid[])`,
    [`{${ids.join()}}`],
  );
  expect(told).toEqual([{ n: 8 }]);
  expect(await busyOf(world, host)).toHaveLength(2);
  for (const kept of [friend, brought])
    expect((await guestOf(api, kept).get()).body.status).toBe("CONFIRMED");
  expect((await guestOf(api, made[0]!).get()).body.cancelReason).toBe("Not meant");
  // Nothing of that sender is left to cancel, and nobody is told twice.
  expect((await cancelAll(host, { guestDomain: "three.example" })).body.cancelled).toEqual([]);
  await expectSoundLedger(world);
});

test("all of a mailbox are those with a +tag too", async () => {
  const { host, type } = await settled();
  await times(3, (n) => bookAs(type, n, `eve+${n}@five.example`));
  await bookAs(type, 5, "eva@five.example");
  const { body } = await cancelAll(host, { guestEmail: "EVE@five.example" });
  expect(body.cancelled).toHaveLength(3);
});

test("by their ids, each that cannot be cancelled is named with the reason, and the others are", async () => {
  const [{ host, type }, other] = [await settled(), await settled()];
  const mine = await times(3, (n) => bookAs(type, n, "a@six.example"));
  const theirs = await bookAs(other.type, 0, "a@six.example");
  const [one, two, three] = mine.map(({ body }) => body.booking.id);
  await world.db.run("update bookings set status = 'COMPLETED' where id = $1", [three]);
  await cancelAll(host, { ids: [two] });
  const ids = [one, two, three, theirs.body.booking.id];
  const { body } = await cancelAll(host, { ids: [...ids, one.toUpperCase()] });
  // What is cancelled already stays so.
  expect(body.cancelled.sort()).toEqual([one, two].sort());
  expect(
    body.failed.map(({ id, code }: { id: string; code: string }) => [id, code]).sort(),
  ).toEqual(
    [
      [three, "booking_closed"],
      [theirs.body.booking.id, "not_found"],
    ].sort(),
  );
  expect((await guestOf(api, theirs).get()).body.status).toBe("CONFIRMED");
});

test("a hundred at once, and more when asked again", async () => {
  const { host, type } = await settled();
  // Not all at once: who waits too long for his turn at the database is told to come again.
  for (let n = 0; n < 103; n += 1)
    expect((await bookAs(type, n, `guest-${n}@seven.example`)).status).toBe(201);
  const first = await cancelAll(host, { guestDomain: "seven.example" });
  expect([first.body.cancelled.length, first.body.isMore]).toEqual([100, true]);
  const rest = await cancelAll(host, { guestDomain: "seven.example" });
  expect([rest.body.cancelled.length, rest.body.isMore]).toEqual([3, false]);
  expect(await busyOf(world, host)).toEqual([]);
});

test("a meeting that guests share is left to the others", async () => {
  const { host, type } = await settled();
  await world.db.run("update meeting_types set capacity = 3 where id = $1", [type.id]);
  for (const email of ["a@eight.example", "b@nine.example"]) await bookAs(type, 0, email);
  expect((await cancelAll(host, { guestDomain: "eight.example" })).body.cancelled).toEqual([]);
});

test("bookings are named in one way; a stranger is told to sign in", async () => {
  const { host } = await settled();
  for (const body of [{}, { reason: "x" }, { guestEmail: "a@b.example", guestDomain: "b.example" }])
    expect((await cancelAll(host, body)).body.code).toBe("invalid");
  expect((await api("POST", "/bookings/cancellations", { body: {} })).status).toBe(401);
});

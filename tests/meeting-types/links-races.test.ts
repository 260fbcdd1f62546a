// A link wanted by many at once books no more than it may.
import { expect, test } from "bun:test";
import { guestOf, tally } from "../bookings/support/guest.ts";
import { expectSoundLedger } from "../bookings/support/ledger.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "20" });
const api = client(world);
const ROUNDS = [1, 2, 3];
const START = Temporal.Instant.from("2026-11-23T09:00:00Z");

async function setUp(maxBookings: number) {
  const hosts = [await makeHost(world), await makeHost(world)];
  const groups = [{ hosts, required: 1 }];
  const type = await makeMeetingType(world, hosts[0]!, { minutes: 15, groups });
  const { token } = hosts[0]!;
  const path = `/meeting-types/${type.id}/links`;
  const { id } = (await api("POST", path, { token, body: { maxBookings } })).body;
  const used = async () => (await api("GET", `${path}/${id}`, { token })).body.used;
  const ask = (i: number) =>
    book(api, type, START.add({ minutes: 15 * i }).toString(), { link: id });
  return { path, id, token, used, ask };
}
const times = <T>(count: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));

test.each(ROUNDS)("20 at different times by a link of three: three (round %i)", async () => {
  const { used, ask } = await setUp(3);
  expect(tally(await times(20, ask))).toEqual({ "201": 3, "409 link_used_up": 17 });
  expect(await used()).toBe(3);
  await expectSoundLedger(world);
});

test.each(ROUNDS)(
  "20 at one time of two hosts by a link of five: two, and two uses (round %i)",
  async () => {
    const { used, ask } = await setUp(5);
    expect(tally(await times(20, () => ask(0)))).toEqual({ "201": 2, "409 slot_taken": 18 });
    expect(await used()).toBe(2);
  },
);

test.each(ROUNDS)(
  "a link deleted among bookings leaves each made or refused (round %i)",
  async () => {
    const { path, id, token, ask } = await setUp(20);
    const [, ...answers] = await Promise.all([
      api("DELETE", `${path}/${id}`, { token }),
      ...Array.from({ length: 12 }, (_, i) => ask(i)),
    ]);
    const { "201": made = 0, "409 link_used_up": refused = 0 } = tally(answers);
    expect(made + refused).toBe(12);
    for (const answer of answers.filter(({ status }) => status === 201))
      expect((await guestOf(api, answer).get()).body.status).toBe("CONFIRMED");
  },
);

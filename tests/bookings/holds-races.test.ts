// Holds wanted, redeemed, replaced and given back by many at once.
import { expect, test } from "bun:test";
import { sweepHolds } from "../../src/bookings/hold-queries.ts";
import type { Db } from "../../src/db/sql.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { tally } from "./support/guest.ts";
import { hold } from "./support/holds.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "20" });
/** SQLSTATEs of statements that failed: a deadlock is tried again, but must not happen. */
const failures: string[] = [];
const run: Db["run"] = (text, values) =>
  world.db.run(text, values).catch((error: { code?: string }) => {
    failures.push(error.code ?? "");
    throw error;
  });
const api = client({ ...world, db: { ...world.db, run } });
const at = (time: string) => `2026-11-23T${time}:00Z`;
const times = <T>(count: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));
const ROUNDS = [1, 2, 3];

async function setUp() {
  world.setNow("2026-11-22T10:00:00Z");
  const host = await makeHost(world);
  return { host, type: await makeMeetingType(world, host, { before: 5, after: 5 }) };
}

test.each(ROUNDS)("50 holds of one start: one has it, 49 get three others (round %i)", async () => {
  const { host, type } = await setUp();
  const answers = await times(50, () => hold(api, type, at("10:00")));
  expect(tally(answers)).toEqual({ "201": 1, "409 slot_taken": 49 });
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused.every(({ body }) => body.alternatives.length === 3)).toBe(true);
  expect(await busyOf(world, host)).toEqual([`${at("09:55")}/${at("10:35")}`]);
});

test.each(ROUNDS)(
  "holds against bookings of overlapping times: one has it (round %i)",
  async () => {
    const { host, type } = await setUp();
    const answers = await times(50, (i) =>
      i % 2 ? hold(api, type, at("10:00")) : book(api, type, at("10:00")),
    );
    expect(tally(answers)).toEqual({ "201": 1, "409 slot_taken": 49 });
    expect(await busyOf(world, host)).toHaveLength(1);
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "among 30 strangers who book and hold, the holder gets his time (round %i)",
  async () => {
    const { type } = await setUp();
    const { holdId } = (await hold(api, type, at("10:00"))).body;
    const strangers = (i: number) =>
      i % 2 ? hold(api, type, at("10:00")) : book(api, type, at("10:00"));
    const [first, mine, last] = await Promise.all([
      times(15, strangers),
      book(api, type, at("10:00"), { holdId }),
      times(15, strangers),
    ]);
    expect(mine.status).toBe(201);
    expect(tally([...first, ...last])).toEqual({ "409 slot_taken": 30 });
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)("a hold that 20 redeem at once is one booking (round %i)", async () => {
  const { host, type } = await setUp();
  const { holdId } = (await hold(api, type, at("10:00"))).body;
  const answers = await times(20, () => book(api, type, at("10:00"), { holdId }));
  expect(tally(answers)).toEqual({ "201": 1, "409 hold_expired": 19 });
  expect(await busyOf(world, host)).toHaveLength(1);
  await expectSoundLedger(world);
});

test.each(ROUNDS)(
  "a hold redeemed for two times at once gives each its own time, no more (round %i)",
  async () => {
    const { host, type } = await setUp();
    const { holdId } = (await hold(api, type, at("10:00"))).body;
    const answers = await times(20, (i) =>
      book(api, type, at(i % 2 ? "10:00" : "14:00"), { holdId }),
    );
    expect(tally(answers)["201"]).toBe(2);
    expect(await busyOf(world, host)).toHaveLength(2);
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)("the time of a hold that has ended goes to one of 50 (round %i)", async () => {
  const { host, type } = await setUp();
  const { holdId } = (await hold(api, type, at("10:00"))).body;
  world.setNow("2026-11-22T10:05:00Z");
  const answers = await times(50, (i) =>
    i % 3
      ? hold(api, type, at("10:00"), i % 3 === 1 ? { holdId } : {})
      : book(api, type, at("10:00"), { holdId }),
  );
  const { "201": won, ...lost } = tally(answers);
  expect(won).toBe(1);
  expect((lost["409 slot_taken"] ?? 0) + (lost["409 hold_expired"] ?? 0)).toBe(49);
  expect(await busyOf(world, host)).toHaveLength(1);
  await expectSoundLedger(world);
});

test.each(ROUNDS)(
  "of 16 holds of a day's times at once exactly eight are given (round %i)",
  async () => {
    const { type } = await setUp();
    const answers = await times(8, (i) => hold(api, type, at(`${`${9 + i}`.padStart(2, "0")}:00`)));
    const more = await times(8, (i) => hold(api, type, at(`${`${9 + i}`.padStart(2, "0")}:00`)));
    expect(tally(answers)).toEqual({ "201": 8 });
    expect(tally(more)).toEqual({ "409 slot_taken": 8 });
    const quick = await makeMeetingType(world, await makeHost(world), { minutes: 15 });
    const both = await times(16, (i) =>
      hold(
        api,
        quick,
        at(`${9 + Math.floor(i / 4)}:${["00", "15", "30", "45"][i % 4]}`.padStart(5, "0")),
      ),
    );
    expect(tally(both)).toEqual({ "201": 8, "409 holds_exhausted": 8 });
  },
);

test.each(ROUNDS)("two holders who want each other's time keep their own (round %i)", async () => {
  const { host, type } = await setUp();
  const [a, b] = [await hold(api, type, at("10:00")), await hold(api, type, at("11:00"))];
  const answers = await Promise.all([
    hold(api, type, at("11:00"), { holdId: a.body.holdId }),
    hold(api, type, at("10:00"), { holdId: b.body.holdId }),
  ]);
  expect(tally(answers)).toEqual({ "409 slot_taken": 2 });
  expect(await busyOf(world, host)).toHaveLength(2);
});

test.each(ROUNDS)(
  "a hold given back while it is redeemed is a booking all the same (round %i)",
  async () => {
    const { host, type } = await setUp();
    const { holdId } = (await hold(api, type, at("10:00"))).body;
    const [made, ...freed] = await Promise.all([
      book(api, type, at("10:00"), { holdId }),
      ...Array.from({ length: 5 }, () => api("DELETE", `/holds/${holdId}`)),
    ]);
    expect(made?.status).toBe(201);
    expect(tally(freed)).toEqual({ "204": 5 });
    expect(await busyOf(world, host)).toHaveLength(1);
    await expectSoundLedger(world);
  },
);

test("holds of all hosts, named in every order, given back, ended, swept and booked: never a deadlock", async () => {
  await setUp();
  const [h1, h2, h3] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const types = await Promise.all(
    [
      [h1, h2],
      [h2, h1],
      [h3, h2, h1],
      [h2, h3],
    ].map((hosts) => makeMeetingType(world, h1, { groups: [{ hosts }], step: 15 })),
  );
  failures.length = 0;
  const given: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const answers = await times(60, async (i) => {
      const type = types[i % 4]!;
      const start = at(["09:00", "09:15", "10:00", "13:15", "14:30"][(i * 7 + round) % 5]!);
      if (i % 6 === 5) return void (await sweepHolds(world.db, { now: world.now() }));
      if (i % 6 === 4)
        return void (await api("DELETE", `/holds/${given[i % given.length] ?? h1.id}`));
      if (i % 6 === 3) return book(api, type, start, { holdId: given[i % given.length] ?? h1.id });
      const answer = await hold(api, type, start, { holdId: given.at(-1) ?? h1.id });
      if (answer.status === 201) given.push(answer.body.holdId);
      return answer;
    });
    const statuses = answers.flatMap((answer) => (answer ? [answer.status] : []));
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    world.setNow(world.now().add({ minutes: 3 }).toString());
  }
  expect(failures).not.toContain("40P01");
  expect((await counts(world, "bookings"))["bookings"]).toBeGreaterThan(0);
  await expectSoundLedger(world);
});

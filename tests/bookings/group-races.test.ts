// Meetings of several hosts, wanted by many at once.
import { expect, test } from "bun:test";
import { counting } from "../support/counting.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf, tally } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "20" });

// A deadlock is tried again, but must not happen.
const { world: counted, failures } = counting(world);
const api = client(counted);
const AT = "2026-11-23T10:00:00Z";
test("meetings of all hosts, named in every order, never deadlock and are taken whole", async () => {
  const [h1, h2, h3] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const pairs = [
    [h1, h2],
    [h2, h1],
    [h2, h3],
    [h3, h1],
    [h3, h2, h1],
  ];
  const types = await Promise.all(
    pairs.map((hosts, i) =>
      makeMeetingType(world, h1, { groups: [{ hosts }], step: 15, minutes: [30, 45][i % 2]! }),
    ),
  );
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      book(
        api,
        types[i % 5]!,
        ["10:00", "10:15", "10:30"][i % 3]!.replace(/.*/, "2026-11-23T$&:00Z"),
      ),
    ),
  );
  expect(failures).not.toContain("40P01");
  const { "201": made = 0, "409 slot_taken": refused = 0 } = tally(answers);
  expect(made).toBeGreaterThan(0);
  expect(made + refused).toBe(100);
  for (const { body } of answers.filter(({ status }) => status === 201)) {
    const { hosts } = pairs
      .map((hosts, i) => ({ hosts, type: types[i] }))
      .find(({ type }) => type?.id === body.booking.meetingTypeId)!;
    expect(body.booking.hosts.map(({ id }: { id: string }) => id).sort()).toEqual(
      hosts.map(({ id }) => id).sort(),
    );
  }
  await expectSoundLedger(world);
});

test("collective meetings of two hosts in opposite order: exactly one has the time", async () => {
  const [h1, h2] = [await makeHost(world), await makeHost(world)];
  const a = await makeMeetingType(world, h1, { groups: [{ hosts: [h1, h2] }] });
  const b = await makeMeetingType(world, h2, { groups: [{ hosts: [h2, h1] }] });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => book(api, i % 2 ? a : b, AT)),
  );
  expect(tally(answers)).toEqual({ "201": 1, "409 slot_taken": 39 });
  expect(await busyOf(world, h1)).toEqual(await busyOf(world, h2));
  expect(failures).not.toContain("40P01");
  await expectSoundLedger(world);
});

test("one of three hosts is needed: ten at once are three meetings with three hosts", async () => {
  const hosts = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, hosts[0]!, { groups: [{ hosts, required: 1 }] });
  const answers = await Promise.all(Array.from({ length: 10 }, () => book(api, type, AT)));
  expect(tally(answers)).toEqual({ "201": 3, "409 slot_taken": 7 });
  const taken = answers
    .filter(({ status }) => status === 201)
    .map(({ body }) => body.booking.hostId);
  expect(taken.sort()).toEqual(hosts.map(({ id }) => id).sort());
  await expectSoundLedger(world);
});

test("two of three and all of one: nobody is taken twice for one meeting", async () => {
  const [boss, ...team] = [
    await makeHost(world),
    await makeHost(world),
    await makeHost(world),
    await makeHost(world),
  ];
  const type = await makeMeetingType(world, boss!, {
    groups: [{ hosts: [boss!] }, { hosts: team, required: 2 }],
  });
  const single = await makeMeetingType(world, team[0]!, {});
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => book(api, i % 2 ? type : single, AT)),
  );
  const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.booking);
  const grouped = made.filter(({ meetingTypeId }) => meetingTypeId === type.id);
  expect(grouped).toHaveLength(1);
  expect(new Set(grouped[0].hosts.map(({ id }: { id: string }) => id)).size).toBe(3);
  expect(tally(answers)["409 slot_taken"]).toBe(20 - made.length);
  await expectSoundLedger(world);
});

test("round-robin meetings move at once and end with one host each", async () => {
  const hosts = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, hosts[0]!, { groups: [{ hosts, required: 1 }] });
  const made = [];
  for (const time of ["10:00", "10:00", "11:00", "11:00"])
    made.push(await book(api, type, `2026-11-23T${time}:00Z`));
  const answers = await Promise.all(
    made.map((each) => guestOf(api, each).move("2026-11-23T12:00:00Z")),
  );
  expect(tally(answers)).toEqual({ "200": 2, "409 slot_taken": 2 });
  const moved = answers.filter(({ status }) => status === 200).map(({ body }) => body.hostId);
  expect(new Set(moved).size).toBe(2);
  await expectSoundLedger(world);
});

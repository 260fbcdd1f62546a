// Caps of a type and of a host: what the list hides, booking refuses, and a race cannot pass.
import { expect, test } from "bun:test";
import { guestOf, tally } from "../bookings/support/guest.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "12" });
const api = client(world);

interface Cap {
  per: "day" | "week" | "month";
  bookings?: number;
  minutes?: number;
}

const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];

/** A host whom this cap is on, and a type of his that has none; or the other way round. */
async function capped(on: "type" | "host", cap: Cap, zone = "UTC") {
  const host = await makeHost(world, { zone, hours: ALWAYS });
  const type = await makeMeetingType(world, host, {
    otherMinutes: [60],
    ...(on === "type" && { caps: [cap] }),
  });
  if (on === "host") await capHost(host, cap);
  return { host, type };
}

async function capHost(host: Host, ...caps: Cap[]) {
  const { status } = await api("PATCH", `/schedules/${host.scheduleId}`, {
    token: host.token,
    body: { caps },
  });
  expect(status).toBe(200);
}

async function startsOf(type: { id: string }, from: string, until = from, more = "") {
  const path = `/meeting-types/${type.id}/slots?from=${from}&until=${until}${more}`;
  const { body } = await api("GET", path);
  return (body.days as { slots: { start: string }[] }[]).flatMap(({ slots }) =>
    slots.map(({ start }) => start),
  );
}

const code = async (answer: ReturnType<typeof book>) => {
  const { status, body } = await answer;
  return status === 201 ? 201 : `${status} ${body.code}`;
};

const FULL = "409 cap_reached";

test.each(["type", "host"] as const)(
  "a cap on the bookings of a %s holds for a day",
  async (on) => {
    const { type } = await capped(on, { per: "day", bookings: 2 });
    expect(await code(book(api, type, "2026-11-23T09:00:00Z"))).toBe(201);
    expect(await startsOf(type, "2026-11-23")).toHaveLength(47);
    expect(await code(book(api, type, "2026-11-23T11:00:00Z"))).toBe(201);
    expect(await startsOf(type, "2026-11-23")).toEqual([]);
    expect(await code(book(api, type, "2026-11-23T13:00:00Z"))).toBe(FULL);
    // Taken and capped: the cap is what the guest should know of.
    expect(await code(book(api, type, "2026-11-23T09:00:00Z"))).toBe(FULL);
    expect(await startsOf(type, "2026-11-24")).toHaveLength(48);
  },
);

test.each(["type", "host"] as const)("a cap on the minutes of a %s is by duration", async (on) => {
  const { type } = await capped(on, { per: "day", minutes: 90 });
  expect(await code(book(api, type, "2026-11-23T09:00:00Z", { durationMinutes: 60 }))).toBe(201);
  expect(await startsOf(type, "2026-11-23", "2026-11-23", "&durationMinutes=60")).toEqual([]);
  expect(await startsOf(type, "2026-11-23")).toHaveLength(46);
  expect(await code(book(api, type, "2026-11-23T12:00:00Z", { durationMinutes: 60 }))).toBe(FULL);
  expect(await code(book(api, type, "2026-11-23T12:00:00Z"))).toBe(201);
  expect(await startsOf(type, "2026-11-23")).toEqual([]);
});

test.each([
  ["type", "week", "2026-11-29T23:30:00Z", "2026-11-30T00:00:00Z"],
  ["host", "week", "2026-11-29T23:30:00Z", "2026-11-30T00:00:00Z"],
  ["type", "month", "2026-11-30T23:30:00Z", "2026-12-01T00:00:00Z"],
  ["host", "month", "2026-11-30T23:30:00Z", "2026-12-01T00:00:00Z"],
] as const)("a cap of a %s per %s ends with it", async (on, per, last, next) => {
  const { type } = await capped(on, { per, bookings: 1 });
  expect(await code(book(api, type, "2026-11-23T09:00:00Z"))).toBe(201);
  expect(await startsOf(type, "2026-11-23", next.slice(0, 10))).toHaveLength(48);
  expect(await code(book(api, type, last))).toBe(FULL);
  expect(await code(book(api, type, next))).toBe(201);
});

test.each(["type", "host"] as const)(
  "a month of a cap on a %s is counted from its first day, also in a window at its end",
  async (on) => {
    const { type } = await capped(on, { per: "month", bookings: 1 });
    await book(api, type, "2026-12-01T00:00:00Z");
    expect(await startsOf(type, "2026-12-31T23:00:00Z", "2027-01-01T01:00:00Z")).toEqual([
      "2027-01-01T00:00:00Z",
      "2027-01-01T00:30:00Z",
    ]);
    expect(await code(book(api, type, "2026-12-31T23:30:00Z"))).toBe(FULL);
  },
);

// Clocks go back: in Berlin the 31st has 25 hours, from the 30th 22:00Z to the 31st 23:00Z.
test.each(["type", "host"] as const)("a day of a cap on a %s is one of its zone", async (on) => {
  const { type } = await capped(on, { per: "day", bookings: 1 }, "Europe/Berlin");
  const [first, last] = ["2027-10-30T22:00:00Z", "2027-10-31T22:30:00Z"];
  expect(await code(book(api, type, last))).toBe(201);
  expect(await code(book(api, type, first))).toBe(FULL);
  const free = await startsOf(type, "2027-10-30T21:00:00Z", "2027-11-01T00:00:00Z");
  expect(free).toEqual([
    ...["2027-10-30T21:00:00Z", "2027-10-30T21:30:00Z"],
    ...["2027-10-31T23:00:00Z", "2027-10-31T23:30:00Z"],
  ]);
  for (const start of [free[1]!, free[2]!]) expect(await code(book(api, type, start))).toBe(201);
});

test("a host's caps count in the zone of the schedule he is asked by, not in the owner's", async () => {
  const owner = await makeHost(world, { zone: "UTC", hours: ALWAYS });
  const host = await makeHost(world, { zone: "Asia/Tokyo", hours: ALWAYS });
  await capHost(host, { per: "day", bookings: 1 });
  const type = await makeMeetingType(world, owner, { groups: [{ hosts: [host] }] });
  expect(await code(book(api, type, "2026-11-23T14:30:00Z"))).toBe(201);
  expect(await code(book(api, type, "2026-11-23T14:00:00Z"))).toBe(FULL);
  expect(await code(book(api, type, "2026-11-23T15:00:00Z"))).toBe(201);
});

test("all caps hold at once", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  const type = await makeMeetingType(world, host, {
    caps: [
      { per: "day", bookings: 2 },
      { per: "week", minutes: 90 },
    ],
  });
  await capHost(host, { per: "month", bookings: 3 });
  const starts = ["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"];
  expect(await Promise.all(starts.map((start) => code(book(api, type, start))))).toContain(FULL);
  expect(await code(book(api, type, "2026-11-24T09:00:00Z"))).toBe(201);
  expect(await code(book(api, type, "2026-11-25T09:00:00Z"))).toBe(FULL);
  expect(await code(book(api, type, "2026-11-30T09:00:00Z"))).toBe(FULL);
  expect(await code(book(api, type, "2026-12-01T09:00:00Z"))).toBe(201);
});

test("a host who has enough is passed over where another can do it", async () => {
  const [one, two] = [
    await makeHost(world, { hours: ALWAYS }),
    await makeHost(world, { hours: ALWAYS }),
  ];
  await capHost(one, { per: "day", bookings: 1 });
  const any = await makeMeetingType(world, one, { groups: [{ hosts: [one, two], required: 1 }] });
  const all = await makeMeetingType(world, one, { groups: [{ hosts: [one, two] }] });
  expect((await book(api, any, "2026-11-23T09:00:00Z")).body.booking.hostId).toBe(one.id);
  expect((await book(api, any, "2026-11-23T10:00:00Z")).body.booking.hostId).toBe(two.id);
  expect(await code(book(api, all, "2026-11-23T11:00:00Z"))).toBe(FULL);
  // One has enough, the other is busy: not the cap alone stands in the way.
  expect(await code(book(api, any, "2026-11-23T10:00:00Z"))).toBe("409 slot_taken");
});

test.each(["type", "host"] as const)("personal bookings do not count to a %s", async (on) => {
  const { host, type } = await capped(on, { per: "day", bookings: 1 });
  const personal = (hour: string) =>
    api("POST", "/bookings", {
      token: host.token,
      body: { title: "Mine", start: `2026-11-23T${hour}:00:00Z`, end: `2026-11-23T${hour}:30:00Z` },
    });
  expect((await personal("08")).status).toBe(201);
  expect(await code(book(api, type, "2026-11-23T09:00:00Z"))).toBe(201);
  expect(await code(book(api, type, "2026-11-23T10:00:00Z"))).toBe(FULL);
  expect((await personal("10")).status).toBe(201);
});

test.each(["type", "host"] as const)("what is cancelled frees the cap of a %s", async (on) => {
  const { type } = await capped(on, { per: "day", bookings: 1 });
  const made = await book(api, type, "2026-11-23T09:00:00Z");
  expect(await startsOf(type, "2026-11-23")).toEqual([]);
  await guestOf(api, made).cancel();
  expect(await startsOf(type, "2026-11-23")).toHaveLength(48);
  expect(await code(book(api, type, "2026-11-23T10:00:00Z"))).toBe(201);
});

test.each(["type", "host"] as const)("who moves does not count himself to a %s", async (on) => {
  const { type } = await capped(on, { per: "day", bookings: 1, minutes: 30 });
  const made = await book(api, type, "2026-11-23T09:00:00Z");
  const other = await book(api, type, "2026-11-24T09:00:00Z");
  const own = `&rescheduleOf=${made.body.booking.id}`;
  expect(await startsOf(type, "2026-11-23", "2026-11-23", own)).toHaveLength(48);
  expect((await guestOf(api, made).move("2026-11-23T15:00:00Z")).status).toBe(200);
  expect(await code(guestOf(api, made).move("2026-11-24T15:00:00Z") as never)).toBe(FULL);
  expect(await code(guestOf(api, other).move("2026-11-23T09:00:00Z") as never)).toBe(FULL);
  expect((await guestOf(api, made).move("2026-11-25T15:00:00Z")).status).toBe(200);
  expect((await guestOf(api, other).move("2026-11-23T09:00:00Z")).status).toBe(200);
});

test("a cap that was lowered below what is booked takes no more, and cancels nothing", async () => {
  const { host, type } = await capped("type", { per: "day", bookings: 2 });
  await book(api, type, "2026-11-23T09:00:00Z");
  await book(api, type, "2026-11-23T10:00:00Z");
  const caps = [{ per: "day", bookings: 1 }];
  await api("PATCH", `/meeting-types/${type.id}`, { token: host.token, body: { caps } });
  expect(await code(book(api, type, "2026-11-23T11:00:00Z"))).toBe(FULL);
  const list = await api("GET", `/bookings?meetingTypeId=${type.id}`, { token: host.token });
  expect(list.body.data.map(({ status }: { status: string }) => status)).toEqual([
    "CONFIRMED",
    "CONFIRMED",
  ]);
});

const N = 3;
/** As many starts of a day as shall be tried at once. */
const rush = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    Temporal.Instant.from("2026-11-23T00:00:00Z")
      .add({ minutes: 30 * i })
      .toString(),
  );

test("of many at once a type of two hosts in turn takes as many as its cap says", async () => {
  const hosts = [
    await makeHost(world, { hours: ALWAYS }),
    await makeHost(world, { hours: ALWAYS }),
  ];
  const type = await makeMeetingType(world, hosts[0]!, {
    caps: [{ per: "day", bookings: N }],
    groups: [{ hosts, required: 1 }],
  });
  const answers = await Promise.all(rush(N + 20).map((start) => book(api, type, start)));
  expect(tally(answers)).toEqual({ 201: N, [FULL]: 20 });
});

test("also where no two of them want the same host", async () => {
  const open = (from: string, until: string) => [{ rrule: "FREQ=DAILY", from, until }];
  const hosts = [
    await makeHost(world, { hours: open("00:00", "06:00") }),
    await makeHost(world, { hours: open("06:00", "12:00") }),
  ];
  const type = await makeMeetingType(world, hosts[0]!, {
    caps: [{ per: "day", bookings: 1 }],
    groups: [{ hosts, required: 1 }],
  });
  for (let days = 0; days < 10; days += 1) {
    const date = Temporal.PlainDate.from("2026-11-23").add({ days });
    const starts = ["00", "03", "06", "09"].map((hour) => `${date}T${hour}:00:00Z`);
    const answers = await Promise.all(starts.map((start) => book(api, type, start)));
    expect(tally(answers)).toEqual({ 201: 1, [FULL]: 3 });
  }
});

test("of many at once over two types a host takes as many as his cap says", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  await capHost(host, { per: "week", minutes: N * 30 + 29 });
  const types = [await makeMeetingType(world, host), await makeMeetingType(world, host)];
  const answers = await Promise.all(
    rush(N + 20).map((start, i) => book(api, types[i % 2]!, start)),
  );
  expect(tally(answers)).toEqual({ 201: N, [FULL]: 20 });
});

test("moves into a capped day race as bookings do", async () => {
  const { type } = await capped("type", { per: "day", bookings: N });
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, i) => book(api, type, `2026-12-0${i + 1}T09:00:00Z`)),
  );
  const moved = await Promise.all(made.map((each, i) => guestOf(api, each).move(rush(8)[i]!)));
  expect(tally(moved)).toEqual({ 200: N, [FULL]: 8 - N });
});

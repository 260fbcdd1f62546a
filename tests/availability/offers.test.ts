import { expect, test } from "bun:test";
import { isOffered, nearestOffers, type Offer, offers } from "../../src/availability/offers.ts";
import { wallAt } from "../../src/availability/zone.ts";
import {
  at,
  DAY,
  everyDay,
  HOUR,
  iso,
  MINUTE,
  makeFacts,
  makeHost,
  makeSchedule,
} from "./support/make.ts";
import vectors from "./support/time-zone-vectors.json";

// Monday to Wednesday, long after `now`.
const WINDOW = {
  from: at("2026-03-02T00:00Z"),
  until: at("2026-03-05T00:00Z"),
  now: at("2026-01-01T00:00Z"),
};
const MONDAY = { ...WINDOW, until: at("2026-03-03T00:00Z") };

const clock = ({ start }: Offer) => iso(start).slice(11, 16);
const span = (start: string, end: string) =>
  [at(`2026-03-02T${start}Z`), at(`2026-03-02T${end}Z`)] as const;

for (const { zone, start_local, end_local, minutes, slots, slot_local } of vectors.windows) {
  test(`${start_local}–${end_local.slice(11)} in ${zone} gives ${slots} starts: ${slot_local.join(", ")}`, () => {
    const date = start_local.slice(0, 10);
    const hours = [{ from: start_local.slice(11), until: end_local.slice(11) }];
    const schedule = { timeZone: zone, hours: [], overrides: [{ date, hours }] };
    const durationMinutes = slots > 0 ? minutes / slots : 30;
    const facts = makeFacts({ type: { durationMinutes }, hosts: [makeHost({ schedule })] });
    const from = at(`${date}T00:00Z`) - 2 * DAY;
    const shown = offers(facts, { from, until: from + 5 * DAY, now: from }).map(({ start }) => {
      const { time, offset } = wallAt(zone, start);
      return `${time}${offset.replace(":", "")}`;
    });
    expect(shown).toHaveLength(slots);
    if (slot_local[1] === "..") expect([shown[0], "..", shown.at(-1)!]).toEqual(slot_local);
    else expect(shown).toEqual(slot_local);
  });
}

test("starts step by the duration unless an interval is set, and the last meeting ends in open time", () => {
  expect(offers(makeFacts(), MONDAY).map(clock)).toEqual([
    "09:00",
    "10:00",
    "11:00",
    "12:00",
    "13:00",
    "14:00",
    "15:00",
    "16:00",
  ]);
  const type = { durationMinutes: 90, slotIntervalMinutes: 120 };
  expect(offers(makeFacts({ type }), MONDAY).map(clock)).toEqual([
    "09:00",
    "11:00",
    "13:00",
    "15:00",
  ]);
});

test("a busy block removes what it overlaps and does not shift the grid", () => {
  const host = makeHost({ busy: span("10:15", "11:45") });
  expect(offers(makeFacts({ hosts: [host] }), MONDAY).map(clock)).toEqual([
    "09:00",
    "12:00",
    "13:00",
    "14:00",
    "15:00",
    "16:00",
  ]);
});

test("meetings may follow each other without a pause", () => {
  const host = makeHost({ busy: span("10:00", "11:00") });
  expect(offers(makeFacts({ hosts: [host] }), MONDAY).map(clock)).toEqual([
    "09:00",
    "11:00",
    "12:00",
    "13:00",
    "14:00",
    "15:00",
    "16:00",
  ]);
});

test("an empty busy span takes nothing", () => {
  const host = makeHost({ busy: span("10:30", "10:30") });
  expect(offers(makeFacts({ hosts: [host] }), MONDAY)).toHaveLength(8);
});

test("busy spans may overlap and nest", () => {
  const host = makeHost({
    busy: [...span("09:30", "15:00"), ...span("10:00", "10:30"), ...span("14:00", "15:30")],
  });
  expect(offers(makeFacts({ hosts: [host] }), MONDAY).map(clock)).toEqual(["16:00"]);
});

test("buffers keep clear of what is taken, and may reach out of open time", () => {
  const host = makeHost({ busy: span("12:00", "13:00") });
  const type = { bufferBeforeMinutes: 15, bufferAfterMinutes: 30 };
  expect(offers(makeFacts({ type, hosts: [host] }), MONDAY).map(clock)).toEqual([
    "09:00",
    "10:00",
    "14:00",
    "15:00",
    "16:00",
  ]);
});

test("24/7 starts anew at local midnight, and meetings run across it", () => {
  const type = { durationMinutes: 50, timeZone: "Europe/Berlin" };
  const facts = makeFacts({
    type,
    hosts: [makeHost({ schedule: everyDay("00:00", "24:00", "Europe/Berlin") })],
  });
  const around = offers(facts, {
    ...WINDOW,
    from: at("2026-03-02T22:00Z"),
    until: at("2026-03-03T01:00Z"),
  });
  expect(around.map(clock)).toEqual(["22:20", "23:00", "23:50", "00:40"]);
  // 23:20 to 00:10 in Berlin; the grid of the new day begins in the middle of it.
  expect(iso(around[0]!.end)).toBe("2026-03-02T23:10Z");
});

test.each([
  ["start", ["09:10", "09:40", "10:10", "10:40", "11:10"]],
  ["quarter", ["09:15", "09:45", "10:15", "10:45", "11:15"]],
  ["half", ["09:30", "10:00", "10:30", "11:00"]],
  ["hour", ["10:00", "10:30", "11:00"]],
] as const)("aligned to %s, hours from 09:10 start at %p", (slotAlignment, wanted) => {
  const type = { slotAlignment, durationMinutes: 30 };
  const host = makeHost({ schedule: everyDay("09:10", "11:50") });
  expect(offers(makeFacts({ type, hosts: [host] }), MONDAY).map(clock)).toEqual([...wanted]);
});

test("alignment follows the schedule's clocks, a quarter of an hour off in Kathmandu", () => {
  const type = { slotAlignment: "hour", timeZone: "Asia/Kathmandu" } as const;
  const host = makeHost({ schedule: everyDay("09:10", "12:00", "Asia/Kathmandu") });
  expect(offers(makeFacts({ type, hosts: [host] }), MONDAY).map(clock)).toEqual(["04:15", "05:15"]);
});

test("alignment finds the hour again behind a change of clocks by half an hour", () => {
  const type = {
    slotAlignment: "hour",
    timeZone: "Australia/Lord_Howe",
    durationMinutes: 15,
  } as const;
  const host = makeHost({ schedule: everyDay("01:45", "04:00", "Australia/Lord_Howe") });
  const from = at("2026-10-03T12:00Z");
  const [first] = offers(makeFacts({ type, hosts: [host] }), {
    from,
    until: from + DAY,
    now: from,
  });
  expect(wallAt("Australia/Lord_Howe", first!.start)).toEqual({
    date: "2026-10-04",
    time: "03:00",
    offset: "+11:00",
  });
});

test("limits bound what is offered: the notice from below, the horizon from above", () => {
  const type = { minimumNoticeMinutes: 120, horizon: { kind: "rolling", days: 1 } } as const;
  const starts = offers(makeFacts({ type }), { ...WINDOW, now: at("2026-03-02T12:30Z") });
  expect(starts.map(({ start }) => iso(start))[0]).toBe("2026-03-02T15:00Z");
  expect(starts.map(({ start }) => iso(start)).at(-1)).toBe("2026-03-03T16:00Z");
});

test("an empty or past window has no offers", () => {
  expect(offers(makeFacts(), { ...MONDAY, until: MONDAY.from })).toEqual([]);
  expect(offers(makeFacts(), { ...MONDAY, now: MONDAY.until })).toEqual([]);
});

test("a full day of the type's cap is not offered, a full day of one host's cap is offered with another", () => {
  const taken = [{ start: at("2026-03-02T09:00Z"), end: at("2026-03-02T10:00Z") }];
  const caps = [{ per: "day", bookings: 1 }] as const;
  expect(offers(makeFacts({ type: { caps }, booked: taken }), WINDOW)[0]?.start).toBe(
    at("2026-03-03T09:00Z"),
  );
  const groups = [{ hosts: ["ada", "bob"], required: 1 }];
  const hosts = [makeHost({ caps, counted: taken }), makeHost({ id: "bob" })];
  const [monday] = offers(makeFacts({ type: { groups }, hosts }), WINDOW);
  expect(monday).toEqual({
    start: at("2026-03-02T09:00Z"),
    end: at("2026-03-02T10:00Z"),
    hosts: ["bob"],
  });
});

// Groups.

const ADA = makeHost({ busy: span("09:00", "11:00") });
const BOB = makeHost({
  id: "bob",
  busy: span("12:00", "14:00"),
  schedule: everyDay("10:00", "18:00"),
});
const with_ = (required: "all" | number) => ({
  type: { groups: [{ hosts: ["ada", "bob"], required }] },
  hosts: [ADA, BOB],
});

test("a group of all meets when everybody is free, on the grid of their common hours", () => {
  expect(offers(makeFacts(with_("all")), MONDAY).map(clock)).toEqual([
    "11:00",
    "14:00",
    "15:00",
    "16:00",
  ]);
});

test("a group of n names those who can take it", () => {
  const found = offers(makeFacts(with_(1)), MONDAY).map(
    (offer) => `${clock(offer)} ${offer.hosts.join("+")}`,
  );
  expect(found).toEqual([
    "10:00 bob",
    "11:00 ada+bob",
    "12:00 ada",
    "13:00 ada",
    "14:00 ada+bob",
    "15:00 ada+bob",
    "16:00 ada+bob",
    "17:00 bob",
  ]);
});

test("several groups meet when each is enough: two of three, and the room", () => {
  const groups = [
    { hosts: ["ada", "bob", "cy"], required: 2 },
    { hosts: ["room"], required: "all" as const },
  ];
  const cy = makeHost({ id: "cy", busy: span("09:00", "15:00") });
  const room = makeHost({
    id: "room",
    schedule: everyDay("08:00", "16:00"),
    busy: span("11:00", "12:00"),
  });
  const found = offers(makeFacts({ type: { groups }, hosts: [ADA, BOB, cy, room] }), MONDAY);
  expect(found.map((offer) => `${clock(offer)} ${offer.hosts.join("+")}`)).toEqual([
    "14:00 ada+bob+room",
    "15:00 ada+bob+cy+room",
  ]);
});

test.each([
  ["nobody", { groups: [{ hosts: [], required: "all" as const }] }],
  ["somebody unknown", { groups: [{ hosts: ["ada", "zoe"], required: "all" as const }] }],
  ["more than there are", { groups: [{ hosts: ["ada"], required: 2 }] }],
  ["no group", { groups: [] }],
])("a type that needs %s has no offers, and says outside_hours", (_, type) => {
  const facts = makeFacts({ type });
  expect(offers(facts, WINDOW)).toEqual([]);
  expect(isOffered(facts, at("2026-03-02T09:00Z"), WINDOW.now)).toEqual({
    offered: false,
    reason: "outside_hours",
  });
});

test("a required host without any free time means no offers, not a dropped condition", () => {
  const groups = [
    { hosts: ["ada"], required: "all" as const },
    { hosts: ["bob"], required: 1 },
  ];
  const busy = makeHost({ busy: [WINDOW.from, WINDOW.until] });
  expect(offers(makeFacts({ type: { groups }, hosts: [busy, BOB] }), WINDOW)).toEqual([]);
  const closed = makeHost({ schedule: makeSchedule({ hours: [] }) });
  expect(offers(makeFacts({ type: { groups }, hosts: [closed, BOB] }), WINDOW)).toEqual([]);
});

test("hosts of one group may live in different zones", () => {
  const groups = [{ hosts: ["ada", "bob"], required: "all" as const }];
  const hosts = [
    makeHost({ schedule: makeSchedule({ timeZone: "Europe/Berlin" }) }),
    makeHost({ id: "bob", schedule: makeSchedule({ timeZone: "America/New_York" }) }),
  ];
  expect(offers(makeFacts({ type: { groups }, hosts }), MONDAY).map(clock)).toEqual([
    "14:00",
    "15:00",
  ]);
});

test("across zones the grid starts anew when the last of them has reached midnight", () => {
  const groups = [
    { hosts: ["tokyo"], required: "all" as const },
    { hosts: ["berlin"], required: "all" as const },
  ];
  const hosts = [
    makeHost({ id: "tokyo", schedule: everyDay("00:00", "24:00", "Asia/Tokyo") }),
    makeHost({ id: "berlin", schedule: everyDay("00:00", "24:00", "Europe/Berlin") }),
  ];
  // Midnight is 15:00Z in Tokyo and 23:00Z in Berlin.
  const wanted = [
    "14:50",
    "15:40",
    "16:30",
    "17:20",
    "18:10",
    "19:00",
    "19:50",
    "20:40",
    "21:30",
    "22:20",
    "23:00",
  ];
  for (const given of [
    groups,
    groups.toReversed(),
    [{ hosts: ["tokyo", "berlin"], required: "all" as const }],
  ]) {
    const facts = makeFacts({ type: { groups: given, durationMinutes: 50 }, hosts });
    expect(
      offers(facts, { ...MONDAY, from: at("2026-03-02T14:10Z") })
        .map(clock)
        .slice(0, 11),
    ).toEqual(wanted);
  }
});

test("neighbouring offers share one list of hosts while it stays the same", () => {
  const [ten, eleven, twelve, thirteen] = offers(makeFacts(with_(1)), MONDAY);
  expect(twelve!.hosts).toBe(thirteen!.hosts);
  expect(ten!.hosts).not.toBe(eleven!.hosts);
});

test("a host with several schedules is open when any of them is", () => {
  const schedule = everyDay("09:00", "11:00");
  const host = makeHost({
    schedule,
    moreSchedules: [everyDay("11:00", "12:00"), everyDay("20:00", "21:00")],
  });
  expect(offers(makeFacts({ hosts: [host] }), MONDAY).map(clock)).toEqual([
    "09:00",
    "10:00",
    "11:00",
    "20:00",
  ]);
});

test.each([
  { durationMinutes: 0 },
  { durationMinutes: -30 },
  { slotIntervalMinutes: 0 },
  { durationMinutes: Number.NaN },
  { groups: [{ hosts: ["ada"], required: 0 }] },
])("%p is an error, not an endless grid", (type) => {
  expect(() => offers(makeFacts({ type }), MONDAY)).toThrow(RangeError);
});

// Seats.

const LESSON = { start: at("2026-03-02T10:00Z"), end: at("2026-03-02T11:00Z"), hosts: ["ada"] };
const lessons = (seatsTaken: number, more = {}) =>
  makeFacts({
    type: { capacity: 4 },
    hosts: [makeHost({ busy: [LESSON.start, LESSON.end] })],
    seated: [{ ...LESSON, seatsTaken, ...more }],
  });
const seatsAt = (facts: ReturnType<typeof lessons>) =>
  offers(facts, MONDAY).map((offer) => `${clock(offer)} ${offer.seatsLeft}`);

test("a meeting with seats left is offered with them, although it takes its host's time", () => {
  expect(seatsAt(lessons(3)).slice(0, 3)).toEqual(["09:00 4", "10:00 1", "11:00 4"]);
  expect(isOffered(lessons(3), LESSON.start, MONDAY.now)).toEqual({
    offered: true,
    hosts: [["ada"]],
  });
});

test("a full meeting is not offered and says seats_full", () => {
  expect(seatsAt(lessons(4)).slice(0, 2)).toEqual(["09:00 4", "11:00 4"]);
  expect(isOffered(lessons(4), LESSON.start, MONDAY.now)).toEqual({
    offered: false,
    reason: "seats_full",
  });
});

test("seats are offered off the grid too, but not outside the hosts' hours or for another duration", () => {
  const moved = { start: LESSON.start + 20 * MINUTE, end: LESSON.end + 20 * MINUTE };
  expect(seatsAt(lessons(1, moved))).toContain("10:20 3");
  const early = { start: LESSON.start - 2 * HOUR, end: LESSON.end - 2 * HOUR };
  expect(seatsAt(lessons(1, early))).not.toContain("08:00 3");
  expect(seatsAt(lessons(1, { end: LESSON.end + HOUR }))).not.toContain("10:00 3");
  expect(seatsAt(lessons(1, { hosts: ["zoe"] }))).not.toContain("10:00 3");
});

test("joining a meeting is possible where a cap allows no further one", () => {
  const facts = lessons(1);
  const capped = {
    ...facts,
    booked: [LESSON],
    type: { ...facts.type, caps: [{ per: "day", bookings: 1 }] as const },
  };
  expect(seatsAt(capped)).toEqual(["10:00 3"]);
});

test("where a meeting is, full or not, a free host opens no second one", () => {
  const facts = lessons(1);
  const groups = [{ hosts: ["ada", "bob"], required: 1 }];
  const two = {
    ...facts,
    hosts: [...facts.hosts, makeHost({ id: "bob" })],
    type: { ...facts.type, groups },
  };
  const at10 = (given: typeof two) =>
    offers(given, MONDAY).filter(({ start }) => start === LESSON.start);
  expect(at10(two)).toEqual([
    { start: LESSON.start, end: LESSON.end, hosts: ["ada"], seatsLeft: 3 },
  ]);
  const full = { ...two, seated: [{ ...LESSON, seatsTaken: 4 }] };
  expect(at10(full)).toEqual([]);
  const longer = { ...two, seated: [{ ...LESSON, end: LESSON.end + HOUR, seatsTaken: 1 }] };
  expect(at10(longer)).toEqual([]);
  expect(isOffered(longer, LESSON.start, MONDAY.now)).toMatchObject({ reason: "slot_taken" });
});

test("seats mean nothing to a type for one guest", () => {
  const facts = lessons(1);
  expect(
    offers({ ...facts, type: { ...facts.type, capacity: 1 } }, MONDAY).map(clock),
  ).not.toContain("10:00");
});

// Deciding and alternatives.

test.each([
  ["2026-02-28T10:00Z", "start_in_past"],
  ["2026-03-02T10:00Z", "too_soon"],
  ["2026-03-03T10:00Z", "cap_reached"],
  ["2026-03-04T10:00Z", "slot_taken"],
  ["2026-03-04T12:30Z", "outside_hours"],
  ["2026-03-04T17:00Z", "outside_hours"],
  ["2026-03-05T16:00Z", "slot_taken"],
  ["2026-03-07T10:00Z", "outside_hours"],
  ["2026-03-20T10:00Z", "too_late"],
] as const)("isOffered() refuses %s as %s", (start, reason) => {
  const facts = makeFacts({
    type: {
      minimumNoticeMinutes: 24 * 60,
      horizon: { kind: "rolling", days: 7 },
      caps: [{ per: "day", bookings: 1 }],
      bufferAfterMinutes: 10,
    },
    hosts: [
      makeHost({
        busy: [
          at("2026-03-04T10:30Z"),
          at("2026-03-04T10:45Z"),
          at("2026-03-05T17:00Z"),
          at("2026-03-05T18:00Z"),
        ],
      }),
    ],
    booked: [{ start: at("2026-03-03T14:00Z"), end: at("2026-03-03T15:00Z") }],
  });
  expect(isOffered(facts, at(start), at("2026-03-02T00:00Z"))).toEqual({ offered: false, reason });
});

test("isOffered() says too_soon before a range of dates and too_late behind it", () => {
  const facts = makeFacts({
    type: { horizon: { kind: "range", from: "2026-03-03", until: "2026-03-04" } },
  });
  const reasons = ["2026-03-02", "2026-03-03", "2026-03-05"].map((date) => {
    const answer = isOffered(facts, at(`${date}T10:00Z`), WINDOW.now);
    return answer.offered ? "offered" : answer.reason;
  });
  expect(reasons).toEqual(["too_soon", "offered", "too_late"]);
});

test("isOffered() names per group those who can", () => {
  const groups = [
    { hosts: ["ada", "bob"], required: 1 },
    { hosts: ["room"], required: 1 },
  ];
  const facts = makeFacts({
    type: { groups },
    hosts: [ADA, makeHost({ id: "room" }), makeHost({ id: "bob" })],
  });
  expect(isOffered(facts, at("2026-03-02T10:00Z"), WINDOW.now)).toEqual({
    offered: true,
    hosts: [["bob"], ["room"]],
  });
});

test("nearestOffers() are the closest on both sides, in order, the earlier one when equally far", () => {
  const busy = [...span("11:00", "13:00")];
  const facts = makeFacts({ hosts: [makeHost({ busy })] });
  const near = (start: string, count?: number) =>
    nearestOffers(facts, at(`2026-03-02T${start}Z`), MONDAY, count).map(clock);
  expect(near("12:00")).toEqual(["10:00", "13:00", "14:00"]);
  expect(near("12:00", 2)).toEqual(["10:00", "13:00"]);
  expect(near("11:30", 1)).toEqual(["10:00"]);
  expect(near("08:00")).toEqual(["09:00", "10:00", "13:00"]);
  expect(near("23:00")).toEqual(["14:00", "15:00", "16:00"]);
  expect(near("12:00", 99)).toHaveLength(6);
});

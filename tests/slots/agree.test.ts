// Listing and booking agree, over HTTP, whatever the rules: random hours, overrides, absences, caps, buffers,
// busy times, limits, one host or two.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { guestOf } from "../bookings/support/guest.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

// Clocks go back in Berlin and New York in the week between; it begins on a Monday.
const FIRST = Temporal.PlainDate.from("2027-10-25");
const DAYS = 8;
// At no start of any grid: a meeting that begins now is booked, but cannot be cancelled any more.
const NOW = "2027-10-26T07:12:00Z";
const day = fc.integer({ min: 0, max: DAYS - 1 }).map((n) => FIRST.add({ days: n }).toString());
const clock = (quarters: number) =>
  `${String(Math.floor(quarters / 4)).padStart(2, "0")}:${["00", "15", "30", "45"][quarters % 4]}`;
// Also overnight.
const opening = fc
  .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 96 }))
  .filter(([from, until]) => from !== until)
  .map(([from, until]) => ({ from: clock(from), until: clock(until) }));
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const hours = fc.array(
  fc.tuple(fc.constantFrom(...WEEKDAYS), opening).map(([weekday, each]) => ({ weekday, ...each })),
  { minLength: 4, maxLength: 12 },
);
const cap = fc
  .record(
    {
      per: fc.constantFrom("day", "week", "month"),
      bookings: fc.integer({ min: 1, max: 3 }),
      minutes: fc.integer({ min: 30, max: 200 }),
    },
    { requiredKeys: ["per"] },
  )
  .filter(({ bookings, minutes }) => bookings !== undefined || minutes !== undefined);
const host = fc.record({
  zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"),
  hours,
  overrides: fc.uniqueArray(fc.record({ date: day, hours: fc.array(opening, { maxLength: 2 }) }), {
    maxLength: 2,
    selector: ({ date }) => date,
  }),
  caps: fc.array(cap, { maxLength: 1 }),
  away: fc.option(day),
  busy: fc.array(fc.tuple(day, fc.integer({ min: 0, max: 90 })), { maxLength: 4 }),
});
const type = fc.record({
  minutes: fc.constantFrom(15, 30, 45, 90),
  step: fc.constantFrom(null, 15, 20, 60),
  before: fc.constantFrom(0, 10),
  after: fc.constantFrom(0, 15),
  notice: fc.constantFrom(0, 90, 1440),
  horizon: fc.constantFrom(
    { kind: "unlimited" },
    { kind: "rolling", days: 4 },
    { kind: "businessDays", days: 3 },
  ),
  caps: fc.array(cap, { maxLength: 1 }),
});
const rules = fc.record({
  type,
  hosts: fc.array(host, { minLength: 1, maxLength: 2 }),
  required: fc.constantFrom(undefined, 1),
  /** What is booked before anybody looks, and which starts are then tried: fractions of what there is. */
  booked: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 4 }),
  tried: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 5,
    maxLength: 5,
  }),
});
type Rules = typeof rules extends fc.Arbitrary<infer T> ? T : never;

async function setUp({ type: given, hosts: wanted, required }: Rules) {
  const hosts = await Promise.all(
    wanted.map(async ({ zone, hours, overrides, caps, away, busy }) => {
      const made = await makeHost(world, { zone, hours });
      const { token } = made;
      const ask = async (method: string, path: string, body: object) => {
        const { status } = await api(method, path, { token, body });
        return status;
      };
      expect(await ask("PATCH", `/schedules/${made.scheduleId}`, { overrides, caps })).toBe(200);
      if (away) expect(await ask("POST", "/out-of-office", { from: away, until: away })).toBe(201);
      for (const [date, quarter] of busy) {
        const start = `${date}T${clock(quarter)}:00Z`;
        const end = Temporal.Instant.from(start).add({ minutes: 50 }).toString();
        // Past or overlapping ones are refused, which is fine.
        await ask("POST", "/bookings", { title: "Busy", start, end });
      }
      return made;
    }),
  );
  const made = await makeMeetingType(world, hosts[0]!, {
    ...given,
    groups: [{ hosts, ...(required && { required }) }],
  });
  return { owner: hosts[0]!, type: made };
}

const QUERY = `from=${FIRST}&until=${FIRST.add({ days: DAYS - 1 })}`;

const startsOf = (body: { days: { slots: { start: string }[] }[] }) =>
  body.days.flatMap(({ slots }) => slots.map(({ start }) => start));

async function listed(id: string): Promise<string[]> {
  return startsOf((await api("GET", `/meeting-types/${id}/slots?${QUERY}`)).body);
}

/** Every five minutes of the window. */
const ALL = Array.from({ length: DAYS * 288 }, (_, i) =>
  Temporal.Instant.from(`${FIRST}T00:00:00Z`)
    .add({ minutes: 5 * i })
    .toString(),
);
const pick = <T>(from: readonly T[], fraction: number): T | undefined =>
  from[Math.floor(fraction * from.length)];

const REFUSALS = [
  ...["422 start_in_past", "422 too_soon", "422 too_late", "422 outside_hours"],
  ...["409 cap_reached", "409 slot_taken"],
];

test("what is listed can be booked at that moment, what is not has a reason, and explain agrees with both", async () => {
  world.setNow(NOW);
  let bookable = 0;
  const refusals = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rules, async (given) => {
      const { owner, type } = await setUp(given);
      for (const fraction of given.booked) {
        const start = pick(await listed(type.id), fraction);
        if (start) expect((await book(api, type, start)).status).toBe(201);
      }
      const offered = await listed(type.id);
      for (const fraction of given.tried) {
        const start = pick(offered, fraction);
        if (!start) break;
        const made = await book(api, type, start);
        expect([start, made.status]).toEqual([start, 201]);
        if (given.hosts.length === 1) expect(await listed(type.id)).not.toContain(start);
        await guestOf(api, made).cancel();
        bookable += 1;
      }
      expect(await listed(type.id)).toEqual(offered);

      const path = `/meeting-types/${type.id}/slots?${QUERY.replace("-11-01", "-10-31")}&explain=true`;
      const { body } = await api("GET", path, { token: owner.token });
      const explained = body.explanations as { start: string; reason: string | null }[];
      const free = explained.filter(({ reason }) => reason === null).map(({ start }) => start);
      expect(free).toEqual(startsOf(body));
      expect(free).toEqual(offered.filter((start) => start < "2027-11-01"));

      const others = ALL.filter((start) => !offered.includes(start));
      const missing = explained.filter(({ reason }) => reason !== null).map(({ start }) => start);
      for (const fraction of given.tried) {
        for (const start of [pick(others, fraction), pick(missing, fraction)]) {
          if (!start) continue;
          const { status, body } = await book(api, type, start);
          const refusal = `${status} ${body.code}`;
          expect(REFUSALS).toContain(refusal);
          refusals.add(refusal);
          const told = explained.find((each) => each.start === start);
          if (told) expect(told.reason).toBe(body.code);
        }
      }
    }),
    { numRuns: 40 },
  );
  // It was not all about nothing.
  expect(bookable).toBeGreaterThan(20);
  expect(refusals.size).toBeGreaterThan(2);
});

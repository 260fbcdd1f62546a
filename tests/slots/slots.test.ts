import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

interface Day {
  date: string;
  slots: { start: string; end: string; localStart: string }[];
}

const ask = async (type: { id: string }, query: Record<string, string>) =>
  api("GET", `/meeting-types/${type.id}/slots?${new URLSearchParams(query)}`);

async function daysOf(type: { id: string }, query: Record<string, string>): Promise<Day[]> {
  const { status, body } = await ask(type, query);
  expect(status).toBe(200);
  return body.days;
}

const MONDAY = { from: "2026-11-23", until: "2026-11-23" };
const startsOf = (days: Day[]) => days.flatMap(({ slots }) => slots.map(({ start }) => start));
const ONE_HOUR = [{ weekday: "monday", from: "09:00", until: "10:00" }];

test("GET /meeting-types/:id/slots gives free starts by the guest's dates", async () => {
  const hours = ["monday", "tuesday"].map((weekday) => ({
    weekday,
    from: "21:30",
    until: "23:00",
  }));
  const type = await makeMeetingType(
    world,
    await makeHost(world, { zone: "Europe/London", hours }),
  );
  const { status, body } = await ask(type, {
    ...MONDAY,
    until: "2026-11-24",
    timeZone: "europe/berlin",
  });
  expect(status).toBe(200);
  expect(body.timeZone).toBe("Europe/Berlin");
  const slot = (start: string, end: string, localStart: string) => ({ start, end, localStart });
  expect(body.days).toEqual([
    {
      date: "2026-11-23",
      slots: [
        slot("2026-11-23T21:30:00Z", "2026-11-23T22:00:00Z", "2026-11-23T22:30+01:00"),
        slot("2026-11-23T22:00:00Z", "2026-11-23T22:30:00Z", "2026-11-23T23:00+01:00"),
        slot("2026-11-23T22:30:00Z", "2026-11-23T23:00:00Z", "2026-11-23T23:30+01:00"),
      ],
    },
    { date: "2026-11-24", slots: [expect.any(Object), expect.any(Object), expect.any(Object)] },
  ]);
});

test.each([
  ["Pacific/Kiritimati", "2026-11-23T10:00:00Z", "2026-11-24"],
  ["Pacific/Pago_Pago", "2026-11-24T10:30:00Z", "2026-11-23"],
  ["Asia/Kathmandu", "2026-11-23T18:15:00Z", "2026-11-24"],
])("a day of %s holds all of that guest's day", async (timeZone, start, date) => {
  const always = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
  const type = await makeMeetingType(world, await makeHost(world, { hours: always }), { step: 15 });
  const days = await daysOf(type, { from: date, until: date, timeZone });
  expect(days.map((day) => [day.date, day.slots.length])).toEqual([[date, 96]]);
  expect(startsOf(days)).toContain(start);
  expect(days[0]?.slots[0]?.localStart).toStartWith(`${date}T00:00`);
  expect(days[0]?.slots[95]?.localStart).toStartWith(`${date}T23:45`);
});

const EARLY_SUNDAY = [{ weekday: "sunday", from: "00:00", until: "02:30" }];

test("an hour that the guest's clocks show twice is there twice, told apart by its offset", async () => {
  const type = await makeMeetingType(world, await makeHost(world, { hours: EARLY_SUNDAY }));
  const days = await daysOf(type, {
    from: "2027-10-31",
    until: "2027-10-31",
    timeZone: "Europe/Berlin",
  });
  expect(days[0]?.slots.map(({ localStart }) => localStart)).toEqual([
    "2027-10-31T02:00+02:00",
    "2027-10-31T02:30+02:00",
    "2027-10-31T02:00+01:00",
    "2027-10-31T02:30+01:00",
    "2027-10-31T03:00+01:00",
  ]);
  expect(new Set(startsOf(days)).size).toBe(5);
});

test("an hour that the guest's clocks skip is not there", async () => {
  const type = await makeMeetingType(world, await makeHost(world, { hours: EARLY_SUNDAY }));
  const days = await daysOf(type, {
    from: "2027-03-28",
    until: "2027-03-28",
    timeZone: "Europe/Berlin",
  });
  expect(days[0]?.slots.map(({ localStart }) => localStart)).toEqual([
    "2027-03-28T01:00+01:00",
    "2027-03-28T01:30+01:00",
    "2027-03-28T03:00+02:00",
    "2027-03-28T03:30+02:00",
    "2027-03-28T04:00+02:00",
  ]);
});

test("zones whose rules changed in 2026 are right: nine in Vancouver is 16:00Z in winter", async () => {
  const hours = [{ weekday: "tuesday", from: "09:00", until: "10:00" }];
  const host = await makeHost(world, { zone: "America/Vancouver", hours });
  const type = await makeMeetingType(world, host);
  const query = { from: "2026-12-01", until: "2026-12-01", timeZone: "America/Vancouver" };
  expect((await daysOf(type, query))[0]?.slots[0]).toMatchObject({
    start: "2026-12-01T16:00:00Z",
    localStart: "2026-12-01T09:00-07:00",
  });
});

test("from and until are days, that day included, or instants, that one excluded", async () => {
  const type = await makeMeetingType(world, await makeHost(world, { hours: ONE_HOUR }));
  const starts = async (from: string, until: string) =>
    startsOf(await daysOf(type, { from, until }));
  const both = ["2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z"];
  expect(await starts("2026-11-23", "2026-11-23")).toEqual(both);
  expect(await starts("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z")).toEqual(both.slice(0, 1));
  expect(await starts("2026-11-23T09:30:00Z", "2026-11-23")).toEqual(both.slice(1));
  expect(await starts("2026-11-22", "2026-11-23T10:30:00.5+01:00")).toEqual(both);
});

test("62 days can be asked for at once, also when clocks change in them, but not 63", async () => {
  const type = await makeMeetingType(world, await makeHost(world, { hours: ONE_HOUR }));
  const status = async (from: string, until: string) =>
    (await ask(type, { from, until, timeZone: "Europe/Berlin" })).status;
  expect(await status("2027-07-01", "2027-08-31")).toBe(200);
  expect(await status("2027-10-01", "2027-12-01")).toBe(200);
  expect(await status("2027-10-01", "2027-12-02")).toBe(422);
  expect(await status("2027-07-01", "2027-09-01")).toBe(422);
  expect(await status("2027-07-01T00:00:00Z", "2027-09-02T00:00:00Z")).toBe(422);
});

test.each([
  ["from", "from=yesterday"],
  ["from", "from=2026-02-30"],
  ["from", "from=2026-11-23T09:00:00"],
  ["from", "from=1999-01-01"],
  ["from", "from=%2B275760-09-13T00:00:00Z"],
  ["until", "until=9999-12-31"],
  ["until", "until=2026-11-22"],
  ["until", "from=2026-11-23T09:00:00Z&until=2026-11-23T09:00:00Z"],
  ["timeZone", "timeZone=Berlin"],
  ["timeZone", "timeZone=%2B05:30"],
  ["durationMinutes", "durationMinutes=45"],
  ["durationMinutes", "durationMinutes=0"],
  ["durationMinutes", "durationMinutes=30.5"],
  ["rescheduleOf", "rescheduleOf=mine"],
])("a wrong %s is 422 and named: %s", async (path, given) => {
  const type = await makeMeetingType(world, await makeHost(world));
  const { status, body, headers } = await ask(type, {
    ...MONDAY,
    ...Object.fromEntries(new URLSearchParams(given)),
  });
  expect([status, body.code, body.errors?.[0]?.path]).toEqual([422, "invalid", path]);
  expect(headers.get("cache-control") ?? "").not.toContain("public");
});

test("without a window it is two weeks from today, as the guest's days go", async () => {
  const everyDay = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const hours = everyDay.map((weekday) => ({ weekday, from: "00:00", until: "24:00" }));
  const type = await makeMeetingType(world, await makeHost(world, { hours }));
  const { body } = await api("GET", `/meeting-types/${type.id}/slots?timeZone=Pacific/Kiritimati`);
  const dates = body.days.map(({ date }: { date: string }) => date);
  expect([dates[0], dates.at(-1), dates.length]).toEqual(["2026-11-23", "2026-12-06", 14]);
  const from = await api("GET", `/meeting-types/${type.id}/slots?from=2026-12-01T12:00:00Z`);
  expect(from.body.days[0].slots[0].start).toBe("2026-12-01T12:00:00Z");
  expect(from.body.days.at(-1).date).toBe("2026-12-14");
});

test("what nobody asks for passes, what no id is does not", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  expect((await ask(type, { ...MONDAY, utm_source: "mail" })).status).toBe(200);
  expect(
    (await api("GET", `/meeting-types/none/slots?from=2026-11-23&until=2026-11-23`)).status,
  ).toBe(422);
});

test("each of the offered durations has its own starts", async () => {
  const host = await makeHost(world, { hours: ONE_HOUR });
  const type = await makeMeetingType(world, host, { otherMinutes: [20, 60] });
  const count = async (durationMinutes: string) =>
    startsOf(await daysOf(type, { ...MONDAY, durationMinutes })).length;
  expect([await count("20"), await count("30"), await count("60")]).toEqual([3, 2, 1]);
});

test("what is taken is gone, with the buffers of both", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { before: 10, step: 10 });
  const made = await book(api, type, "2026-11-23T10:00:00Z");
  const personal = { title: "Lunch", start: "2026-11-23T12:00:00Z", end: "2026-11-23T13:00:00Z" };
  await api("POST", "/bookings", { token: host.token, body: personal });
  const starts = startsOf(await daysOf(type, MONDAY));
  const around = starts.filter((start) => start > "2026-11-23T09:1" && start < "2026-11-23T13:2");
  expect(around.map((start) => start.slice(11, 16))).toEqual([
    ...["09:10", "09:20"],
    ...["10:40", "10:50", "11:00", "11:10", "11:20", "11:30"],
    "13:10",
  ]);
  expect(made.status).toBe(201);
});

test("a CDN may keep an answer for seconds, and only where there is one", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  expect((await ask(type, MONDAY)).headers.get("cache-control")).toBe("public, max-age=5");
  const none = await ask({ id: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e" }, MONDAY);
  expect(none.status).toBe(404);
  expect(none.headers.get("cache-control") ?? "").not.toContain("public");
});

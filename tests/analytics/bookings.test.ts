// What became of the bookings that were made.
import { expect, test } from "bun:test";
import { guestOf } from "../bookings/support/guest.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

const report = async (host: Host, query = "") => {
  const answer = await api("GET", `/analytics/bookings${query}`, { token: host.token });
  expect(answer.status).toBe(200);
  return answer.body;
};

const opened = async (meetingTypeId: string, times: number) => {
  for (let i = 0; i < times; i += 1)
    await api("POST", "/analytics/event", {
      body: { eventType: "WIDGET_OPENED", metadata: { meetingTypeId } },
    });
  await world.events.flush();
};

const NOTHING = {
  booked: 0,
  cancelled: 0,
  rescheduled: 0,
  noShow: 0,
  medianLeadTimeHours: null,
  conversion: null,
};

test("of what was booked: what was cancelled, moved or missed, how long ahead, and of how many who looked", async () => {
  world.setNow("2026-11-22T10:00:00Z");
  const host = await makeHost(world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
  const stranger = await makeHost(world);
  const type = await makeMeetingType(world, host, { title: "Intro call" });
  const other = await makeMeetingType(world, host, { title: "Review" });
  await opened(type.id, 3);
  await opened(type.id.toUpperCase(), 1);
  await opened((await makeMeetingType(world, stranger)).id, 5);
  const made = [];
  // 23, 24 and 25 hours ahead.
  for (const hour of ["09", "10", "11"])
    made.push(await book(api, type, `2026-11-23T${hour}:00:00Z`));
  const [first, second, third] = made;
  await guestOf(api, first!).cancel();
  await guestOf(api, second!).move("2026-11-24T10:00:00Z");
  await guestOf(api, second!).move("2026-11-24T12:00:00Z");
  // Half an hour past midnight in Berlin: the next day.
  world.setNow("2026-11-22T23:30:00Z");
  await opened(other.id, 1);
  await book(api, other, "2026-11-23T14:00:00Z");
  await api("POST", "/bookings", {
    token: host.token,
    body: { title: "Mine", start: "2026-11-24T23:30:00Z", end: "2026-11-25T00:00:00Z" },
  });
  world.setNow("2026-11-23T12:00:00Z");
  const missed = await api("PATCH", `/bookings/${third!.body.booking.id}/no-show`, {
    token: host.token,
    body: { noShow: true },
  });
  expect(missed.status).toBe(200);

  const overview = {
    booked: 5,
    cancelled: 1,
    rescheduled: 1,
    noShow: 1,
    // 14.5, 23, 25, 48 and 50.
    medianLeadTimeHours: 25,
    conversion: { opened: 4, booked: 4, rate: 1 },
  };
  const sunday = {
    key: "2026-11-22",
    name: null,
    booked: 3,
    cancelled: 1,
    rescheduled: 1,
    noShow: 1,
    medianLeadTimeHours: 25,
    conversion: { opened: 3, booked: 3, rate: 1 },
  };
  const monday = {
    ...NOTHING,
    key: "2026-11-23",
    name: null,
    booked: 2,
    medianLeadTimeHours: 31.3,
    conversion: { opened: 1, booked: 1, rate: 1 },
  };
  expect(await report(host, "?days=3")).toEqual({
    period: {
      days: 3,
      from: "2026-11-20T23:00:00Z",
      until: "2026-11-23T12:00:00Z",
      timeZone: "Europe/Berlin",
    },
    overview,
    groupBy: "day",
    groups: [{ ...NOTHING, key: "2026-11-21", name: null }, sunday, monday],
  });
  const weeks = await report(host, "?days=3&groupBy=WEEK");
  expect(weeks.overview).toEqual(overview);
  expect(weeks.groups).toEqual([
    { ...sunday, key: "2026-11-16" },
    { ...monday, key: "2026-11-23" },
  ]);
  const types = await report(host, "?groupBy=meetingtype");
  expect(types.groups).toEqual([
    { ...sunday, key: type.id, name: "Intro call" },
    {
      ...NOTHING,
      key: other.id,
      name: "Review",
      booked: 1,
      medianLeadTimeHours: 14.5,
      conversion: { opened: 1, booked: 1, rate: 1 },
    },
    { ...NOTHING, key: null, name: null, booked: 1, medianLeadTimeHours: 48 },
  ]);
  const hosts = await report(host, "?groupBy=host");
  expect(hosts.groups).toEqual([
    { ...overview, conversion: null, key: host.id, name: "Ada Lovelace" },
  ]);
  const one = await report(host, `?groupBy=host&meetingTypeId=${other.id}`);
  expect(one.overview).toMatchObject({ booked: 1, conversion: { opened: 1, booked: 1 } });
  expect((await report(host, "?days=1")).overview).toMatchObject({ booked: 2 });
  // Nobody sees of others more than there is to see of his own.
  const theirs = await report(stranger, `?groupBy=meetingType&meetingTypeId=${type.id}`);
  expect(theirs).toMatchObject({ overview: NOTHING, groups: [] });
});

test("an owner sees by whom his type is taken, a host what he takes and no more", async () => {
  world.setNow("2026-11-22T10:00:00Z");
  const owner = await makeHost(world);
  const [ann, bob] = [
    await makeHost(world, { name: "Ann A" }),
    await makeHost(world, { name: "Bob" }),
  ];
  const forAnn = await makeMeetingType(world, owner, { groups: [{ hosts: [ann] }] });
  const forBob = await makeMeetingType(world, owner, { groups: [{ hosts: [bob] }] });
  for (const hour of ["09", "10"]) await book(api, forAnn, `2026-11-23T${hour}:00:00Z`);
  await book(api, forBob, "2026-11-23T09:00:00Z");
  await opened(forAnn.id, 4);
  const groupsOf = async (host: Host) =>
    (await report(host, "?groupBy=host")).groups.map(
      ({ key, name, booked }: { key: string; name: string; booked: number }) => [key, name, booked],
    );
  expect(await groupsOf(owner)).toEqual([
    [ann.id, "Ann A", 2],
    [bob.id, "Bob", 1],
  ]);
  expect(await groupsOf(ann)).toEqual([[ann.id, "Ann A", 2]]);
  expect((await report(owner)).overview.conversion).toEqual({ opened: 4, booked: 3, rate: 0.75 });
  expect((await report(ann)).overview.conversion).toBeNull();
});

test("a type that many looked at and nobody booked is there, after those that were booked", async () => {
  world.setNow("2026-11-22T10:00:00Z");
  const host = await makeHost(world);
  const booked = await makeMeetingType(world, host, { title: "Booked" });
  const seen = await makeMeetingType(world, host, { title: "Seen" });
  const often = await makeMeetingType(world, host, { title: "Seen often" });
  await makeMeetingType(world, host);
  await book(api, booked, "2026-11-23T09:00:00Z");
  await opened(seen.id, 1);
  await opened(often.id, 2);
  const { groups } = await report(host, "?groupBy=meetingType");
  expect(groups).toMatchObject([
    { key: booked.id, booked: 1, conversion: null },
    {
      ...NOTHING,
      key: often.id,
      name: "Seen often",
      conversion: { opened: 2, booked: 0, rate: 0 },
    },
    { ...NOTHING, key: seen.id, name: "Seen", conversion: { opened: 1, booked: 0, rate: 0 } },
  ]);
});

test("who has booked nothing sees zeros, a day of each", async () => {
  const body = await report(await makeHost(world), "?days=365");
  expect(body.overview).toEqual(NOTHING);
  expect(body.groups).toHaveLength(365);
});

test.each(["days=0", "days=366", "groupBy=month", "groupBy=", "meetingTypeId=x"])(
  "%s is refused",
  async (query) => {
    const { token } = await makeHost(world);
    const refused = await api("GET", `/analytics/bookings?${query}`, { token });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: "invalid", errors: [{ path: query.split("=")[0] }] },
    });
  },
);

test("a stranger sees none of it", async () => {
  expect((await api("GET", "/analytics/bookings")).status).toBe(401);
});

// Meetings of an organization's types, from the guest's request to the hosts' lists.
import { expect, test } from "bun:test";
import { hostOf, mailsOf, toldOf } from "../bookings/support/asked.ts";
import { expectSoundLedger } from "../bookings/support/ledger.ts";
import { browser, wordsOf } from "../pages/browser.ts";
import { book, type Host } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { canHost, makeHosts, makeType, named } from "./support/people.ts";

const world = await testWorld();
const api = client(world);
const web = browser(world);
const ALWAYS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
const MONDAY = "2026-11-23";
const at = (time: string) => `${MONDAY}T${time}:00Z`;

async function slotsOf(type: { id: string }) {
  const { body } = await api(
    "GET",
    `/meeting-types/${type.id}/slots?from=${MONDAY}&until=${MONDAY}`,
  );
  return (body.days[0]?.slots ?? []) as { start: string; hosts: string[] }[];
}
const idsOf = (hosts: readonly { id: string }[]) => hosts.map(({ id }) => id).sort();
const block = (host: Host, start: string, end: string) =>
  api("POST", "/bookings", { token: host.token, body: { title: "Dentist", start, end } });

test("collective: all of them meet the guest, each is told and has it in his list", async () => {
  const { id, hosts } = await makeHosts(world, api, 3);
  const { body: type } = await makeType(api, id, hosts[0]!, [
    { hosts: named(...hosts), required: "all" },
  ]);
  await block(hosts[2]!, at("09:00"), at("10:00"));
  const slots = await slotsOf(type);
  expect(slots[0]!.start).toBe(at("10:00"));
  expect(slots[0]!.hosts.toSorted()).toEqual(idsOf(hosts));
  expect((await book(api, type, at("09:30"))).body.code).toBe("slot_taken");
  const made = await book(api, type, at("10:00"));
  expect(made.status).toBe(201);
  const { booking } = made.body;
  expect(idsOf(booking.hosts)).toEqual(idsOf(hosts));
  for (const host of hosts) {
    const { data } = (await api("GET", "/bookings?status=confirmed", { token: host.token })).body;
    expect(data.map((each: { id: string }) => each.id)).toContain(booking.id);
    const unread = await api("GET", "/notifications/unread", { token: host.token });
    expect(unread.body.data[0]).toMatchObject({
      type: "BOOKING_CONFIRMED",
      metadata: { bookingId: booking.id },
    });
  }
  expect(toldOf(await mailsOf(world, booking.id))).toEqual(
    ["grace@example.com", ...hosts.map(({ email }) => email)]
      .map((email) => `BOOKING_CONFIRMATION ${email}`)
      .sort(),
  );
  const token = new URL(made.body.cancelUrl).searchParams.get("token");
  const page = wordsOf(await web.get(`/b/${booking.id}?token=${token}`));
  for (const name of ["Host 0", "Host 1", "Host 2"]) expect(page).toContain(name);
  const choose = wordsOf(await web.get(`/${hosts[0]!.username}/${type.slug}`));
  expect(choose).toContain("Hosts: Host 0, Host 1, Host 2");
});

test("round robin: of 50 guests at once five hosts take ten each, five at a time", async () => {
  const { id, hosts } = await makeHosts(world, api, 5, ALWAYS);
  const { body: type } = await makeType(api, id, hosts[0]!, [
    { hosts: named(...hosts), required: 1 },
  ]);
  const days = ["23", "24", "25", "26", "27", "28", "29", "30"].map((day) => `2026-11-${day}`);
  const starts = [...days, "2026-12-10", "2026-12-20"].map((day) => `${day}T12:00:00Z`);
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      book(api, type, starts[i % 10]!, { guest: { email: `guest-${i}@example.com` } }),
    ),
  );
  const done = made.filter(({ status }) => status === 201);
  expect(done).toHaveLength(50);
  const shares = hosts.map(
    (host) => done.filter(({ body }) => body.booking.hosts[0].id === host.id).length,
  );
  expect(shares).toEqual([10, 10, 10, 10, 10]);
  await expectSoundLedger(world);
});

test("weights and priorities decide whose turn it is", async () => {
  const { id, hosts } = await makeHosts(world, api, 3, ALWAYS);
  const [one, two, three] = named(...hosts);
  const { body: type } = await makeType(api, id, hosts[0]!, [
    {
      hosts: [{ ...one!, weight: 2 }, two!, { ...three!, priority: 9 }],
      required: 1,
    },
  ]);
  await canHost(api, id, hosts[2]!, false);
  const taken = [];
  for (let hour = 10; hour < 16; hour += 1)
    taken.push((await book(api, type, at(`${hour}:00`))).body.booking.hosts[0].id);
  expect(taken.filter((each) => each === hosts[0]!.id)).toHaveLength(4);
  expect(taken.filter((each) => each === hosts[1]!.id)).toHaveLength(2);
  await canHost(api, id, hosts[2]!);
  expect((await book(api, type, at("17:00"))).body.booking.hosts[0].id).toBe(hosts[2]!.id);
});

test("one fixed, one of two in turn; a move keeps who is there, a reassignment changes him", async () => {
  const { id, hosts } = await makeHosts(world, api, 3);
  const [fixed, one, two] = hosts as [Host, Host, Host];
  const { body: type } = await makeType(api, id, fixed, [
    { hosts: named(fixed), required: "all" },
    { hosts: named(one, two), required: 1 },
  ]);
  expect((await slotsOf(type))[0]!.hosts.toSorted()).toEqual(idsOf(hosts));
  const made = await book(api, type, at("10:00"));
  const first: string[] = idsOf(made.body.booking.hosts);
  expect(first).toContain(fixed.id);
  const token = new URL(made.body.rescheduleUrl).searchParams.get("token")!;
  const moved = await api("PATCH", `/bookings/${made.body.booking.id}/reschedule`, {
    headers: { "x-booking-token": token },
    body: { start: at("14:00") },
  });
  expect(idsOf(moved.body.hosts)).toEqual(first);
  const handed = await hostOf(world, fixed, made.body.booking.id).reassign({});
  expect(idsOf(handed.body.hosts)).not.toEqual(first);
  expect(idsOf(handed.body.hosts)).toContain(fixed.id);
  expect(toldOf(await mailsOf(world, made.body.booking.id))).toEqual(
    expect.arrayContaining(["BOOKING_REASSIGNED grace@example.com"]),
  );
});

test("an admin of the organization hands a meeting over; a member who is no host of it does not", async () => {
  const { id, hosts } = await makeHosts(world, api, 4);
  const [owner, one, two, other] = hosts as [Host, Host, Host, Host];
  const { body: type } = await makeType(api, id, owner, [{ hosts: named(one, two), required: 1 }]);
  const { booking } = (await book(api, type, at("10:00"))).body;
  expect((await hostOf(world, other, booking.id).reassign({})).status).toBe(404);
  await api("PATCH", `/organizations/${id}/members/${other.id}`, {
    token: owner.token,
    body: { role: "admin" },
  });
  const done = await hostOf(world, other, booking.id).reassign({});
  expect(done.body.hosts).toMatchObject([{ id: two.id }]);
});

test("a host's own schedule of the type, his zone, caps and absences are honoured", async () => {
  const { id, hosts } = await makeHosts(world, api, 2);
  const [owner, other] = hosts as [Host, Host];
  const evenings = await api("POST", "/schedules", {
    token: other.token,
    body: {
      name: "Evenings",
      timeZone: "America/New_York",
      hours: [{ weekday: "monday", from: "15:00", until: "16:00" }],
    },
  });
  const { body: type } = await makeType(api, id, owner, [
    { hosts: [{ userId: other.id, scheduleId: evenings.body.id }], required: 1 },
  ]);
  expect((await slotsOf(type)).map(({ start }) => start)).toEqual([at("20:00"), at("20:30")]);
  const { body: usual } = await makeType(api, id, owner, [
    { hosts: named(owner, other), required: 1 },
  ]);
  await api("PATCH", `/schedules/${other.scheduleId}`, {
    token: other.token,
    body: { caps: [{ per: "day", bookings: 1 }] },
  });
  await api("POST", "/out-of-office", {
    token: owner.token,
    body: { from: MONDAY, until: MONDAY },
  });
  expect((await book(api, usual, at("10:00"))).body.booking.hosts[0].id).toBe(other.id);
  expect((await book(api, usual, at("11:00"))).body.code).toBe("cap_reached");
});

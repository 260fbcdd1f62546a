// What becomes of meetings when a host leaves, takes his yes back, or is suspended; and of a whole organization.
import { expect, test } from "bun:test";
import { depart, settleDepartures } from "../../src/bookings/host/depart.ts";
import { passOrphanedTypes, tellOfGoneHosts } from "../../src/organizations/converge.ts";
import type { World } from "../../src/world.ts";
import { hostOf, icsOf, mailsOf, remindersOf, toldOf } from "../bookings/support/asked.ts";
import { counts, expectSoundLedger } from "../bookings/support/ledger.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { canHost, codesOf, makeHosts, makeType, named } from "./support/people.ts";

const world = await testWorld();
const api = client(world);
const at = (time: string, day = "23") => `2026-11-${day}T${time}:00Z`;
const REMINDED = { reminders: [{ minutesBefore: 60, channel: "email", to: "both" }] };

/** What a worker does until there is nothing left. */
async function work(of: World = world) {
  while (await passOrphanedTypes(of)) {}
  while (await tellOfGoneHosts(of)) {}
  while (await settleDepartures(of)) {}
}
const leave = (id: string, host: Host) =>
  api("DELETE", `/organizations/${id}/members/${host.id}`, { token: host.token });
const suspend = (host: Host, of: World = world) =>
  of.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
const idsOf = (hosts: readonly { id: string }[]) => hosts.map(({ id }) => id).sort();
async function unreadOf(host: Host, type: string) {
  const { data } = (await api("GET", "/notifications/unread?limit=100", { token: host.token }))
    .body;
  return data.filter((each: { type: string }) => each.type === type);
}
async function stateOf(of: World, bookingId: string) {
  const [row] = await of.db.run(
    `select b.status, b.cancel_reason, b.host_id,
       (select jsonb_agg(host_id order by host_id) from booking_hosts h where h.booking_id = b.id) as hosts
     from bookings b where id = $1`,
    [bookingId],
  );
  return row as { status: string; hosts: string[]; cancelReason: string | null; hostId: string };
}

/** A type of which one of three hosts takes each meeting; the owner is none of them. */
async function team(of: TestWorld = world, ask = api, count = 3) {
  const { id, hosts } = await makeHosts(of, ask, count + 1);
  const [owner, ...others] = hosts as [Host, ...Host[]];
  const { body: type } = await makeType(
    ask,
    id,
    owner,
    [{ hosts: named(...others), required: 1 }],
    REMINDED,
  );
  return { id, owner, hosts: others, type };
}

const WAYS: [string, (id: string, host: Host, owner: Host) => Promise<unknown>][] = [
  ["who leaves", leave],
  [
    "who is removed",
    (id, host, owner) =>
      api("DELETE", `/organizations/${id}/members/${host.id}`, { token: owner.token }),
  ],
  ["who takes his yes back", (id, host) => canHost(api, id, host, false)],
  ["who is suspended", (_id, host) => suspend(host)],
];

test.each(WAYS)(
  "a host %s is offered no more at once, and another takes his meetings",
  async (_way, go) => {
    const { id, owner, hosts, type } = await team();
    const made = await book(api, type, at("10:00"));
    const { booking } = made.body;
    const gone = hosts.find((host) => host.id === booking.hosts[0].id)!;
    const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23`;
    const before = await api("GET", path);
    await go(id, gone, owner);
    const copy = { headers: { "if-none-match": before.headers.get("etag")! } };
    const after = await api("GET", path, copy);
    expect(after.status).toBe(200);
    for (const { hosts: able } of after.body.days[0].slots) expect(able).not.toContain(gone.id);
    await work();
    const state = await stateOf(world, booking.id);
    expect(state.status).toBe("CONFIRMED");
    expect(state.hosts).toHaveLength(1);
    expect(state.hosts).not.toContain(gone.id);
    const heir = hosts.find((host) => host.id === state.hosts[0])!;
    expect(toldOf(await mailsOf(world, booking.id))).toEqual(
      [
        `BOOKING_CONFIRMATION ${heir.email}`,
        `BOOKING_REASSIGNED ${gone.email}`,
        "BOOKING_REASSIGNED grace@example.com",
      ].sort(),
    );
    const { history } = (await hostOf(world, heir, booking.id).get()).body;
    expect(history.at(-1)).toMatchObject({
      event: "reassigned",
      actor: "system",
      by: null,
      reason: "The host is no longer available.",
    });
    expect(await unreadOf(owner, "HOST_GONE")).toHaveLength(1);
    const counted = await counts(world, "outbox", "notifications", "booking_history");
    await work();
    expect(await counts(world, "outbox", "notifications", "booking_history")).toEqual(counted);
    await expectSoundLedger(world);
  },
);

test("where nobody else can take it, it is cancelled, and the guest told whatever the type mails", async () => {
  const { id, hosts } = await makeHosts(world, api, 3);
  const [owner, one, two] = hosts as [Host, Host, Host];
  const { body: type } = await makeType(api, id, owner, [{ hosts: named(one, two), required: 1 }], {
    notifications: { cancellation: false },
  });
  const made = await Promise.all([book(api, type, at("10:00")), book(api, type, at("10:00"))]);
  const lost = made.find(({ body }) => body.booking.hosts[0].id === one.id)!.body.booking;
  await leave(id, one);
  await work();
  expect(await stateOf(world, lost.id)).toMatchObject({
    status: "CANCELLED",
    cancelReason: "The host is no longer available.",
  });
  const mails = await mailsOf(world, lost.id);
  expect(toldOf(mails)).toEqual(
    ["BOOKING_CANCELLED grace@example.com", `BOOKING_CANCELLED ${one.email}`].sort(),
  );
  expect(icsOf(mails[0]!)).toContain("METHOD:CANCEL");
  // Nor does it come back by a host who stays, while the other is gone.
  const back = await hostOf(world, two, lost.id).restore();
  expect(back.status).toBe(404);
  await expectSoundLedger(world);
});

test("of hosts who are all needed, those who stay go on; the type offers nothing, and its owner hears why", async () => {
  const { id, hosts } = await makeHosts(world, api, 4);
  const [owner, one, two, three] = hosts as [Host, Host, Host, Host];
  const { body: type } = await makeType(
    api,
    id,
    owner,
    [{ hosts: named(one, two, three), required: "all" }],
    REMINDED,
  );
  const made = await book(api, type, at("10:00"));
  const { booking } = made.body;
  const organizer = [one, two, three].find((host) => host.id === booking.hostId)!;
  const others = [one, two, three].filter((host) => host !== organizer);
  await leave(id, organizer);
  expect((await book(api, type, at("11:00"))).body.code).toBe("outside_hours");
  await work();
  const state = await stateOf(world, booking.id);
  expect(state).toMatchObject({ status: "CONFIRMED", hosts: idsOf(others) });
  expect(toldOf(await mailsOf(world, booking.id))).toEqual(
    [
      ...others.map(({ email }) => `BOOKING_CONFIRMATION ${email}`),
      `BOOKING_REASSIGNED ${organizer.email}`,
      "BOOKING_REASSIGNED grace@example.com",
    ].sort(),
  );
  expect((await remindersOf(world, booking.id)).sort()).toEqual(
    [...idsOf(others), booking.guest.id].sort(),
  );
  const [told] = await unreadOf(owner, "HOST_GONE");
  expect(told.message).toContain("It needs all its hosts");
  expect(told.metadata).toMatchObject({ meetingTypeId: type.id, hostId: organizer.id });
  // One who did not send the invitation: the guest's says who is left.
  const [next, last] = others as [Host, Host];
  const goes = state.hostId === next.id ? last : next;
  const stays = goes === next ? last : next;
  await canHost(api, id, goes, false);
  await work();
  expect(toldOf(await mailsOf(world, booking.id))).toEqual(
    [
      `BOOKING_CONFIRMATION ${stays.email}`,
      "BOOKING_CONFIRMATION grace@example.com",
      // Who went before is still to be told, whatever became of the meeting since.
      `BOOKING_REASSIGNED ${organizer.email}`,
      `BOOKING_REASSIGNED ${goes.email}`,
    ].sort(),
  );
  await leave(id, stays);
  await work();
  expect((await stateOf(world, booking.id)).status).toBe("CANCELLED");
  await expectSoundLedger(world);
});

test("a fixed host who goes leaves the meeting to who takes turns; a request is asked anew", async () => {
  const { id, hosts } = await makeHosts(world, api, 3);
  const [owner, fixed, one] = hosts as [Host, Host, Host];
  const { body: type } = await makeType(
    api,
    id,
    owner,
    [
      { hosts: named(fixed), required: "all" },
      { hosts: named(one), required: 1 },
    ],
    { requiresConfirmation: true },
  );
  const made = await book(api, type, at("10:00"));
  await leave(id, fixed);
  await work();
  const state = await stateOf(world, made.body.booking.id);
  expect(state).toMatchObject({ status: "PENDING", hosts: [one.id] });
  expect(toldOf(await mailsOf(world, made.body.booking.id))).toEqual(
    expect.arrayContaining([`BOOKING_REQUESTED ${one.email}`, `BOOKING_REASSIGNED ${fixed.email}`]),
  );
  expect((await hostOf(world, one, made.body.booking.id).confirm()).body.status).toBe("CONFIRMED");
});

test("who was taken off the type before he left is replaced by who is named now", async () => {
  const { id, owner, hosts, type } = await team(world, api, 3);
  const { booking } = (await book(api, type, at("10:00"))).body;
  const gone = hosts.find((host) => host.id === booking.hosts[0].id)!;
  const others = hosts.filter((host) => host !== gone);
  await api("PATCH", `/meeting-types/${type.id}`, {
    token: owner.token,
    body: { hostGroups: [{ hosts: named(...others), required: 1 }] },
  });
  await work();
  expect((await stateOf(world, booking.id)).hosts).toEqual([gone.id]);
  await leave(id, gone);
  await work();
  const state = await stateOf(world, booking.id);
  expect(state.status).toBe("CONFIRMED");
  expect(idsOf(others)).toContain(state.hosts[0]!);
  expect(await unreadOf(owner, "HOST_GONE")).toEqual([]);
});

test("of a suspended host all guests' meetings go, of one who left only the organization's", async () => {
  const { id, hosts, type } = await team();
  const one = hosts[0]!;
  const own = await makeMeetingType(world, one);
  const mine = (await book(api, own, at("15:00"))).body.booking;
  const past = (await book(api, own, at("09:00"))).body.booking;
  const personal = await api("POST", "/bookings", {
    token: one.token,
    body: { title: "Dentist", start: at("16:00"), end: at("17:00") },
  });
  await leave(id, one);
  await work();
  expect((await stateOf(world, mine.id)).status).toBe("CONFIRMED");
  world.setNow(at("09:10"));
  await suspend(one);
  await work();
  expect((await stateOf(world, mine.id)).status).toBe("CANCELLED");
  for (const booking of [past, personal.body.booking])
    expect((await stateOf(world, booking.id)).status).toBe("CONFIRMED");
  expect(type.id).toBeString();
  world.setNow("2026-11-22T10:00:00Z");
});

test("who comes back is offered again, and who goes again is told of again", async () => {
  const { id, owner, hosts, type } = await team(world, api, 1);
  const one = hosts[0]!;
  await canHost(api, id, one, false);
  await work();
  expect((await book(api, type, at("10:00"))).status).toBe(422);
  // A change of something else neither forgets nor repeats it.
  const renamed = await api("PATCH", `/meeting-types/${type.id}`, {
    token: owner.token,
    body: { title: "Renamed" },
  });
  expect(renamed.status).toBe(200);
  await work();
  expect(await unreadOf(owner, "HOST_GONE")).toHaveLength(1);
  await canHost(api, id, one);
  await work();
  expect((await book(api, type, at("10:00"))).status).toBe(201);
  await canHost(api, id, one, false);
  await work();
  expect(await unreadOf(owner, "HOST_GONE")).toHaveLength(2);
});

test("types whose owner is gone pass to the organization's, whatever slugs he has", async () => {
  const { id, hosts } = await makeHosts(world, api, 4);
  const [owner, one, two, three] = hosts as [Host, Host, Host, Host];
  for (const host of [one, two])
    await api("PATCH", `/organizations/${id}/members/${host.id}`, {
      token: owner.token,
      body: { role: "admin" },
    });
  const ask = (by: Host) =>
    makeType(api, id, by, [{ hosts: named(three, owner), required: 1 }], { slug: "demo" });
  const types = [await ask(owner), await ask(one), await ask(two)].map(({ body }) => body);
  const made = [];
  for (const type of types) made.push(await book(api, type, at("10:00")));
  expect(codesOf(made)).toEqual(["201", "201", "409 slot_taken"]);
  await leave(id, one);
  await suspend(two);
  await work();
  const { data } = (await api("GET", "/meeting-types", { token: owner.token })).body;
  expect(data.map((type: { ownerId: string }) => type.ownerId)).toEqual(Array(3).fill(owner.id));
  expect(new Set(data.map(({ slug }: { slug: string }) => slug)).size).toBe(3);
  expect(await unreadOf(owner, "MEETING_TYPE_PASSED")).toHaveLength(2);
  for (const { body } of made.slice(0, 2))
    expect((await stateOf(world, body.booking.id)).status).toBe("CONFIRMED");
  expect((await book(api, types[2], at("12:00"))).status).toBe(201);
});

test("an organization with meetings ahead is deleted by force alone; they are cancelled with notice", async () => {
  const { id, owner, hosts, type } = await team();
  const made = [await book(api, type, at("10:00")), await book(api, type, at("10:00"))];
  const own = (await book(api, await makeMeetingType(world, hosts[0]!), at("15:00"))).body.booking;
  const { token } = owner;
  expect(codesOf([await api("DELETE", `/organizations/${id}`, { token })])).toEqual([
    "409 organization_in_use",
  ]);
  expect((await api("GET", `/organizations/${id}`, { token })).status).toBe(200);
  expect((await api("DELETE", `/organizations/${id}?force=true`, { token })).status).toBe(200);
  expect((await book(api, type, at("11:00"))).status).toBe(404);
  expect(codesOf([await api("GET", `/meeting-types/${type.id}`, { token })])).toEqual([
    "404 not_found",
  ]);
  await work();
  for (const { body } of made) {
    expect((await stateOf(world, body.booking.id)).status).toBe("CANCELLED");
    expect(toldOf(await mailsOf(world, body.booking.id))).toContain(
      "BOOKING_CANCELLED grace@example.com",
    );
  }
  const { booking } = made[0]!.body;
  const host = hosts.find((each) => each.id === booking.hosts[0].id)!;
  expect(codesOf([await hostOf(world, host, booking.id).restore()])).toEqual([
    "409 booking_closed",
  ]);
  expect((await stateOf(world, own.id)).status).toBe("CONFIRMED");
  const rows = await world.db.run(
    "select id from organization_members where organization_id = $1",
    [id],
  );
  expect(rows).toEqual([]);
  await expectSoundLedger(world);
});

test("an organization is not deleted behind the back of a guest who books", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id, owner, type } = await team(world, api, 1);
    const [made, gone] = await Promise.all([
      book(api, type, at("10:00")),
      api("DELETE", `/organizations/${id}`, { token: owner.token }),
    ]);
    expect([
      [201, 409],
      [404, 200],
      [409, 200],
    ]).toContainEqual([made.status, gone.status]);
  }
});

test("any number of workers at once settle each meeting once", async () => {
  const own = await testWorld({ DATABASE_POOL_SIZE: "8" });
  const ask = client(own);
  const { id, hosts, type } = await team(own, ask, 5);
  const made = [];
  for (let i = 0; i < 16; i += 1)
    for (const _ of [1, 2])
      made.push(
        await book(
          ask,
          type,
          at("09:00", `${23 + (i % 5)}`).replace("09", `${9 + (i % 8)}`.padStart(2, "0")),
        ),
      );
  const ids = made.filter(({ status }) => status === 201).map(({ body }) => body.booking.id);
  for (const host of hosts.slice(0, 2))
    await ask("DELETE", `/organizations/${id}/members/${host.id}`, { token: host.token });
  await suspend(hosts[2]!, own);
  await Promise.all([work(own), work(own), work(own), work(own)]);
  await work(own);
  const gone = hosts.slice(0, 3).map((host) => host.id);
  for (const bookingId of ids) {
    const state = await stateOf(own, bookingId);
    expect(state.status === "CANCELLED" || !state.hosts.some((each) => gone.includes(each))).toBe(
      true,
    );
  }
  const twice = await own.db.run(
    `select booking_id from booking_history where event in ('reassigned', 'cancelled')
     group by booking_id having count(*) > 1`,
    [],
  );
  expect(twice).toEqual([]);
  const told = await own.db.run(
    `select booking_id, attendee_id, user_id from outbox where kind in ('BOOKING_REASSIGNED', 'BOOKING_CANCELLED')
     group by 1, 2, 3 having count(*) > 1`,
    [],
  );
  expect(told).toEqual([]);
  await expectSoundLedger(own);
});

test("a worker that dies at any statement has done all of a meeting or nothing, and another goes on", async () => {
  const own = await testWorld();
  const ask = client(own);
  const { id, hosts, type } = await team(own, ask, 2);
  const made = [];
  for (const time of ["09:00", "10:00", "11:00", "12:00"])
    made.push((await book(ask, type, at(time))).body.booking);
  await ask("DELETE", `/organizations/${id}/members/${hosts[0]!.id}`, { token: hosts[0]!.token });
  for (let dieAt = 0; dieAt < 12; dieAt += 1) {
    let statements = 0;
    const run: World["db"]["run"] = (text, values) => {
      statements += 1;
      return statements > dieAt ? Promise.reject(new Error("killed")) : own.db.run(text, values);
    };
    await settleDepartures({ ...own, db: { ...own.db, run } }).catch(() => {});
    await expectSoundLedger(own);
  }
  await work(own);
  for (const { id: bookingId } of made)
    expect(await stateOf(own, bookingId)).toMatchObject({
      status: "CONFIRMED",
      hosts: [hosts[1]!.id],
    });
  const told = await own.db.run(
    "select count(*)::int as n from booking_history where event = 'reassigned'",
    [],
  );
  expect(told).toEqual([{ n: 2 }]);
});

test("one meeting that cannot be settled holds up no other", async () => {
  const own = await testWorld();
  const ask = client(own);
  const { hosts, type } = await team(own, ask, 1);
  const first = (await book(ask, type, at("09:00"))).body.booking;
  const second = (await book(ask, type, at("10:00"))).body.booking;
  await suspend(hosts[0]!, own);
  const run: World["db"]["run"] = (text, values) =>
    (values as unknown[]).includes(first.id)
      ? Promise.reject(new Error("odd"))
      : own.db.run(text, values);
  const odd = { ...own, db: { ...own.db, run } };
  expect(settleDepartures(odd)).rejects.toThrow("odd");
  await settleDepartures(odd).catch(() => {});
  expect((await stateOf(own, first.id)).status).toBe("CONFIRMED");
  expect((await stateOf(own, second.id)).status).toBe("CANCELLED");
});

test("what is settled already, begun or gone is left alone", async () => {
  const { id, hosts, type } = await team(world, api, 2);
  const { booking } = (await book(api, type, at("10:00"))).body;
  const other = hosts.find((host) => host.id !== booking.hosts[0].id)!;
  const before = await counts(world, "booking_history", "outbox");
  await depart(world, booking.id, other.id);
  expect(depart(world, crypto.randomUUID(), other.id)).rejects.toThrow();
  await leave(id, hosts.find((host) => host !== other)!);
  world.setNow(at("10:00"));
  await work();
  await depart(world, booking.id, booking.hosts[0].id);
  world.setNow("2026-11-22T10:00:00Z");
  expect(await counts(world, "booking_history", "outbox")).toEqual(before);
});

test("a stranger who never belonged keeps his meetings", async () => {
  const host = await makeHost(world);
  const { booking } = (await book(api, await makeMeetingType(world, host), at("10:00"))).body;
  await work();
  expect((await stateOf(world, booking.id)).status).toBe("CONFIRMED");
});

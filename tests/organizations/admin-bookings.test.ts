// What the admins of an organization see of its meetings without being hosts: everything but the hosts' own notes.
import { expect, test } from "bun:test";
import { book, type Host } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { add, canHost, codesOf, makeCrew, makePerson, makeType, named } from "./support/people.ts";

const world = await testWorld();
const api = client(world);
const at = (hour: number) => `2026-11-23T${String(hour).padStart(2, "0")}:00:00Z`;
const get = (path: string, by: Host) => api("GET", path, { token: by.token });
const idsOf = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id);

/** An organization whose host meets guests by two of its types, each made a second after the other. */
async function meetings(count = 4) {
  const crew = await makeCrew(world, api);
  const host = await makePerson(world, { name: "Henry Host" });
  await add(api, crew.id, crew.owner, host);
  await canHost(api, crew.id, host);
  const groups = [{ hosts: named(host), required: 1 }];
  const types = [
    (await makeType(api, crew.id, crew.owner, groups, { slug: "one" })).body,
    (await makeType(api, crew.id, crew.admin, groups, { slug: "two" })).body,
  ];
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    world.setNow(`2026-11-22T10:00:${String(i).padStart(2, "0")}Z`);
    const made = await book(api, types[i % 2], at(9 + i), { guest: { name: `Guest ${i}` } });
    ids.push(made.body.booking.id);
  }
  world.setNow("2026-11-22T11:00:00Z");
  return { ...crew, host, types, ids, path: `/bookings?organizationId=${crew.id}` };
}

test("they list all bookings of its types, newest first, page by page and by every filter", async () => {
  const { owner, admin, types, ids, path } = await meetings();
  const newest = ids.toReversed();
  expect(idsOf(await get(path, admin))).toEqual(newest);
  expect(idsOf(await get("/bookings", admin))).toEqual([]);
  const first = await get(`${path}&limit=3`, owner);
  expect(idsOf(first)).toEqual(newest.slice(0, 3));
  const rest = await get(`${path}&limit=3&cursor=${first.body.nextCursor}`, owner);
  expect([idsOf(rest), rest.body.nextCursor]).toEqual([newest.slice(3), null]);
  const asked = async (filter: string) => idsOf(await get(`${path}&${filter}`, admin));
  expect(await asked(`meetingTypeId=${types[0].id}`)).toEqual([ids[2]!, ids[0]!]);
  expect(await asked("q=guest%201")).toEqual([ids[1]!]);
  expect(await asked(`from=${at(11)}`)).toEqual([ids[3]!, ids[2]!]);
  expect(await asked(`until=${at(10)}`)).toEqual([ids[0]!]);
  expect(await asked("guestEmail=nobody@example.com")).toEqual([]);
  expect(await asked("status=cancelled")).toEqual([]);
  // What was met by a type that is no more is still seen.
  await api("DELETE", `/meeting-types/${types[0].id}`, { token: owner.token });
  expect(idsOf(await get(path, admin))).toEqual(newest);
});

test("nobody else does: members know that they may not, strangers nothing, and no other meetings are among them", async () => {
  const here = await meetings(1);
  const there = await meetings(1);
  expect(idsOf(await get(here.path, here.admin))).toEqual(here.ids);
  const { member, host, stranger } = here;
  const refused = await Promise.all(
    [member, host, stranger, there.owner].map((each) => get(here.path, each)),
  );
  expect(codesOf(refused)).toEqual([
    "403 forbidden",
    "403 forbidden",
    "404 not_found",
    "404 not_found",
  ]);
  const type = `meetingTypeId=${there.types[0].id}`;
  expect(idsOf(await get(`${here.path}&${type}`, here.admin))).toEqual([]);
  const token = here.owner.token;
  await api("DELETE", `/organizations/${here.id}?force=true`, { token });
  expect(codesOf([await get(here.path, here.owner)])).toEqual(["404 not_found"]);
  expect(codesOf([await get(`/bookings/${here.ids[0]}`, here.owner)])).toEqual(["404 not_found"]);
});

test("they read one with what was, change nothing, and never read what hosts note for themselves", async () => {
  const { owner, admin, member, host, ids, path } = await meetings(1);
  const booking = `/bookings/${ids[0]}`;
  for (const hostNotes of ["Rude on the phone", "Owes us money"])
    await api("PATCH", `${booking}/host-notes`, { token: host.token, body: { hostNotes } });
  for (const each of [owner, admin]) {
    const one = await get(booking, each);
    expect([one.status, one.headers.get("etag")]).toEqual([200, '"v3"']);
    expect(one.body.attendees).toMatchObject([{ name: "Guest 0", email: "grace@example.com" }]);
    expect(one.body.history.map(({ event }: { event: string }) => event)).toEqual([
      "booked",
      "edited",
      "edited",
    ]);
    for (const { text } of [one, await get(path, each)]) {
      expect(text).toContain("Guest 0");
      expect(text).not.toMatch(/hostNotes|Rude|Owes/);
    }
  }
  expect((await get(booking, host)).text).toMatch(/Rude.*Owes|Owes.*Rude/);
  expect(codesOf([await get(booking, member)])).toEqual(["404 not_found"]);
  const { token } = admin;
  const tried = [
    await api("PATCH", booking, { token, body: { title: "Mine" } }),
    await api("PATCH", `${booking}/cancel`, { token, body: {} }),
    await api("DELETE", booking, { token }),
    await api("PATCH", `${booking}/host-notes`, { token, body: { hostNotes: "Mine" } }),
  ];
  expect(codesOf(tried)).toEqual(Array(4).fill("403 forbidden"));
  expect((await get(booking, host)).body).toMatchObject({ version: 3, status: "CONFIRMED" });
});

test("a host who is an admin, too, reads his own notes there and nobody else's", async () => {
  const { owner, host, id, ids, path, types } = await meetings(1);
  await api("PATCH", `/organizations/${id}/members/${host.id}`, {
    token: owner.token,
    body: { role: "admin" },
  });
  const notes = { token: host.token, body: { hostNotes: "Tall" } };
  await api("PATCH", `/bookings/${ids[0]}/host-notes`, notes);
  const hostGroups = [{ hosts: named(owner), required: 1 }];
  await api("PATCH", `/meeting-types/${types[1].id}`, { token: owner.token, body: { hostGroups } });
  const other = (await book(api, types[1], at(15))).body.booking.id;
  await api("PATCH", `/bookings/${other}/host-notes`, { ...notes, token: owner.token });
  const { data } = (await get(path, host)).body;
  expect(data.map((each: { hostNotes?: string }) => each.hostNotes)).toEqual([undefined, "Tall"]);
});

test("they count its bookings, by host and by type, and nobody else does", async () => {
  const { id, admin, host, member, stranger, types, ids } = await meetings(3);
  await api("PATCH", `/bookings/${ids[0]}/cancel`, { token: host.token, body: {} });
  await api("POST", "/bookings", {
    token: host.token,
    body: { title: "Dentist", start: at(16), end: at(17) },
  });
  await api("POST", "/analytics/event", {
    body: { eventType: "WIDGET_OPENED", metadata: { meetingTypeId: types[0].id } },
  });
  const report = (by: Host, more = "") =>
    get(`/analytics/bookings?organizationId=${id}${more}`, by);
  const { body } = await report(admin, "&groupBy=host");
  expect(body.overview).toMatchObject({ booked: 3, cancelled: 1, conversion: { opened: 1 } });
  expect(body.groups).toMatchObject([{ key: host.id, name: "Henry Host", booked: 3 }]);
  const byType = (await report(admin, "&groupBy=meetingType")).body.groups;
  expect(byType.map(({ key, booked }: { key: string; booked: number }) => [key, booked])).toEqual([
    [types[0].id, 2],
    [types[1].id, 1],
  ]);
  const one = await report(admin, `&meetingTypeId=${types[1].id}`);
  expect(one.body.overview.booked).toBe(1);
  expect(codesOf([await report(member), await report(host), await report(stranger)])).toEqual([
    "403 forbidden",
    "403 forbidden",
    "404 not_found",
  ]);
  // What he blocked for himself is his, and counts where he asks for himself.
  expect((await get("/analytics/bookings", host)).body.overview.booked).toBe(4);
});

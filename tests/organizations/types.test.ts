// Meeting types of an organization: who makes and changes them, and who may be named as a host.
import { expect, test } from "bun:test";
import { tally } from "../bookings/support/guest.ts";
import { book } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  add,
  canHost,
  codesOf,
  makeCrew,
  makeHosts,
  makePerson,
  makeType,
  named,
} from "./support/people.ts";

const world = await testWorld();
const api = client(world);

test("admins make them, strangers and plain members do not", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const own = (who: typeof owner) => makeType(api, id, who, [{ hosts: named(owner), required: 1 }]);
  const made = [await own(stranger), await own(member), await own(admin), await own(owner)];
  expect(codesOf(made)).toEqual(["422 invalid", "403 forbidden", "201", "201"]);
  expect(made[0]!.body.errors).toEqual([
    { path: "organizationId", message: "must be one of your organizations" },
  ]);
  expect(made[2]!.body).toMatchObject({ organizationId: id, ownerId: admin.id, version: 1 });
  const nowhere = await makeType(api, crypto.randomUUID(), owner, [
    { hosts: named(owner), required: 1 },
  ]);
  expect(codesOf([nowhere])).toEqual(["422 invalid"]);
  const later = await api("PATCH", `/meeting-types/${made[3]!.body.id}`, {
    token: owner.token,
    body: { organizationId: null },
  });
  expect(codesOf([later])).toEqual(["422 invalid"]);
});

test("only members who have agreed are named, each with schedules of his own", async () => {
  const { id, owner, member, stranger } = await makeCrew(world, api);
  const ask = (hosts: object[]) => makeType(api, id, owner, [{ hosts, required: "all" }]);
  const [first] = named(owner);
  const foreign = await ask([first!, ...named(stranger)]);
  expect(foreign.body.errors).toEqual([
    { path: "hostGroups.0.hosts.1.userId", message: "must be a member of the organization" },
  ]);
  const unasked = await ask([...named(member)]);
  expect(unasked.body.errors[0].path).toBe("hostGroups.0.hosts.0.userId");
  expect(unasked.body.detail).toContain("has not agreed to be a host yet");
  await canHost(api, id, member);
  const swapped = await ask([{ userId: member.id, scheduleId: owner.scheduleId }]);
  expect(swapped.body.errors).toEqual([
    {
      path: "hostGroups.0.hosts.0.scheduleId",
      message: "must be one of the host's own schedules",
    },
  ]);
  const fine = await ask([{ userId: member.id, scheduleId: member.scheduleId }, first!]);
  expect(fine.status).toBe(201);
  expect((await ask([first!, first!])).body.errors[0].message).toBe("stands twice");
  // By a change, too.
  const path = `/meeting-types/${fine.body.id}`;
  const changed = await api("PATCH", path, {
    token: owner.token,
    body: { hostGroups: [{ hosts: named(stranger), required: 1 }] },
  });
  expect(codesOf([changed])).toEqual(["422 invalid"]);
  const theirs = await api("PATCH", path, {
    token: owner.token,
    body: { scheduleId: member.scheduleId },
  });
  expect(theirs.body.errors[0].message).toBe("must be one of the owner's schedules");
});

test("without an organization nobody but its owner is named", async () => {
  const { hosts } = await makeHosts(world, api, 2);
  const made = await api("POST", "/meeting-types", {
    token: hosts[0]!.token,
    body: { title: "Mine", hostGroups: [{ hosts: named(hosts[1]!), required: 1 }] },
  });
  expect(made.body.errors[0].message).toBe("must be you: others join by an organization");
});

test("its owner and the admins change it, members see it, strangers do not", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const { body: type } = await makeType(api, id, owner, [{ hosts: named(owner), required: 1 }]);
  const path = `/meeting-types/${type.id}`;
  const askers = [stranger, member, admin, owner];
  const asked = async (method: string, at: string, body?: object) =>
    codesOf(
      await Promise.all(
        askers.map(({ token }) => api(method, at, { token, ...(body && { body }) })),
      ),
    );
  expect(await asked("GET", path)).toEqual(["404 not_found", "200", "200", "200"]);
  const change = ["404 not_found", "403 forbidden", "200", "200"];
  expect(await asked("PATCH", path, { title: "Ours" })).toEqual(change);
  expect(await asked("GET", `${path}/links`)).toEqual(change);
  expect(await asked("POST", `${path}/links`, {})).toEqual([
    "404 not_found",
    "403 forbidden",
    "201",
    "201",
  ]);
  expect(await asked("GET", `/meeting-types?organizationId=${id}`)).toEqual([
    "404 not_found",
    "200",
    "200",
    "200",
  ]);
  const listed = await api("GET", `/meeting-types?organizationId=${id}`, { token: member.token });
  expect(listed.body.data).toMatchObject([{ id: type.id, title: "Ours", ownerId: owner.id }]);
  expect((await api("GET", "/meeting-types", { token: admin.token })).body.data).toEqual([]);
  for (const [i, { token }] of askers.slice(0, 3).entries())
    expect(codesOf([await api("DELETE", path, { token })])).toEqual([change[i]!]);
});

test("an owner of a type who is no admin any more looks after it, until he leaves", async () => {
  const { id, owner, admin } = await makeCrew(world, api);
  const { body: type } = await makeType(api, id, admin, [{ hosts: named(owner), required: 1 }]);
  await api("PATCH", `/organizations/${id}/members/${admin.id}`, {
    token: owner.token,
    body: { role: "member" },
  });
  const rename = () =>
    api("PATCH", `/meeting-types/${type.id}`, { token: admin.token, body: { title: "Mine" } });
  expect((await rename()).status).toBe(200);
  await api("DELETE", `/organizations/${id}/members/${admin.id}`, { token: admin.token });
  expect((await rename()).status).toBe(404);
});

test("named while he leaves or takes his yes back, he is refused or offered no times", async () => {
  for (let round = 0; round < 12; round += 1) {
    const { id, hosts } = await makeHosts(world, api, 2);
    const [owner, other] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];
    const [made, gone] = await Promise.all([
      makeType(api, id, owner, [{ hosts: named(other), required: 1 }]),
      round % 2
        ? canHost(api, id, other, false)
        : api("DELETE", `/organizations/${id}/members/${other.id}`, { token: other.token }),
    ]);
    expect(gone.status).toBe(200);
    expect([201, 422]).toContain(made.status);
    if (made.status === 201)
      expect((await book(api, made.body, "2026-11-23T10:00:00Z")).status).toBe(422);
  }
});

test("changed from two sides while a host comes and goes, one change wins at a time", async () => {
  const { id, hosts } = await makeHosts(world, api, 3);
  const [owner, one, two] = hosts as [(typeof hosts)[0], (typeof hosts)[0], (typeof hosts)[0]];
  const { body: type } = await makeType(api, id, owner, [{ hosts: named(one, two), required: 1 }]);
  const change = (title: string) =>
    api("PATCH", `/meeting-types/${type.id}`, {
      token: owner.token,
      body: { title, hostGroups: [{ hosts: named(one, two), required: 1 }] },
    });
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, (_, i) => change(`No ${i}`)),
    ...Array.from({ length: 6 }, (_, i) => canHost(api, id, one, i % 2 === 0)),
    ...Array.from({ length: 6 }, (_, i) => canHost(api, id, two, i % 2 === 0)),
  ]);
  expect(Object.keys(tally(answers)).filter((each) => each !== "200")).toEqual([]);
});

test("its public card says who can be met, and an admin keeps what its owner set", async () => {
  const { id, hosts } = await makeHosts(world, api, 3);
  const [owner, one, two] = hosts as [(typeof hosts)[0], (typeof hosts)[0], (typeof hosts)[0]];
  const { body: type } = await makeType(api, id, owner, [
    { hosts: named(one, two, owner), required: 1 },
  ]);
  const admin = await makePerson(world);
  await add(api, id, owner, admin, "admin");
  await api("PATCH", `/meeting-types/${type.id}`, {
    token: owner.token,
    body: { scheduleId: owner.scheduleId },
  });
  const renamed = await api("PATCH", `/meeting-types/${type.id}`, {
    token: admin.token,
    body: { title: "Demo" },
  });
  expect(renamed.body).toMatchObject({ scheduleId: owner.scheduleId, ownerId: owner.id });
  const card = () => api("GET", `/users/${owner.username}/${type.slug}`);
  expect((await card()).body.hosts.map(({ name }: { name: string }) => name)).toEqual([
    "Host 1",
    "Host 2",
    "Host 0",
  ]);
  await canHost(api, id, two, false);
  expect((await card()).body.hosts).toHaveLength(2);
});

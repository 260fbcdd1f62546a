// Who joins, as what, and who goes.
import { expect, test } from "bun:test";
import { tally } from "../bookings/support/guest.ts";
import { composeRow } from "../support/compose.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  add,
  auditOf,
  canHost,
  codesOf,
  makeCrew,
  makeOrganization,
  makePerson,
} from "./support/people.ts";

const world = await testWorld();
const api = client(world);

const mailsTo = async (column: "user_id" | "invitation_id", id: string) => {
  const rows = await world.db.run(
    `select * from outbox where ${column} = $1 and kind = 'ORG_INVITE' order by id`,
    [id],
  );
  return Promise.all(rows.map((row) => composeRow(world, row)));
};

test("who has an account is a member at once, and hears of it", async () => {
  const owner = await makePerson(world, { name: "Olga Owner" });
  const other = await makePerson(world, { name: "Grace Hopper" });
  const id = await makeOrganization(api, owner);
  const added = await add(api, id, owner, { email: other.email.toUpperCase() });
  expect(added.status).toBe(201);
  expect(added.body).toEqual({
    message: "Member added",
    member: {
      userId: other.id,
      name: "Grace Hopper",
      email: other.email,
      emailVerified: true,
      role: "member",
      canHost: false,
      joinedAt: "2026-11-22T10:00:00Z",
      version: 1,
    },
  });
  const { data } = (await api("GET", "/notifications/unread", { token: other.token })).body;
  expect(data).toMatchObject([
    {
      type: "ORG_INVITE",
      metadata: { organizationId: id, role: "member", organization: "Analytical Engines" },
    },
  ]);
  expect(data[0].message).toContain("Olga Owner made you a member of Analytical Engines");
  const [mail] = await mailsTo("user_id", other.id);
  expect(mail?.to).toEqual({ name: "Grace Hopper", email: other.email });
  expect(mail?.subject).toBe("You were added to Analytical Engines");
  expect(mail?.text).toContain("Olga Owner added you to Analytical Engines as a member.");
  expect(mail?.text).toMatch(/http:\/\/kalends\.test\/hosting\?token=\S{60,}/);
  const events = await world.db.run(
    "select user_id, metadata from analytics_events where event_type = 'ORG_MEMBER_ADDED' and metadata ->> 'organizationId' = $1",
    [id],
  );
  expect(events).toEqual([
    { userId: owner.id, metadata: { organizationId: id, userId: other.id, role: "member" } },
  ]);
  expect(await auditOf(world, id)).toEqual(["ORG_CREATED", "ORG_MEMBER_ADDED"]);
  expect(codesOf([await add(api, id, owner, other), await add(api, id, owner, owner)])).toEqual([
    "409 already_member",
    "409 already_member",
  ]);
});

test("only admins and the owner add; strangers learn nothing", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const asked = await Promise.all(
    [stranger, member].map((who) => add(api, id, who, { email: "someone@example.com" })),
  );
  expect(codesOf(asked)).toEqual(["404 not_found", "403 forbidden"]);
  expect((await add(api, id, admin, await makePerson(world), "admin")).body.member.role).toBe(
    "admin",
  );
  expect((await add(api, id, owner, stranger)).status).toBe(201);
});

test("the same key adds once, whatever comes of it later", async () => {
  const owner = await makePerson(world);
  const other = await makePerson(world);
  const id = await makeOrganization(api, owner);
  const ask = (email: string, key: string) =>
    api("POST", `/organizations/${id}/members`, {
      token: owner.token,
      body: { email },
      headers: { "idempotency-key": key },
    });
  for (const [email, key, status] of [
    [other.email, "a", "201"],
    ["nobody@example.com", "b", "202"],
  ] as const) {
    const made = await Promise.all(Array.from({ length: 6 }, () => ask(email, key)));
    expect(tally(made)).toEqual({ [status]: 6 });
    expect(made.filter(({ headers }) => headers.has("idempotency-replayed"))).toHaveLength(5);
  }
  expect((await ask(other.email, "b")).body.code).toBe("idempotency_mismatch");
  // Asked anew by another key, it is the same invitation.
  const again = await ask("nobody@example.com", "c");
  expect((await ask("nobody@example.com", "c")).body).toEqual(again.body);
  const promised = await world.db.run(
    "select kind from outbox where kind = 'ORG_INVITE' and (user_id = $1 or invitation_id = $2)",
    [other.id, again.body.invitation.id],
  );
  expect(promised).toHaveLength(3);
  await api("DELETE", `/organizations/${id}/members/${other.id}`, { token: owner.token });
  expect((await ask(other.email, "a")).status).toBe(404);
});

test("one address added many times at once is one member", async () => {
  const owner = await makePerson(world);
  const other = await makePerson(world);
  const id = await makeOrganization(api, owner);
  const made = await Promise.all(Array.from({ length: 8 }, () => add(api, id, owner, other)));
  expect(tally(made)).toEqual({ "201": 1, "409 already_member": 7 });
});

test("at most a hundred are asked in a day, by one person too, and nobody more by haste", async () => {
  const owner = await makePerson(world);
  const id = await makeOrganization(api, owner);
  await world.db.run(
    `insert into audit_log (action, actor_id, subject_id, created_at)
     select 'ORG_INVITED', $2, $1, '2026-11-22T09:00:00Z' from generate_series(1, 95)`,
    [id, owner.id],
  );
  const ask = (i: number, where = id) =>
    add(api, where, owner, { email: `someone-${i}@example.com` });
  const made = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(i)));
  expect(tally(made)).toEqual({ "202": 5, "429 rate_limited": 5 });
  expect(made.find(({ status }) => status === 429)?.headers.get("retry-after")).toBe("3600");
  const elsewhere = await makeOrganization(api, owner);
  expect((await ask(1, elsewhere)).status).toBe(429);
  const [open] = (await api("GET", `/organizations/${id}/invitations`, { token: owner.token })).body
    .data;
  const resend = `/organizations/${id}/invitations/${open.id}/resend`;
  expect((await api("POST", resend, { token: owner.token })).status).toBe(429);
  world.setNow("2026-11-23T09:00:01Z");
  expect((await ask(1)).status).toBe(202);
  world.setNow("2026-11-22T10:00:00Z");
});

test("admins change roles, but never the owner's; what a role gives and takes holds at once", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const role = (by: { token: string }, who: { id: string }, to: string) =>
    api("PATCH", `/organizations/${id}/members/${who.id}`, { token: by.token, body: { role: to } });
  expect(
    codesOf([
      await role(stranger, member, "admin"),
      await role(member, member, "admin"),
      await role(member, admin, "member"),
      await role(admin, stranger, "admin"),
      await role(admin, owner, "member"),
    ]),
  ).toEqual([
    "404 not_found",
    "403 forbidden",
    "403 forbidden",
    "404 not_found",
    "409 owner_stays",
  ]);
  const raised = await role(admin, member, "admin");
  expect(raised.body).toMatchObject({ role: "admin", version: 2 });
  expect(raised.headers.get("etag")).toBe('"v2"');
  expect((await add(api, id, member, { email: "one@example.com" })).status).toBe(202);
  expect((await role(owner, admin, "member")).status).toBe(200);
  expect((await add(api, id, admin, { email: "two@example.com" })).status).toBe(403);
  const stale = await api("PATCH", `/organizations/${id}/members/${member.id}`, {
    token: owner.token,
    body: { role: "member", version: 1 },
  });
  expect(stale.body).toMatchObject({ code: "version_conflict", current: { version: 2 } });
  expect(await auditOf(world, id)).toContain("ORG_ROLE_CHANGED");
});

test("each says for himself whether he can be named as a host, once his address is confirmed", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const say = (by: { token: string }, who: { id: string }, yes: boolean) =>
    api("PATCH", `/organizations/${id}/members/${who.id}`, {
      token: by.token,
      body: { canHost: yes },
    });
  expect(
    codesOf([
      await say(stranger, member, true),
      await say(owner, member, true),
      await say(admin, member, false),
    ]),
  ).toEqual(["404 not_found", "403 forbidden", "403 forbidden"]);
  expect((await say(member, member, true)).body.canHost).toBe(true);
  expect((await say(member, member, false)).body.canHost).toBe(false);
  const unproven = await makeHost(world);
  await add(api, id, owner, unproven);
  const refused = await canHost(api, id, unproven);
  expect(codesOf([refused])).toEqual(["403 forbidden"]);
  expect(refused.body.detail).toContain("Confirm your mail address");
});

test("members leave and admins remove them; at once they see nothing any more", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const remove = (by: { token: string }, who: { id: string }) =>
    api("DELETE", `/organizations/${id}/members/${who.id}`, { token: by.token });
  expect(
    codesOf([
      await remove(stranger, member),
      await remove(member, admin),
      await remove(admin, owner),
      await remove(owner, owner),
      await remove(admin, stranger),
    ]),
  ).toEqual([
    "404 not_found",
    "403 forbidden",
    "409 owner_stays",
    "409 owner_stays",
    "404 not_found",
  ]);
  expect((await remove(member, member)).body.message).toBe("You have left the organization");
  expect((await remove(owner, admin)).body.message).toBe("Member removed");
  for (const { token } of [member, admin])
    expect(
      codesOf([
        await api("GET", `/organizations/${id}`, { token }),
        await api("GET", `/organizations/${id}/members`, { token }),
        await api("POST", `/organizations/${id}/members`, {
          token,
          body: { email: "x@example.com" },
        }),
        await api("GET", `/meeting-types?organizationId=${id}`, { token }),
      ]),
    ).toEqual(Array(4).fill("404 not_found"));
  expect(await auditOf(world, id)).toEqual(
    expect.arrayContaining(["ORG_MEMBER_LEFT", "ORG_MEMBER_REMOVED"]),
  );
});

test("two admins who remove each other at once leave one of them", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id, admin, member, owner } = await makeCrew(world, api);
    const path = `/organizations/${id}/members`;
    await api("PATCH", `${path}/${member.id}`, { token: owner.token, body: { role: "admin" } });
    const answers = await Promise.all([
      api("DELETE", `${path}/${member.id}`, { token: admin.token }),
      api("DELETE", `${path}/${admin.id}`, { token: member.token }),
    ]);
    expect(tally(answers)).toEqual({ "200": 1, "404 not_found": 1 });
  }
});

test("a mail to who has left, or has agreed already, says what is true then", async () => {
  const { id, member, admin } = await makeCrew(world, api);
  await canHost(api, id, admin);
  const [told] = await mailsTo("user_id", admin.id);
  expect(told?.text).not.toContain("/hosting");
  await api("DELETE", `/organizations/${id}/members/${member.id}`, { token: member.token });
  expect(await mailsTo("user_id", member.id)).toEqual([null]);
});

test("a name that reads as an address of the web is not mailed to anybody", async () => {
  const owner = await makePerson(world, { name: "evil.example/x" });
  const id = await makeOrganization(api, owner, "Cheap pills at evil.example");
  const { body } = await add(api, id, owner, { email: "victim@example.com" });
  const [mail] = await mailsTo("invitation_id", body.invitation.id);
  expect(mail?.text).not.toContain("evil");
  expect(mail?.text).toContain("Somebody invites you to an organization");
});

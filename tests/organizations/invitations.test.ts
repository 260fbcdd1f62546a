// Addresses without an account: asked by mail, joining by its link.
import { expect, test } from "bun:test";
import { tally } from "../bookings/support/guest.ts";
import { browser, linksOf, wordsOf } from "../pages/browser.ts";
import { composeRow } from "../support/compose.ts";
import { type Host, makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { add, auditOf, codesOf, makeCrew, makeOrganization, makePerson } from "./support/people.ts";

const world = await testWorld();
const api = client(world);
const web = browser(world);
let count = 0;

/** The link of the last mail of an invitation, as a token. */
async function tokenOf(invitationId: string): Promise<string> {
  const rows = await world.db.run(
    "select * from outbox where invitation_id = $1 order by id desc limit 1",
    [invitationId],
  );
  const mail = await composeRow(world, rows[0]);
  return /\/invitation\?token=(\S+)/.exec(mail?.text ?? "")?.[1] ?? "";
}

async function invite(role?: "admin" | "member") {
  const owner = await makePerson(world, { name: "Olga Owner" });
  const id = await makeOrganization(api, owner);
  count += 1;
  const email = `newcomer-${count}@example.com`;
  const asked = await add(api, id, owner, { email }, role);
  const invitation = asked.body.invitation;
  return { owner, id, email, asked, invitation, token: await tokenOf(invitation.id) };
}

/** Somebody who registers with this address, and confirms it or not. */
async function newcomer(email: string, isConfirmed = true): Promise<Host> {
  const host = await makeHost(world);
  await world.db.run(
    "update users set email = $2, email_verified_at = case when $3 = 'yes' then now() end where id = $1",
    [host.id, email, isConfirmed ? "yes" : "no"],
  );
  return host;
}

const accept = (token: string, by?: { token: string }) =>
  api("POST", `/invitations/${token}/accept`, { token: by?.token });

test("an unknown address is asked by mail, which names who asks and how long it is good", async () => {
  const { id, email, asked, owner, invitation } = await invite("admin");
  expect(asked.status).toBe(202);
  expect(asked.body).toEqual({
    message: "Invitation sent",
    invitation: {
      id: expect.any(String),
      email,
      role: "admin",
      expiresAt: "2026-12-06T10:00:00Z",
      createdAt: "2026-11-22T10:00:00Z",
      updatedAt: "2026-11-22T10:00:00Z",
    },
  });
  const list = await api("GET", `/organizations/${id}/invitations`, { token: owner.token });
  expect(list.body.data).toEqual([invitation]);
  // Nothing of the link is in the tables.
  const dump = JSON.stringify(await world.db.run("select * from organization_invitations", []));
  expect(dump).not.toContain(await tokenOf(invitation.id));
});

test("who has the address, and has proven it, joins as a host; again changes nothing", async () => {
  const { id, email, token } = await invite("admin");
  const joiner = await newcomer(email);
  const answers = await Promise.all(Array.from({ length: 6 }, () => accept(token, joiner)));
  expect(tally(answers)).toEqual({ "200": 6 });
  expect(answers[0]!.body).toMatchObject({
    message: "Invitation accepted",
    organizationId: id,
    member: { userId: joiner.id, role: "admin", canHost: true },
  });
  const audit = await auditOf(world, id);
  expect(audit.filter((each) => each === "ORG_INVITATION_ACCEPTED")).toHaveLength(1);
  const events = await world.db.run(
    "select user_id from analytics_events where event_type = 'ORG_MEMBER_ADDED' and metadata ->> 'organizationId' = $1",
    [id],
  );
  expect(events).toEqual([{ userId: joiner.id }]);
  // Once he has left, the old link does not bring him back.
  await api("DELETE", `/organizations/${id}/members/${joiner.id}`, { token: joiner.token });
  expect(codesOf([await accept(token, joiner)])).toEqual(["404 not_found"]);
});

test("nobody else joins by it, and nobody whose address is not proven", async () => {
  const { email, token } = await invite();
  const thief = await makePerson(world);
  const unproven = await newcomer(email, false);
  expect(
    codesOf([await accept(token), await accept(token, thief), await accept(token, unproven)]),
  ).toEqual(["401 unauthorized", "403 forbidden", "403 forbidden"]);
  const [mac] = token.split(".").slice(-1);
  for (const bad of ["x", token.replace(mac!, `${mac!.slice(0, -2)}xx`), `${token}x`])
    expect((await accept(bad, thief)).status).toBe(404);
});

test("a link dies after two weeks, when it is renewed, and when it is taken back", async () => {
  const old = await invite();
  const joiner = await newcomer(old.email);
  const { token } = old.owner;
  const path = `/organizations/${old.id}/invitations/${old.invitation.id}`;
  world.setNow("2026-11-25T10:00:00Z");
  const again = await api("POST", `${path}/resend`, { token });
  expect(again.status).toBe(202);
  expect(again.body.invitation.expiresAt).toBe("2026-12-09T10:00:00Z");
  expect((await accept(old.token, joiner)).status).toBe(404);
  const renewed = await tokenOf(old.invitation.id);
  world.setNow("2026-12-09T10:00:00Z");
  expect((await accept(renewed, joiner)).status).toBe(404);
  world.setNow("2026-12-09T09:59:59Z");
  expect((await api("DELETE", path, { token })).status).toBe(200);
  expect((await accept(renewed, joiner)).status).toBe(404);
  expect(codesOf([await api("DELETE", path, { token })])).toEqual(["404 not_found"]);
  world.setNow("2026-11-22T10:00:00Z");
});

test("only admins and the owner see invitations, renew them and take them back", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const { body } = await add(api, id, owner, { email: "asked@example.com" });
  const path = `/organizations/${id}/invitations`;
  const one = `${path}/${body.invitation.id}`;
  for (const [who, refusal] of [
    [stranger, "404 not_found"],
    [member, "403 forbidden"],
  ] as const)
    expect(
      codesOf([
        await api("GET", path, { token: who.token }),
        await api("POST", `${one}/resend`, { token: who.token }),
        await api("DELETE", one, { token: who.token }),
      ]),
    ).toEqual([refusal, refusal, refusal]);
  expect((await api("GET", path, { token: admin.token })).body.data).toHaveLength(1);
  expect((await api("POST", `${one}/resend`, { token: admin.token })).status).toBe(202);
  expect((await api("DELETE", one, { token: admin.token })).status).toBe(200);
  expect((await api("GET", path, { token: owner.token })).body.data).toEqual([]);
});

test("who got an account meanwhile and is added has answered", async () => {
  const { id, email, owner, token } = await invite();
  const joiner = await newcomer(email);
  expect((await add(api, id, owner, { email })).status).toBe(201);
  expect((await accept(token, joiner)).status).toBe(404);
  expect(
    (await api("GET", `/organizations/${id}/invitations`, { token: owner.token })).body.data,
  ).toEqual([]);
});

test("an invitation dies with its organization", async () => {
  const { id, email, owner, token } = await invite();
  const joiner = await newcomer(email);
  await api("DELETE", `/organizations/${id}`, { token: owner.token });
  expect((await accept(token, joiner)).status).toBe(404);
  expect((await web.get(`/invitation?token=${token}`)).status).toBe(404);
});

test("taken back and accepted at once, he is in it or not, and knows", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { id, email, owner, invitation, token } = await invite();
    const joiner = await newcomer(email);
    const [joined] = await Promise.all([
      accept(token, joiner),
      api("DELETE", `/organizations/${id}/invitations/${invitation.id}`, { token: owner.token }),
    ]);
    const { status } = await api("GET", `/organizations/${id}`, { token: joiner.token });
    expect([joined.status, status]).toEqual(joined.status === 200 ? [200, 200] : [404, 404]);
  }
});

test("the page of the link explains the next step, and joins by its button alone", async () => {
  const { id, email, token } = await invite();
  const link = `/invitation?token=${token}`;
  const words = async () => wordsOf(await web.get(link));
  expect(await words()).toContain("Olga Owner invites you as a member");
  expect(await words()).toContain(`Make an account with the address ${email}`);
  await web.post("/invitation", { token });
  const joiner = await newcomer(email, false);
  expect(await words()).toContain("nobody has confirmed yet");
  await web.post("/invitation", { token });
  await world.db.run("update users set email_verified_at = now() where id = $1", [joiner.id]);
  const page = await web.get(link);
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(wordsOf(page)).toContain("You join with the account of");
  const isMember = async () =>
    (await api("GET", `/organizations/${id}`, { token: joiner.token })).status;
  expect(await isMember()).toBe(404);
  const joined = await web.post("/invitation", { token });
  expect(wordsOf(joined)).toContain("Welcome to Analytical Engines");
  expect(await isMember()).toBe(200);
  expect(await words()).toContain("You belong to Analytical Engines");
  expect(wordsOf(await web.post("/invitation", { token }))).toContain("has been accepted");
});

test("where there is a frontend, the page leads there to make an account", async () => {
  const { token } = await invite();
  const there = { ...world, config: { ...world.config, FRONTEND_URL: "https://app.example.com" } };
  const page = await browser(there).get(`/invitation?token=${token}`);
  expect(linksOf(page)).toContain("https://app.example.com");
  expect(linksOf(await web.get(`/invitation?token=${token}`))).not.toContain(
    "https://app.example.com",
  );
});

test("an account that is not active does not join", async () => {
  const { email, token } = await invite();
  const joiner = await newcomer(email);
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [joiner.id]);
  expect(wordsOf(await web.get(`/invitation?token=${token}`))).toContain("is not active");
  expect(wordsOf(await web.post("/invitation", { token }))).toContain("is not active");
});

test("a broken link leads to a helpful page", async () => {
  for (const path of ["/invitation", "/hosting"])
    for (const token of ["", "x", "a".repeat(500)]) {
      const page = await web.get(`${path}?token=${token}`);
      expect(page.status).toBe(404);
      expect(wordsOf(page)).toContain("This link does not work any more");
      expect((await web.post(path, { token })).status).toBe(404);
    }
});

test("the mail's link to who was added says yes by a button, until that is taken back", async () => {
  const { id, member } = await makeCrew(world, api);
  const [row] = await world.db.run(
    "select * from outbox where user_id = $1 and kind = 'ORG_INVITE'",
    [member.id],
  );
  const mail = await composeRow(world, row);
  const token = /\/hosting\?token=(\S+)/.exec(mail?.text ?? "")?.[1] ?? "";
  const canHost = async () => {
    const { body } = await api("GET", `/organizations/${id}`, { token: member.token });
    return body.members.find(({ userId }: { userId: string }) => userId === member.id).canHost;
  };
  const page = await web.get(`/hosting?token=${token}`);
  expect(wordsOf(page)).toContain("May colleagues name you as a host?");
  expect(await canHost()).toBe(false);
  // Another purpose's link does not do.
  expect((await web.post("/invitation", { token })).status).toBe(404);
  for (const _ of [1, 2])
    expect(wordsOf(await web.post("/hosting", { token }))).toContain("You can be named as a host");
  expect(await canHost()).toBe(true);
  expect(wordsOf(await web.get(`/hosting?token=${token}`))).toContain("You can be named as a host");
  await api("PATCH", `/organizations/${id}/members/${member.id}`, {
    token: member.token,
    body: { canHost: false },
  });
  expect((await web.post("/hosting", { token })).status).toBe(404);
  expect(await canHost()).toBe(false);
  const audit = (await auditOf(world, id)).filter((each) => each.startsWith("ORG_HOST"));
  expect(audit).toEqual(["ORG_HOST_AGREED", "ORG_HOST_WITHDREW"]);
});

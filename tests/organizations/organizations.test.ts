// Organizations: who sees them, and who may do what with them.
import { expect, test } from "bun:test";
import { tally } from "../bookings/support/guest.ts";
import { client, testWorld } from "../support/world.ts";
import { add, auditOf, codesOf, makeCrew, makeOrganization, makePerson } from "./support/people.ts";

const world = await testWorld();
const api = client(world);

test("its maker is its owner, an admin and a possible host", async () => {
  const owner = await makePerson(world);
  const made = await api("POST", "/organizations", {
    token: owner.token,
    body: { name: " Analytical Engines " },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"v1"');
  expect(made.body).toMatchObject({
    name: "Analytical Engines",
    ownerId: owner.id,
    role: "admin",
    version: 1,
    memberCount: 1,
    members: [
      { userId: owner.id, name: "Ada Lovelace", email: owner.email, role: "admin", canHost: true },
    ],
  });
  const { body } = await api("GET", `/organizations/${made.body.id}`, { token: owner.token });
  expect(body).toEqual(made.body);
  expect(await auditOf(world, made.body.id)).toEqual(["ORG_CREATED"]);
});

test("a repeated request makes it once, another one of the same key is refused", async () => {
  const { token } = await makePerson(world);
  const ask = (name: string) =>
    api("POST", "/organizations", {
      token,
      body: { name },
      headers: { "idempotency-key": "once" },
    });
  const made = await Promise.all(Array.from({ length: 8 }, () => ask("Once")));
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  expect(tally(made)).toEqual({ "201": 8 });
  expect(made.filter(({ headers }) => headers.has("idempotency-replayed"))).toHaveLength(7);
  expect((await ask("Twice")).body.code).toBe("idempotency_mismatch");
  expect((await api("GET", "/organizations", { token })).body.data).toHaveLength(1);
});

test("it is seen by its members alone, and renamed, handed over and deleted by its owner", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const askers = [stranger, member, admin, owner];
  const asked = (method: string, path: string, body?: object) =>
    Promise.all(askers.map(({ token }) => api(method, path, { token, ...(body && { body }) })));
  expect(codesOf(await asked("GET", `/organizations/${id}`))).toEqual([
    "404 not_found",
    "200",
    "200",
    "200",
  ]);
  const ownerOnly = ["404 not_found", "403 forbidden", "403 forbidden"];
  const rename = await asked("PATCH", `/organizations/${id}`, { name: "Engines" });
  expect(codesOf(rename)).toEqual([...ownerOnly, "200"]);
  const transfer = await asked("POST", `/organizations/${id}/transfer`, { userId: owner.id });
  expect(codesOf(transfer)).toEqual([...ownerOnly, "422 invalid"]);
  for (const [i, { token }] of askers.slice(0, 3).entries())
    expect(codesOf([await api("DELETE", `/organizations/${id}`, { token })])).toEqual([
      ownerOnly[i]!,
    ]);
  const mine = await api("GET", "/organizations", { token: member.token });
  expect(mine.body.data).toMatchObject([{ id, name: "Engines", role: "member" }]);
  expect(mine.body.data[0].members).toBeUndefined();
  expect((await api("GET", "/organizations", { token: stranger.token })).body.data).toEqual([]);
  expect((await api("DELETE", `/organizations/${id}`, { token: owner.token })).status).toBe(200);
  for (const { token } of askers)
    expect((await api("GET", `/organizations/${id}`, { token })).status).toBe(404);
  expect((await api("GET", "/organizations", { token: owner.token })).body.data).toEqual([]);
  expect(await auditOf(world, id)).toContain("ORG_DELETED");
});

test("a name that was changed meanwhile is not written over", async () => {
  const { id, owner } = await makeCrew(world, api);
  const { token } = owner;
  const path = `/organizations/${id}`;
  const first = await api("PATCH", path, { token, body: { name: "A", version: 1 } });
  expect(first.body).toMatchObject({ name: "A", version: 2 });
  expect((await api("PATCH", path, { token, body: { name: "A" } })).body.version).toBe(2);
  const late = await api("PATCH", path, { token, body: { name: "B", version: 1 } });
  expect(late.body).toMatchObject({ code: "version_conflict", current: { name: "A", version: 2 } });
  const stale = await api("PATCH", path, {
    token,
    body: { name: "B" },
    headers: { "if-match": '"v1"' },
  });
  expect(stale.status).toBe(412);
});

test("whoever takes it becomes an admin; who hands it over stays one, and may go", async () => {
  const { id, owner, admin, member, stranger } = await makeCrew(world, api);
  const give = (by: { token: string }, userId: string) =>
    api("POST", `/organizations/${id}/transfer`, { token: by.token, body: { userId } });
  const leave = (who: { id: string; token: string }) =>
    api("DELETE", `/organizations/${id}/members/${who.id}`, { token: who.token });
  expect(codesOf([await leave(owner)])).toEqual(["409 owner_stays"]);
  expect(codesOf([await give(owner, stranger.id)])).toEqual(["422 invalid"]);
  const given = await give(owner, member.id);
  expect(given.body).toMatchObject({ ownerId: member.id, role: "admin", version: 2 });
  expect(given.body.members).toContainEqual(
    expect.objectContaining({ userId: member.id, role: "admin" }),
  );
  const { data } = (await api("GET", "/notifications/unread", { token: member.token })).body;
  expect(data[0]).toMatchObject({ type: "ORG_OWNER", metadata: { organizationId: id } });
  expect(codesOf([await give(owner, admin.id), await leave(member), await leave(owner)])).toEqual([
    "403 forbidden",
    "409 owner_stays",
    "200",
  ]);
});

test("handed over while the heir leaves, its owner is a member still", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id, owner, member } = await makeCrew(world, api);
    const answers = await Promise.all([
      api("POST", `/organizations/${id}/transfer`, {
        token: owner.token,
        body: { userId: member.id },
      }),
      api("DELETE", `/organizations/${id}/members/${member.id}`, { token: member.token }),
    ]);
    for (const { status } of answers) expect([200, 409, 422]).toContain(status);
    const [row] = await world.db.run(
      `select exists (select from organization_members m where m.organization_id = o.id and m.user_id = o.owner_id
         and m.role = 'admin') as is_member from organizations o where id = $1`,
      [id],
    );
    expect(row).toEqual({ isMember: true });
  }
});

test("a list is paged, and stays right while organizations are added", async () => {
  const owner = await makePerson(world);
  const { token } = owner;
  const made: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    world.setNow(`2026-11-22T10:00:0${i}Z`);
    made.push(await makeOrganization(api, owner, `No ${i}`));
  }
  const first = await api("GET", "/organizations?limit=2", { token });
  world.setNow("2026-11-22T10:00:06Z");
  await makeOrganization(api, owner, "Late");
  const next = await api("GET", `/organizations?limit=3&cursor=${first.body.nextCursor}`, {
    token,
  });
  const ids = [...first.body.data, ...next.body.data].map(({ id }: { id: string }) => id);
  expect(ids).toEqual(made.toReversed());
  expect(next.body.nextCursor).toBeNull();
  world.setNow("2026-11-22T10:00:00Z");
});

test("it shows a hundred of its members, and pages all of them", async () => {
  const owner = await makePerson(world);
  const id = await makeOrganization(api, owner);
  await world.db.run(
    `with u as (
       insert into users (id, email, username, first_name)
       select gen_random_uuid(), 'crowd-' || n || '@example.com', 'crowd-' || n, 'Many' from generate_series(1, 120) n
       returning id
     )
     insert into organization_members (id, organization_id, user_id, role)
     select gen_random_uuid(), $1, u.id, 'member' from u`,
    [id],
  );
  const { token } = owner;
  const { body } = await api("GET", `/organizations/${id}`, { token });
  expect([body.memberCount, body.members.length, body.members[0].userId]).toEqual([
    121,
    100,
    owner.id,
  ]);
  const seen = new Set<string>();
  let cursor: string | null = "";
  while (cursor !== null) {
    const path: string = `/organizations/${id}/members?limit=50${cursor && `&cursor=${cursor}`}`;
    const page = (await api("GET", path, { token })).body;
    for (const { userId } of page.data) seen.add(userId);
    cursor = page.nextCursor;
  }
  expect(seen.size).toBe(121);
});

test("ids of another organization open nothing", async () => {
  const ours = await makeCrew(world, api);
  const theirs = await makeCrew(world, api);
  const { token } = ours.owner;
  const invited = await add(api, theirs.id, theirs.owner, { email: "new@example.com" });
  const invitation = invited.body.invitation.id;
  const swapped = [
    await api("PATCH", `/organizations/${ours.id}/members/${theirs.member.id}`, {
      token,
      body: { role: "admin" },
    }),
    await api("DELETE", `/organizations/${ours.id}/members/${theirs.member.id}`, { token }),
    await api("DELETE", `/organizations/${ours.id}/invitations/${invitation}`, { token }),
    await api("POST", `/organizations/${ours.id}/invitations/${invitation}/resend`, { token }),
    await api("DELETE", `/organizations/${theirs.id}/members/${theirs.member.id}`, { token }),
    await api("GET", `/organizations/${theirs.id}/members`, { token }),
    await api("GET", `/organizations/${theirs.id}/invitations`, { token }),
    await api("GET", `/meeting-types?organizationId=${theirs.id}`, { token }),
    await add(api, theirs.id, ours.owner, ours.stranger),
  ];
  expect(tally(swapped)).toEqual({ "404 not_found": swapped.length });
  const { members } = (
    await api("GET", `/organizations/${theirs.id}`, { token: theirs.owner.token })
  ).body;
  expect(members).toHaveLength(3);
});

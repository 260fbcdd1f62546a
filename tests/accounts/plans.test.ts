// What a plan has room for: shown, and refused by the statement that would go beyond it.
import { beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { makeToken } from "../../src/token.ts";
import { add, makeOrganization, makePerson } from "../organizations/support/people.ts";
import { type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { type Answer, type Api, client, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
let unlimited: Api;
beforeAll(async () => {
  world = await testWorld({ PLAN_LIMITS: "true", DATABASE_POOL_SIZE: "12" });
  api = client(world);
  unlimited = client({ ...world, config: { ...world.config, PLAN_LIMITS: false } });
});

const setPlan = (host: Host, plan: string) =>
  world.db.run("update users set plan = $2 where id = $1", [host.id, plan]);
const limitsOf = async (host: Host) =>
  (await api("GET", "/users/me", { token: host.token })).body.limits;

interface Made {
  readonly name: string;
  readonly noun: string;
  /** What FREE has room for. */
  readonly most: number;
  readonly path: (host: Host) => Promise<string>;
  readonly body: object;
}
const at = (path: string) => async () => path;
const THINGS: Made[] = [
  {
    name: "meetingTypes",
    noun: "meeting types",
    most: 3,
    path: at("/meeting-types"),
    body: { title: "Call" },
  },
  {
    name: "schedules",
    noun: "schedules",
    most: 3,
    path: at("/schedules"),
    body: { name: "Summer" },
  },
  {
    name: "apiKeys",
    noun: "API keys",
    most: 2,
    path: at("/users/me/api-keys"),
    body: { name: "Site" },
  },
  {
    name: "linksPerMeetingType",
    noun: "links of one meeting type",
    most: 10,
    path: async (host) => `/meeting-types/${(await makeMeetingType(world, host)).id}/links`,
    body: {},
  },
  {
    name: "webhooks",
    noun: "webhooks",
    most: 2,
    path: at("/webhooks"),
    body: { url: "https://203.0.114.7/hooks", events: ["booking.created"] },
  },
  {
    name: "organizations",
    noun: "organizations",
    most: 1,
    path: at("/organizations"),
    body: { name: "Engines" },
  },
];

const refusals = (all: Answer[]) => all.filter(({ status }) => status !== 201);

describe.each(THINGS)("$name", ({ name, noun, most, path, body }) => {
  const post = (ask: Api, host: Host, to: string, headers = {}) =>
    ask("POST", to, { token: host.token, body, headers });

  test("are made up to the plan's limit, also by many at once, and refused by name", async () => {
    const host = await makeHost(world);
    const to = await path(host);
    const { used } = (await limitsOf(host))[name];
    const all = await Promise.all(Array.from({ length: most + 6 }, () => post(api, host, to)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(most - used);
    for (const { status, body } of refusals(all))
      expect([status, body]).toEqual([
        403,
        expect.objectContaining({
          code: "plan_limit",
          detail: `The plan FREE has ${most} ${noun} at most.`,
          limit: { name, plan: "FREE", most },
        }),
      ]);
    expect((await limitsOf(host))[name]).toEqual({ limit: most, used: most });
  });

  test("have more room under another plan, at once", async () => {
    const host = await makeHost(world);
    const to = await path(host);
    for (let i = 0; i < most; i += 1) await post(api, host, to);
    expect((await post(api, host, to)).status).toBe(403);
    await setPlan(host, "PRO");
    expect((await post(api, host, to)).status).toBe(201);
    await setPlan(host, "FREE");
    expect((await post(api, host, to)).status).toBe(403);
    const { limit, used } = (await limitsOf(host))[name];
    expect(used).toBeGreaterThan(limit);
  });

  test("of one user are none of another's", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const to = await path(host);
    for (let i = 0; i < most; i += 1) await post(api, host, to);
    expect((await post(api, other, await path(other))).status).toBe(201);
  });

  test("are without a limit where the installation has none", async () => {
    const host = await makeHost(world);
    const to = await path(host);
    const all = await Promise.all(
      Array.from({ length: most + 3 }, () => post(unlimited, host, to)),
    );
    expect(refusals(all)).toEqual([]);
  });
});

describe("members of an organization", () => {
  const setUp = async () => {
    const owner = await makePerson(world);
    const id = await makeOrganization(api, owner);
    const admin = await makePerson(world);
    await add(api, id, owner, admin, "admin");
    await setPlan(admin, "PRO");
    return { owner, admin, id };
  };
  const others = (count: number) =>
    Promise.all(Array.from({ length: count }, () => makeHost(world)));
  const full = {
    code: "plan_limit",
    limit: { name: "organizationMembers", plan: "FREE", most: 5 },
  };

  test("are as many as its owner's plan has room for, whoever adds them, also at once", async () => {
    const { owner, admin, id } = await setUp();
    const all = await Promise.all((await others(8)).map((each) => add(api, id, admin, each)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const { status, body } of refusals(all)) {
      expect(status).toBe(403);
      expect(body).toMatchObject(full);
    }
    expect((await limitsOf(owner)).organizationMembers).toEqual({ limit: 5, used: 5 });
    expect((await limitsOf(admin)).organizationMembers).toEqual({ limit: 50, used: 0 });
    const invited = await add(api, id, admin, { email: "somebody.else@example.com" });
    expect(invited.body).toMatchObject(full);
    await setPlan(owner, "PRO");
    expect((await add(api, id, admin, (await others(1))[0]!)).status).toBe(201);
  });

  test("a repeat is answered, however full the organization is", async () => {
    const { owner, id } = await setUp();
    const [first, ...rest] = await others(3);
    const addOnce = () =>
      api("POST", `/organizations/${id}/members`, {
        token: owner.token,
        body: { email: first!.email },
        headers: { "idempotency-key": "once" },
      });
    const before = await addOnce();
    for (const each of rest) expect((await add(api, id, owner, each)).status).toBe(201);
    const again = await addOnce();
    expect([again.status, again.body]).toEqual([201, before.body]);
  });

  test("an invitation takes no room; accepting it does, of many at once as many as there is", async () => {
    const { owner, id } = await setUp();
    const people = await Promise.all(Array.from({ length: 6 }, () => makePerson(world)));
    const tokens: string[] = [];
    for (const { email } of people) {
      const invitation = newId();
      await world.db.run(
        `insert into organization_invitations (id, organization_id, email, role, expires_at)
         values ($1, $2, $3, 'member', '2026-12-01')`,
        [invitation, id, email],
      );
      const end = Temporal.Instant.from("2026-12-01T00:00:00Z");
      tokens.push(makeToken(world, "invitation", invitation, `1 ${email}`, end));
    }
    expect((await limitsOf(owner)).organizationMembers.used).toBe(2);
    const accept = (i: number) =>
      api("POST", `/invitations/${tokens[i]}/accept`, { token: people[i]!.token });
    const all = await Promise.all(people.map((_, i) => accept(i)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 200, 403, 403, 403]);
    const out = all.findIndex(({ status }) => status === 403);
    expect(all[out]!.body).toMatchObject(full);
    const joined = all.findIndex(({ status }) => status === 200);
    expect((await accept(joined)).status).toBe(200);
    await setPlan(owner, "PRO");
    expect((await accept(out)).status).toBe(200);
  });
});

test("a deleted organization takes no room", async () => {
  const owner = await makePerson(world);
  const id = await makeOrganization(api, owner);
  await api("DELETE", `/organizations/${id}`, { token: owner.token });
  const { organizations, organizationMembers } = await limitsOf(owner);
  expect([organizations.used, organizationMembers.used]).toEqual([0, 0]);
});

test("a repeat of what was made is answered, however full the plan is", async () => {
  const host = await makeHost(world);
  const headers = { "idempotency-key": "once" };
  const make = (headers = {}) =>
    api("POST", "/meeting-types", { token: host.token, body: { title: "Call" }, headers });
  const first = await make(headers);
  await make();
  await make();
  const again = await make(headers);
  expect([again.status, again.body.id]).toEqual([201, first.body.id]);
  expect((await make()).status).toBe(403);
});

test("a key whose request the plan refused makes it when there is room", async () => {
  const host = await makeHost(world);
  const make = (headers = {}) =>
    api("POST", "/meeting-types", { token: host.token, body: { title: "Call" }, headers });
  const made = [await make(), await make(), await make()];
  const headers = { "idempotency-key": "later" };
  expect((await make(headers)).status).toBe(403);
  await api("DELETE", `/meeting-types/${made[0]?.body.id}`, { token: host.token });
  expect((await make(headers)).status).toBe(201);
});

test("archived meeting types take no room", async () => {
  const host = await makeHost(world);
  for (let i = 0; i < 5; i += 1)
    await makeMeetingType(world, host, { archivedAt: "2026-11-01T00:00:00Z" });
  expect((await limitsOf(host)).meetingTypes.used).toBe(0);
});

test("an installation without limits shows so, but for keys", async () => {
  const host = await makeHost(world);
  for (const path of ["/users/me", "/users/profile"]) {
    const { body } = await unlimited("GET", path, { token: host.token });
    expect(body.limits).toEqual({
      meetingTypes: { limit: null, used: 0 },
      schedules: { limit: null, used: 1 },
      apiKeys: { limit: 50, used: 0 },
      linksPerMeetingType: { limit: null, used: 0 },
      webhooks: { limit: 50, used: 0 },
      organizations: { limit: null, used: 0 },
      organizationMembers: { limit: null, used: 0 },
    });
  }
});

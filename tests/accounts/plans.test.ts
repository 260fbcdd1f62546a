// What a plan has room for: shown, and refused by the statement that would go beyond it.
import { beforeAll, describe, expect, test } from "bun:test";
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
    });
  }
});

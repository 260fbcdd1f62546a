// What is kept is never out of date: whatever hosts and guests do through any process, two that keep answers give the same
// as one that works each of them out.
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { guestOf } from "../bookings/support/guest.ts";
import { hold } from "../bookings/support/holds.ts";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { findRedis, startRedis } from "../support/redis.ts";
import { type Answer, type Api, client, type TestWorld, testWorld } from "../support/world.ts";

const RUNS = Number(process.env["MODEL_RUNS"] ?? 3);
const SEED = Number(process.env["MODEL_SEED"] ?? 20261128);
setDefaultTimeout(120_000 + RUNS * 10_000);

interface Place {
  readonly owner: Host;
  readonly colleague: Host;
  /** In an organization, by which the colleague can host. */
  readonly organizationId: string;
  readonly types: readonly MeetingType[];
  /** What was booked and held, and what these are called now. */
  readonly booked: Answer[];
  readonly held: string[];
  readonly absences: string[];
  username: string;
  readonly slugs: string[];
}

async function settle(world: TestWorld, api: Api): Promise<Place> {
  const owner = await makeHost(world);
  const colleague = await makeHost(world, { name: "Grace Hopper" });
  const made = await api("POST", "/organizations", {
    token: owner.token,
    body: { name: "Analytical Engines" },
  });
  const organizationId = made.body.id;
  await world.db.run(
    `insert into organization_members (id, organization_id, user_id, role, can_host)
     values (gen_random_uuid(), $1, $2, 'member', true)`,
    [organizationId, colleague.id],
  );
  const any = { groups: [{ hosts: [owner, colleague], required: 1 }] };
  const types = [
    await makeMeetingType(world, owner),
    await makeMeetingType(world, owner, { ...any, caps: [{ per: "day", bookings: 4 }] }),
  ];
  await world.db.run("update meeting_types set organization_id = $2 where id = $1", [
    types[1]!.id,
    organizationId,
  ]);
  return {
    ...{ owner, colleague, organizationId, types },
    ...{ booked: [], held: [], absences: [] },
    username: owner.username,
    slugs: types.map(({ slug }) => slug),
  };
}

/** Something that is done, by an API and a number that decides what it is done to. */
type Step = (api: Api, place: Place, n: number) => Promise<Answer | null>;

const typeAt = ({ types }: Place, n: number) => types[n % types.length]!;
const startAt = (n: number) => `2026-11-2${3 + (n % 2)}T${9 + (n % 8)}:${n % 3 ? "00" : "30"}:00Z`;
const changeType = (body: (place: Place, n: number) => object): Step => {
  return (api, place, n) =>
    api("PATCH", `/meeting-types/${typeAt(place, n).id}`, {
      token: place.owner.token,
      body: body(place, n),
    });
};

const STEPS: Readonly<Record<string, Step>> = {
  book: async (api, place, n) => {
    const made = await book(api, typeAt(place, n), startAt(n >> 1));
    if (made.status === 201) place.booked.push(made);
    return made;
  },
  cancel: async (api, { booked }, n) =>
    booked.length === 0 ? null : guestOf(api, booked[n % booked.length]!).cancel(),
  move: async (api, { booked }, n) =>
    booked.length === 0 ? null : guestOf(api, booked[n % booked.length]!).move(startAt(n >> 2)),
  hold: async (api, place, n) => {
    const made = await hold(api, typeAt(place, n), startAt(n >> 1));
    if (made.status === 201) place.held.push(made.body.id);
    return made;
  },
  release: async (api, { held }) =>
    held.length === 0 ? null : api("DELETE", `/holds/${held.pop()}`),
  block: (api, { owner }, n) =>
    api("POST", "/bookings", {
      token: owner.token,
      body: { title: "Mine", start: startAt(n), end: startAt(n).replace(/\d\d:00Z/, "45:00Z") },
    }),
  leave: async (api, { colleague, owner, absences }, n) => {
    const made = await api("POST", "/out-of-office", {
      token: (n % 2 ? colleague : owner).token,
      body: { from: "2026-11-24", until: "2026-11-24" },
    });
    if (made.status === 201 && n % 2 === 0) absences.push(made.body.id);
    return made;
  },
  "come back": async (api, { owner, absences }) =>
    absences.length === 0
      ? null
      : api("DELETE", `/out-of-office/${absences.pop()}`, { token: owner.token }),
  "change hours": (api, { owner, colleague }, n) => {
    const host = n % 2 ? owner : colleague;
    return api("PATCH", `/schedules/${host.scheduleId}`, {
      token: host.token,
      body: { hours: [{ weekday: "monday", from: `${10 + (n % 5)}:00`, until: "17:00" }] },
    });
  },
  "change the type": changeType((_place, n) => ({
    title: `Call ${n}`,
    bufferAfterMinutes: n % 30,
  })),
  "hide it": changeType((_place, n) => ({ visibility: n % 4 < 2 ? "secret" : "public" })),
  "switch it": changeType((_place, n) => ({ isActive: n % 4 < 3 })),
  "call it otherwise": async (api, place, n) => {
    const slug = `call-${n}`;
    const changed = await changeType(() => ({ slug }))(api, place, n);
    if (changed?.status === 200) place.slugs[n % place.types.length] = slug;
    return changed;
  },
  "change a name": (api, { owner, colleague }, n) =>
    api("PATCH", "/users/me", {
      token: (n % 2 ? owner : colleague).token,
      body: { name: `Ada ${"abcdefghij"[n % 10]}` },
    }),
  "change the address": async (api, place, n) => {
    const username = `${place.owner.username}-${n % 100}`.slice(-32);
    const changed = await api("PATCH", "/users/me", {
      token: place.owner.token,
      body: { username },
    });
    if (changed.status === 200) place.username = username;
    return changed;
  },
  "go elsewhere": (api, { owner, colleague }, n) =>
    api("PATCH", "/users/me", {
      token: (n % 2 ? owner : colleague).token,
      body: { timeZone: ["Europe/Berlin", "Asia/Tokyo", "UTC"][n % 3] },
    }),
  "host no more": (api, { owner, colleague, organizationId }) =>
    api("DELETE", `/organizations/${organizationId}/members/${colleague.id}`, {
      token: owner.token,
    }),
};

const step = (name: string) =>
  fc.record({ name: fc.constant(name), n: fc.nat(999), by: fc.nat(3), waits: fc.nat(9) });

const PATHS: readonly ((place: Place) => string)[] = [
  ({ types }) => `/meeting-types/${types[0]!.id}/slots?from=2026-11-23&until=2026-11-27`,
  ({ types }) =>
    `/meeting-types/${types[1]!.id}/slots?from=2026-11-23&until=2026-11-27&timeZone=Asia/Tokyo`,
  ({ username, slugs }) =>
    `/users/${username}/${slugs[1]}/slots?from=2026-11-23&until=2026-11-24&timeZone=UTC`,
  ({ username }) => `/users/${username}`,
  ({ username, slugs }) => `/users/${username}/${slugs[0]}`,
  ({ username, slugs }) => `/users/${username}/${slugs[1]}`,
];

/** What was answered, but for what is of the request. */
const said = ({ status, headers, body }: Answer) => {
  const { requestId: _, ...rest } = body === "" ? {} : body;
  return { status, etag: headers.get("etag"), location: headers.get("location"), body: rest };
};

const redis = findRedis() ? await startRedis() : null;
const plain = await testWorld({ CACHE_MEGABYTES: "0" });
const { DATABASE_URL } = plain.config;
const shared = redis ? { REDIS_URL: redis.url } : {};
const keeping = [
  await testWorld({ DATABASE_URL, ...shared }),
  await testWorld({ DATABASE_URL, ...shared }),
  await testWorld({ DATABASE_URL }),
];
afterAll(async () => {
  for (const world of keeping) world.cache.close();
  await redis?.stop();
});
const apis = [plain, ...keeping].map((world) => client(world));

test("whatever is done, who keeps answers says what who keeps none says", async () => {
  const done: Record<string, number> = {};
  const names = Object.keys(STEPS);
  const steps = fc
    .shuffledSubarray(names, { minLength: names.length })
    // There is something to cancel and to release from the beginning.
    .chain((order) => fc.tuple(...["book", "book", "hold", "leave", ...order].map(step)));
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      let now = Temporal.Instant.from("2026-11-22T10:00:00Z");
      const place = await settle(plain, apis[0]!);
      let tag = "";
      for (const { name, n, by, waits } of history) {
        if (waits === 0) now = now.add({ minutes: 3 });
        for (const world of [plain, ...keeping]) world.setNow(now.toString());
        const answer = await STEPS[name]!(apis[by]!, place, n);
        if (answer && answer.status < 300) done[name] = (done[name] ?? 0) + 1;
        for (const pathOf of PATHS) {
          const path = pathOf(place);
          const expected = said(await apis[0]!("GET", path));
          for (const api of apis.slice(1))
            expect({ path, ...said(await api("GET", path)) }).toEqual({ path, ...expected });
        }
        const path = PATHS[0]!(place);
        const headers = { "if-none-match": tag };
        const [expected, ...others] = await Promise.all(
          apis.map(async (api) => said(await api("GET", path, { headers }))),
        );
        for (const other of others) expect(other).toEqual(expected!);
        tag = expected!.etag ?? tag;
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  // It did happen, and it was kept.
  expect(Object.keys(done).length).toBeGreaterThan(names.length - 4);
  for (const world of keeping) {
    const counts = world.cache.counts();
    expect(counts.map(({ kind }) => kind).sort()).toEqual(["host", "slots", "type"]);
    for (const { kind, hits } of counts) expect([kind, hits]).not.toEqual([kind, 0]);
  }
});

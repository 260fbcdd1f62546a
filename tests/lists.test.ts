// One table over every list: pages follow one another without a gap or a repeat, whatever happens between
// them. A new list joins by a line in LISTS, and fails without one.
import { describe, expect, test } from "bun:test";

import { newId } from "../src/db/id.ts";
import { documentOf, type Operation, type Schema } from "./architecture/operations.ts";
import { sender } from "./support/http.ts";
import { type Host, makeHost, makeMeetingType } from "./support/make.ts";
import { random } from "./support/random.ts";
import { type Answer, type Api, client, NOW, type TestWorld, testWorld } from "./support/world.ts";

const SEED = Number(process.env["LISTS_SEED"] ?? 1);

interface Stage {
  readonly world: TestWorld;
  readonly api: Api;
  readonly host: Host;
  /** Whatever the list needs to be made of things. */
  readonly typeId: string;
}

interface List {
  /** Makes one more item; the number is another each time. */
  make(stage: Stage, number: number): Promise<unknown>;
  /** Changes an item without ending it. */
  change?(stage: Stage, id: string): Promise<Answer>;
  remove?(stage: Stage, id: string): Promise<Answer>;
  /** Filters that the list must have, each with a value that all items of make() meet. */
  readonly filters?: Readonly<Record<string, string>>;
  readonly path?: (stage: Stage) => string | Promise<string>;
  /** The fields by which items are told apart and ordered, where they are not id and createdAt. */
  readonly fields?: { readonly id: string; readonly time: string };
}

const post = async ({ api, host: { token } }: Stage, path: string, body: unknown) => {
  const answer = await api("POST", path, { token, body });
  expect(answer.status).toBeWithin(200, 203);
  return answer;
};
const patching = (path: string, body: unknown) => (stage: Stage, id: string) =>
  stage.api("PATCH", `${path}/${id}`, { token: stage.host.token, body });
const deleting = (path: string) => (stage: Stage, id: string) =>
  stage.api("DELETE", `${path}/${id}`, { token: stage.host.token });

/** Half an hour of mine, each later than the one before. */
const blockTime = (stage: Stage, number: number) => {
  const start = NOW.add({ hours: 24 * 30 + number });
  return post(stage, "/bookings", {
    title: `Mine ${number}`,
    start: start.toString(),
    end: start.add({ minutes: 30 }).toString(),
  });
};

const bookAsGuest = (stage: Stage, number: number) =>
  post(stage, "/bookings", {
    meetingTypeId: stage.typeId,
    start: Temporal.Instant.from("2026-12-01T00:00:00Z").add({ hours: number }).toString(),
    guest: { name: "Grace Hopper", email: "grace@example.com", timeZone: "UTC" },
  });

const tell = async (stage: Stage) => {
  await post(stage, "/analytics/event", { eventType: "SEEN" });
  await stage.world.events.flush();
};

/** The host's organization; the same each time. */
async function organizationOf(stage: Stage): Promise<string> {
  const { api, host } = stage;
  const { body } = await api("GET", "/organizations", { token: host.token });
  if (body.data.length > 0) return body.data[0].id;
  return (await post(stage, "/organizations", { name: "Analytical Engines" })).body.id;
}

/** A booking with the host; the same each time. */
async function bookingOf(stage: Stage): Promise<string> {
  const find = async () =>
    (await stage.api("GET", "/bookings", { token: stage.host.token })).body.data[0];
  if (!(await find())) await bookAsGuest(stage, 1);
  return (await find()).id;
}

/** The host's endpoint; the same each time. */
async function endpointOf(stage: Stage): Promise<string> {
  const { body } = await stage.api("GET", "/webhooks", { token: stage.host.token });
  return body.data.length > 0 ? body.data[0].id : (await makeEndpoint(stage)).body.id;
}

/** The host's calendar account; the same each time. */
async function connectionOf({ world, host }: Stage): Promise<string> {
  const [row] = await world.db.run(
    `insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
     values ($1, $2, 'caldav', 'ada', 'ada', 'sealed')
     on conflict (user_id, provider, account_id) do update set account = 'ada' returning id`,
    [newId(), host.id],
  );
  return `${row?.["id"]}`;
}

const makeEndpoint = (stage: Stage) =>
  post(stage, "/webhooks", { url: "https://203.0.114.7/", events: ["booking.created"] });

const LISTS: Readonly<Record<string, List>> = {
  "GET /api/v1/bookings": {
    make: bookAsGuest,
    change: patching("/bookings", { notes: "changed" }),
    filters: {
      status: "cOnFirmed",
      from: "2026-01-01T00:00:00Z",
      until: "2028-01-01T00:00:00Z",
      guestEmail: "GRACE@example.com",
      q: "hopper",
      meetingTypeId: "",
    },
  },
  "GET /api/v1/schedules": {
    make: (stage, number) => post(stage, "/schedules", { name: `Number ${number}` }),
    change: patching("/schedules", { name: "Changed" }),
    remove: deleting("/schedules"),
  },
  "GET /api/v1/meeting-types": {
    make: (stage, number) =>
      post(stage, "/meeting-types", { title: `Number ${number}`, durationMinutes: 30 }),
    change: patching("/meeting-types", { title: "Changed" }),
    remove: deleting("/meeting-types"),
    filters: { isActive: "TRUE" },
  },
  "GET /api/v1/meeting-types/{id}/links": {
    path: ({ typeId }) => `/meeting-types/${typeId}/links`,
    make: (stage) => post(stage, `/meeting-types/${stage.typeId}/links`, {}),
    remove: (stage, id) => deleting(`/meeting-types/${stage.typeId}/links`)(stage, id),
  },
  "GET /api/v1/out-of-office": {
    make: (stage, number) => {
      const day = Temporal.PlainDate.from("2028-01-01").add({ days: number }).toString();
      return post(stage, "/out-of-office", { from: day, until: day });
    },
    change: patching("/out-of-office", { reason: "Changed" }),
    remove: deleting("/out-of-office"),
  },
  "GET /api/v1/blocked-guests": {
    make: (stage, number) =>
      post(stage, "/blocked-guests", { pattern: `eve${number}@example.com` }),
    remove: deleting("/blocked-guests"),
  },
  "GET /api/v1/auth/sessions": {
    // None is removed: it might be the one that asks.
    make: ({ world, host }) =>
      world.db.run(
        `insert into sessions (id, user_id, expires_at, created_at)
         values ($1, $2, '2100-01-01T00:00:00Z', $3)`,
        [newId(), host.id, world.now().toString()],
      ),
  },
  "GET /api/v1/users": {
    make: async ({ world }) => {
      const { id } = await makeHost(world);
      await world.db.run("update users set created_at = $1 where id = $2", [
        world.now().toString(),
        id,
      ]);
    },
    change: patching("/users", { plan: "PRO" }),
    filters: { role: "MEMBER", plan: "free", status: "Active", q: "LOVELACE" },
  },
  "GET /api/v1/users/me/api-keys": {
    make: (stage, number) =>
      post(stage, "/users/me/api-keys", { name: `Number ${number}`, scope: "read" }),
    remove: deleting("/users/me/api-keys"),
  },
  "GET /api/v1/users/me/identities": {
    // By hand: a provider would have to be there to link one.
    make: ({ world, host }, number) =>
      world.db.run(
        `insert into identities (id, user_id, provider, issuer, subject, email, created_at)
         values ($1, $2, 'google', 'https://accounts.google.com', $3, 'ada@example.com', $4)`,
        [newId(), host.id, `subject ${number}`, world.now().toString()],
      ),
    remove: deleting("/users/me/identities"),
  },
  "GET /api/v1/notifications": { make: blockTime, remove: deleting("/notifications") },
  "GET /api/v1/notifications/unread": { make: blockTime, remove: deleting("/notifications") },
  "GET /api/v1/bookings/{id}/deliveries": {
    path: async (stage) => `/bookings/${await bookingOf(stage)}/deliveries`,
    // By hand: a booking promises several at once.
    make: async (stage) =>
      stage.world.db.run(
        `insert into outbox (id, queue, kind, booking_id, sequence, user_id, due_at, created_at)
         values ($1, 'emails', 'BOOKING_CONFIRMATION', $2, 0, $3, $4, $4)`,
        [newId(), await bookingOf(stage), stage.host.id, stage.world.now().toString()],
      ),
  },
  "GET /api/v1/operations/promises": {
    // By hand: it takes a day to fail for good.
    make: ({ world, host }) =>
      world.db.run(
        `insert into outbox (id, queue, kind, user_id, due_at, created_at, done_at, outcome, last_error)
         values ($1, 'emails', 'WELCOME', $2, $3, $3, $3, 'failed', '550 no such mailbox')`,
        [newId(), host.id, world.now().toString()],
      ),
    filters: { state: "FAILED", queue: "Emails" },
  },
  "GET /api/v1/webhooks": {
    make: makeEndpoint,
    change: patching("/webhooks", { description: "Changed" }),
    remove: deleting("/webhooks"),
  },
  "GET /api/v1/webhooks/{id}/deliveries": {
    path: async (stage) => `/webhooks/${await endpointOf(stage)}/deliveries`,
    make: async (stage) => post(stage, `/webhooks/${await endpointOf(stage)}/test`, {}),
  },
  "GET /api/v1/calendar/integrations": {
    // By hand: a server would have to be there to connect one, and there may be twenty.
    make: ({ world, host }, number) =>
      world.db.run(
        `insert into calendar_connections (id, user_id, provider, account_id, account, credentials, created_at)
         values ($1, $2, 'caldav', $3, 'ada', 'sealed', $4)`,
        [newId(), host.id, `account ${number}`, world.now().toString()],
      ),
    remove: deleting("/calendar/integrations"),
  },
  "GET /api/v1/calendar/integrations/{id}/calendars": {
    path: async (stage) => `/calendar/integrations/${await connectionOf(stage)}/calendars`,
    make: async (stage, number) =>
      stage.world.db.run(
        `insert into calendars (id, user_id, connection_id, external_id, name, can_write, created_at)
         values ($1, $2, $3, $4, 'Calendar', true, $5)`,
        [
          newId(),
          stage.host.id,
          await connectionOf(stage),
          `calendar ${number}`,
          stage.world.now().toString(),
        ],
      ),
    change: async (stage, id) =>
      stage.api("PATCH", `/calendar/integrations/${await connectionOf(stage)}/calendars`, {
        token: stage.host.token,
        body: { calendars: [{ id, checksConflicts: true }] },
      }),
  },
  "GET /api/v1/calendar/feeds": {
    // By hand: there may be twenty.
    make: ({ world, host }, number) =>
      world.db.run(
        `insert into calendar_feeds (id, user_id, name, token_hash, created_at)
         values ($1, $2, 'Feed', sha256($3::text::bytea), $4)`,
        [newId(), host.id, `token ${number}`, world.now().toString()],
      ),
    remove: deleting("/calendar/feeds"),
  },
  "GET /api/v1/organizations": {
    make: (stage, number) => post(stage, "/organizations", { name: `Number ${number}` }),
    change: patching("/organizations", { name: "Changed" }),
    remove: deleting("/organizations"),
  },
  "GET /api/v1/organizations/{id}/members": {
    fields: { id: "userId", time: "joinedAt" },
    path: async (stage) => `/organizations/${await organizationOf(stage)}/members`,
    make: async (stage) => {
      const { email } = await makeHost(stage.world);
      await post(stage, `/organizations/${await organizationOf(stage)}/members`, { email });
    },
    change: async (stage, id) =>
      patching(`/organizations/${await organizationOf(stage)}/members`, { role: "admin" })(
        stage,
        id,
      ),
    remove: async (stage, id) =>
      deleting(`/organizations/${await organizationOf(stage)}/members`)(stage, id),
  },
  "GET /api/v1/organizations/{id}/invitations": {
    path: async (stage) => `/organizations/${await organizationOf(stage)}/invitations`,
    make: async (stage, number) =>
      post(stage, `/organizations/${await organizationOf(stage)}/members`, {
        email: `stranger${number}@example.org`,
      }),
    remove: async (stage, id) =>
      deleting(`/organizations/${await organizationOf(stage)}/invitations`)(stage, id),
  },
  "GET /api/v1/analytics/events": {
    make: tell,
    filters: {
      eventType: "seen",
      userId: "",
      from: "2026-01-01T00:00:00Z",
      until: "2028-01-01T00:00:00Z",
    },
  },
};

const document = await documentOf(sender(await testWorld()));

const shown = (operation: Operation) =>
  Object.entries(operation.responses ?? {}).find(([status]) => status === "200")?.[1].content?.[
    "application/json"
  ]?.schema;

/** Whether an operation gives items in `data`, or all of them at once. */
const isList = (operation: Operation): boolean => {
  const schema = shown(operation);
  return (
    operation.method === "get" &&
    (schema?.type === "array" ||
      schema?.properties?.["data"]?.type === "array" ||
      schema?.properties?.["nextCursor"] !== undefined)
  );
};

/** What a list of the document lacks. */
function faultsOf(operation: Operation): string[] {
  const schema = shown(operation);
  const parameter = (name: string) =>
    operation.parameters?.find((each) => each.in === "query" && each.name === name)?.schema;
  const limit = parameter("limit");
  return [
    ...(schema?.properties?.["data"] && schema.properties["nextCursor"] ? [] : ["use Page()"]),
    ...(parameter("cursor") && limit ? [] : ["use Query({ ...Paging })"]),
    ...(limit?.["minimum"] === 1 && limit["maximum"] === 100 ? [] : ["limit is not 1 to 100"]),
    ...(LISTS[operation.name] ? [] : ["give it a line in LISTS"]),
    ...Object.keys(LISTS[operation.name]?.filters ?? {})
      .filter((name) => !parameter(name))
      .map((name) => `filter by ${name}`),
  ];
}

const lists = document.filter(isList);

test("every list has pages, a limit and a line in this file", () => {
  expect(lists.map(({ name }) => name)).toContain("GET /api/v1/bookings");
  expect(lists.flatMap((each) => faultsOf(each).map((fault) => `${each.name}: ${fault}`))).toEqual(
    [],
  );
  expect(Object.keys(LISTS).filter((name) => !lists.some((each) => each.name === name))).toEqual(
    [],
  );
});

test("a list that gives everything at once is seen", async () => {
  const things = { type: "array", items: { type: "string" } } as const;
  const operation = (schema: Schema): Operation => ({
    name: "GET /api/v1/things",
    method: "get",
    path: "/api/v1/things",
    responses: { "200": { content: { "application/json": { schema } } } },
  });
  expect(isList(operation(things))).toBe(true);
  const unpaged = operation({ type: "object", properties: { data: things } });
  expect(isList(unpaged)).toBe(true);
  expect(faultsOf(unpaged)).toEqual([
    "use Page()",
    "use Query({ ...Paging })",
    "limit is not 1 to 100",
    "give it a line in LISTS",
  ]);
});

/** An account and a world of its own, whose clock runs by steps, or stands still. */
async function open(name: string, next: () => number) {
  const list = LISTS[name]!;
  const world = await testWorld();
  const host = await makeHost(world, {
    role: "admin",
    hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
  });
  const { id: typeId } = await makeMeetingType(world, host);
  // Builders write by the database's clock.
  await world.db.run("update users set created_at = $1", [NOW.toString()]);
  await world.db.run("update schedules set created_at = $1", [NOW.toString()]);
  await world.db.run("update meeting_types set created_at = $1", [NOW.toString()]);
  const stage: Stage = { world, api: client(world), host, typeId };
  const path = (await list.path?.(stage)) ?? name.replace("GET /api/v1", "");
  let number = 0;
  let now = NOW;
  return {
    list,
    stage,
    make: async () => {
      now = now.add({ seconds: [0, 0, 1, 3600][Math.floor(next() * 4)]! });
      world.setNow(now.toString());
      number += 1;
      await list.make(stage, number);
    },
    ask: (query: Record<string, string>) =>
      stage.api("GET", `${path}?${new URLSearchParams(query)}`, { token: host.token }),
  };
}

describe.each(Object.keys(LISTS))("%s", (name) => {
  const { id, time } = LISTS[name]!.fields ?? { id: "id", time: "createdAt" };
  const valuesOf = ({ body }: Answer, field: string): string[] =>
    body.data.map((item: Record<string, string>) => item[field]);
  const idsOf = (page: Answer) => valuesOf(page, id);

  test("walked while things are made, changed and removed, shows each that was there throughout once", async () => {
    const next = random(SEED);
    for (let round = 0; round < 3; round += 1) {
      const { list, stage, make, ask } = await open(name, next);
      for (let i = 0; i < 8; i += 1) await make();
      const all = await ask({ limit: "100" });
      expect([all.status, all.body.nextCursor]).toEqual([200, null]);
      const before = idsOf(all);
      const times = valuesOf(all, time).map(Date.parse);
      expect(times).toEqual(times.toSorted((a, b) => b - a));

      const removed = new Set<string>();
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const limit = 1 + Math.floor(next() * 3);
        const page: Answer = await ask({ limit: `${limit}`, ...(cursor !== null && { cursor }) });
        expect(page.status).toBe(200);
        if (page.body.nextCursor !== null) expect(page.body.data).toHaveLength(limit);
        seen.push(...idsOf(page));
        cursor = page.body.nextCursor;
        for (let i = Math.floor(next() * 3); i > 0; i -= 1) await make();
        // Also the very one that the cursor speaks of.
        const one = next() < 0.5 ? seen.at(-1)! : before[Math.floor(next() * before.length)]!;
        if (removed.has(one)) continue;
        if (next() < 0.5) await list.change?.(stage, one);
        else if (list.remove && (await list.remove(stage, one)).status === 200) removed.add(one);
      } while (cursor !== null);
      expect(new Set(seen).size).toBe(seen.length);
      const stayed = before.filter((id) => !removed.has(id));
      expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
    }
  });

  test("gives 20 unless told, and refuses a limit or a cursor that is none", async () => {
    const { make, ask, list, stage } = await open(name, random(SEED));
    for (let i = 0; i < 21; i += 1) await make();
    const page = await ask({});
    expect(page.body.data).toHaveLength(20);
    for (const limit of ["0", "101", "-1", "1.5", "", "ten"])
      expect(await ask({ limit })).toMatchObject({
        status: 422,
        body: { errors: [{ path: "limit" }] },
      });
    const good: string = page.body.nextCursor;
    const forged = Buffer.from('{"at":"2026-11-22T10:00:00Z","id":"x"}').toString("base64url");
    for (const cursor of [
      `${good.slice(0, -3)}AAA`,
      good.slice(1),
      forged,
      "x",
      "",
      "x".repeat(301),
    ])
      expect(await ask({ cursor })).toMatchObject({
        status: 422,
        body: { code: "invalid", errors: [{ path: "cursor" }] },
      });
    const own: Record<string, string> = { meetingTypeId: stage.typeId, userId: stage.host.id };
    for (const [filter, value] of Object.entries(list.filters ?? {})) {
      const filtered = await ask({ [filter]: value || own[filter]!, limit: "100" });
      expect([filter, filtered.status, filtered.body.data?.length >= 21]).toEqual([
        filter,
        200,
        true,
      ]);
    }
  });
});

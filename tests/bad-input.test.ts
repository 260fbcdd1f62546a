// One table over every route: whatever is sent, the answer is what the document says, never a 5xx.
// A new route joins by being one. BAD_INPUT_SEED=7 BAD_INPUT_PER_FIELD=200 bun test tests/bad-input…
import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { createApp } from "../src/app.ts";
import { PROBLEMS } from "../src/problem.ts";
import { makeLogger } from "../src/world.ts";
import { makeKeyOf } from "./accounts/support/keys.ts";
import { documentOf, type Operation } from "./architecture/operations.ts";
import { fakeCalendars } from "./calendars/support/fake-calendar.ts";
import { type Case, casesOf, concrete } from "./support/bad-cases.ts";
import { BAD_BODIES, BAD_URL_PARTS } from "./support/bad-values.ts";
import { bareApp, type Send, sender } from "./support/http.ts";
import { type Host, makeHost, makeMeetingType } from "./support/make.ts";
import { hashCheaply } from "./support/passwords.ts";
import { random, sample } from "./support/random.ts";
import { client, testWorld } from "./support/world.ts";
import { makeHook } from "./webhooks/support/house.ts";

const SEED = Number(process.env["BAD_INPUT_SEED"] ?? 1);
const PER_FIELD = Number(process.env["BAD_INPUT_PER_FIELD"] ?? 8);
const SLOW_MS = 3000;
// What the edge may say of any request; the rest must be in the document of the route.
const ANYWHERE = [400, 413, 414, 415, 422];

hashCheaply();

const next = random(SEED);
const quiet = await testWorld();
const unexpected: string[] = [];
const log = makeLogger(
  { ...quiet.config, LOG_LEVEL: "trace" },
  { write: (line) => line.includes("Unexpected error") && unexpected.push(line) },
);
const world = {
  ...quiet,
  log,
  calendars: fakeCalendars(),
  resolve: async () => ["203.0.114.7"],
};
const app = createApp(world);
const send: Send = sender(world, app.fetch);
const operations = await documentOf(send);

// Who signs in with nonsense is refused; that this takes its time is another test's matter.
let verify: { mockRestore(): void };
beforeAll(() => {
  verify = spyOn(Bun.password, "verify").mockResolvedValue(false);
});
afterAll(() => verify.mockRestore());
// After each, since none of them is the last for certain.
afterEach(() => {
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(unexpected.splice(0).slice(0, 5)).toEqual([]);
});

/** A host with something of everything, so that a good id leads on to the deeper mistakes. */
interface Things {
  readonly host: Host;
  readonly ids: Readonly<Record<string, string>>;
}

async function things({ method, security = [] }: Operation): Promise<Things> {
  const role = JSON.stringify(security).includes('"admin"') ? "admin" : "member";
  const host = await makeHost(world, { zone: "Europe/Berlin", role });
  const type = await makeMeetingType(world, host);
  const made = await send("/api/v1/bookings", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${host.token}` },
    body: JSON.stringify({
      title: "Mine",
      start: "2027-03-01T09:00:00Z",
      end: "2027-03-01T10:00:00Z",
    }),
  });
  const { id: keyId } = await makeKeyOf(client(quiet), host);
  const organization = await send("/api/v1/organizations", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${host.token}` },
    body: JSON.stringify({ name: "Ours" }),
  });
  const { id: ours } = (await organization.json()) as { id?: string };
  const hook = await makeHook(client(quiet), host, "https://203.0.114.7/");
  const dav = await send("/api/v1/calendar/connect/caldav", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${host.token}` },
    body: JSON.stringify({ url: "https://203.0.114.7/", username: "ada", password: "secret" }),
  });
  const { id: integration } = (await dav.json()) as { id?: string };
  const fed = await send("/api/v1/calendar/feeds", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${host.token}` },
    body: JSON.stringify({ name: "Phone" }),
  });
  const { id: feed } = (await fed.json()) as { id?: string };
  const { booking } = (await made.json()) as { booking?: { id: string } };
  return {
    host,
    ids: {
      schedules: host.scheduleId,
      "meeting-types": type.id,
      bookings: booking?.id ?? "no booking",
      "api-keys": keyId,
      webhooks: hook.id,
      integrations: integration ?? "no integration",
      feeds: feed ?? "no feed",
      users: method === "patch" ? host.id : host.username,
      "{user}": type.slug,
      organizations: ours ?? "no organization",
      members: host.id,
    },
  };
}

/** What is wrong with an answer, or null. */
async function faultOf(
  send: Send,
  operation: Operation,
  { what, path, init, isHopeless, isUnderstood }: Case,
): Promise<string | null> {
  const began = performance.now();
  const response = await send(path, init);
  const ms = performance.now() - began;
  const { status } = response;
  const text = await textOf(response);
  const told = (why: string) =>
    `${operation.name} [${what.slice(0, 150)}] → ${status}: ${why} ${text.slice(0, 200)}`;
  if (ms > SLOW_MS) return told(`took ${Math.round(ms)} ms`);
  if (status >= 500) return told("is our fault");
  if (status < 400) return isHopeless ? told("was taken") : null;
  if (response.headers.get("content-type") !== "application/problem+json")
    return told("is no problem document");
  const body = JSON.parse(text) as { code: string; status: number; errors?: { path: string }[] };
  if (isUnderstood && body.errors?.some(({ path }) => path === "body"))
    return told("was not understood");
  if (PROBLEMS[body.code as keyof typeof PROBLEMS]?.[0] !== status) return told("has a wrong code");
  // A slash in a parameter leads to another route, or to none.
  const isElsewhere = path.split("?")[0]!.split("/").length !== operation.name.split("/").length;
  if (!isElsewhere && !ANYWHERE.includes(status) && !operation.responses?.[status])
    return told("is not documented");
  return null;
}

/** The whole answer, or of a stream that it is one. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    return response.text();
  await response.body?.cancel();
  return "a stream";
}

describe("bad input gets a problem document that the route documents:", () => {
  test.each(operations.map((operation) => [operation.name, operation] as const))(
    "%s",
    async (_name, operation) => {
      const { host, ids } = await things(operation);
      const who = { token: host.token, ids };
      const faults: string[] = [];
      for (const each of casesOf(operation, who, PER_FIELD, next)) {
        const fault = await faultOf(send, operation, each);
        if (fault) faults.push(fault);
      }
      expect(faults.slice(0, 10)).toEqual([]);
      // What was taken can be read again.
      const headers = { authorization: `Bearer ${host.token}` };
      for (const list of ["users/me", "schedules", "meeting-types", "bookings", "notifications"]) {
        const { status } = await send(`/api/v1/${list}`, { headers });
        expect([list, status === 200 || status === 401]).toEqual([list, true]);
      }
    },
  );
});

describe("bad input gets an answer from every page:", () => {
  const pages = app.routes.filter(
    ({ path, method }) => !/^\/(api|swagger|assets)\b/.test(path) && method !== "OPTIONS",
  );
  const QUERY = [
    "token",
    "start",
    "timeZone",
    "month",
    "from",
    "email",
    "cursor",
    "duration",
    "to",
  ];

  test.each(pages.map(({ method, path }) => [method, path] as const))(
    "%s %s",
    async (method, path) => {
      const { host, ids } = await things({ name: path, method: "get", path });
      const good = concrete(path.replaceAll(/:(\w+)/g, "{$1}"), {
        ...ids,
        "": host.username,
        b: ids["bookings"] ?? "",
      });
      const asked: [string, RequestInit][] = [];
      for (const bad of sample(BAD_URL_PARTS, PER_FIELD * 2, next)) {
        if (path.includes(":")) asked.push([good.replace(/[^/]+$/, bad), { method }]);
        for (const name of sample(QUERY, 3, next))
          asked.push([`${good}?${name}=${bad}`, { method }]);
        const form = QUERY.concat("name", "key", "notes", "reason")
          .map((name) => `${name}=${bad}`)
          .join("&");
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        if (method === "POST") asked.push([good, { method, headers, body: form }]);
      }
      if (method === "POST")
        for (const [type, body] of BAD_BODIES)
          asked.push([good, { method, body, ...(type && { headers: { "content-type": type } }) }]);
      const faults: string[] = [];
      for (const [url, init] of asked) {
        const { status } = await send(url, init);
        if (status >= 500)
          faults.push(`${method} ${url} ${String(init.body).slice(0, 100)} → ${status}`);
      }
      expect(faults.slice(0, 10)).toEqual([]);
    },
  );
});

describe("a route that", () => {
  const probe = bareApp(quiet)
    .post("/api/v1/trusting", ({ body }) => {
      const { name } = body as { name: string };
      return name.toUpperCase();
    })
    .post("/api/v1/odd", () => new Response("no", { status: 418 }));
  const ask = sender(quiet, probe.fetch);
  const media = {
    "application/json": { schema: { properties: { name: {} } }, example: { name: "a" } },
  };
  const faultsOf = async (path: string) => {
    const operation = { name: path, method: "post", path, requestBody: { content: media } };
    const who = { token: "", ids: {} };
    const faults: string[] = [];
    for (const each of casesOf(operation, who, 200, random(1)))
      faults.push((await faultOf(ask, operation, each)) ?? "");
    return faults.join("\n");
  };
  test("fails on bad input is seen", async () => {
    expect(await faultsOf("/api/v1/trusting")).toContain("[name = null] → 500: is our fault");
  });
  test("answers in its own way is seen", async () => {
    expect(await faultsOf("/api/v1/odd")).toContain("→ 418: is no problem document");
  });
});

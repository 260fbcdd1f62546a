// Connecting a CalDAV account or a published calendar: the server is asked first, and never one inside.
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { FailureKind } from "../../src/calendars/failure.ts";
import { makeHost } from "../support/make.ts";
import { client } from "../support/world.ts";
import { fakeCalendars, remote } from "./support/fake-calendar.ts";
import { calendarsOf, connectServer, rows, scene } from "./support/scene.ts";

const it = await scene();
afterAll(() => it.stop());
beforeEach(() => {
  Object.assign(it.fakes.caldav, { calendars: fakeCalendars().caldav.calendars, fails: null });
  Object.assign(it.fakes.ics, { calendars: [remote("feed", { canWrite: false })], fails: null });
});

const connect = (kind: "caldav" | "ics", body: object, token = it.host.token) =>
  it.api("POST", `/calendar/connect/${kind}`, { token, body });
const account = { url: "https://dav.example.com/", username: "ada", password: "app-password" };
const count = async () =>
  (await rows(it, "select count(*)::int as n from calendar_connections"))[0]?.["n"];

test("an account is connected with the password that was given, and shows nothing of it", async () => {
  const host = await makeHost(it.world);
  const answer = await connect("caldav", account, host.token);
  expect([answer.status, answer.body]).toMatchObject([
    201,
    { provider: "caldav", account: "ada@dav.example.com", health: "ok", checkedCalendars: 1 },
  ]);
  expect(it.fakes.caldav.opened.at(-1)).toEqual({ kind: "password", ...account });
  const stored = await rows(it, "select * from calendar_connections where id = $1", answer.body.id);
  expect(JSON.stringify(stored)).not.toContain(account.password);
  // The same account with another password is the same connection.
  const again = await connect("caldav", { ...account, password: "another" }, host.token);
  expect(again.body.id).toBe(answer.body.id);
  const other = await connect("caldav", { ...account, username: "ada@example.com" }, host.token);
  expect([other.body.account, other.body.id === answer.body.id]).toEqual([
    "ada@example.com",
    false,
  ]);
});

test("a published calendar is checked, cannot be written to, and its address is kept sealed only", async () => {
  const host = await makeHost(it.world);
  const answer = await connect(
    "ics",
    { url: "webcal://cal.example.com/private-abc123.ics" },
    host.token,
  );
  expect([answer.status, answer.body.account]).toEqual([201, "cal.example.com"]);
  expect(it.fakes.ics.opened.at(-1)).toEqual({
    kind: "url",
    url: "https://cal.example.com/private-abc123.ics",
  });
  expect(await calendarsOf(it, answer.body.id, host)).toMatchObject({
    "Calendar feed": { checksConflicts: true, isDestination: false, canWrite: false },
  });
  const all = await rows(
    it,
    "select c.*, k.name from calendar_connections c join calendars k on k.connection_id = c.id",
  );
  expect(JSON.stringify(all)).not.toContain("private-abc123");
});

test("where no calendar says that it is the main one, the first that can be written to is", async () => {
  it.fakes.caldav.calendars = [remote("read", { canWrite: false }), remote("b"), remote("c")];
  const host = await makeHost(it.world);
  const id = await connectServer(it, "first", host);
  expect(await calendarsOf(it, id, host)).toMatchObject({
    "Calendar read": { checksConflicts: false },
    "Calendar b": { checksConflicts: true, isDestination: true },
    "Calendar c": { checksConflicts: false, isDestination: false },
  });
});

describe("nothing is stored where the server", () => {
  test.each([
    ["temporary", "calendar_unreachable"],
    ["throttled", "calendar_unreachable"],
    ["needs_reauth", "calendar_refused"],
    ["forbidden", "calendar_refused"],
    ["refused", "calendar_refused"],
    ["not_found", "calendar_refused"],
  ] as [FailureKind, string][])("is %s", async (fails, code) => {
    const before = await count();
    for (const [kind, body] of [
      ["caldav", account],
      ["ics", { url: "https://cal.example.com/x.ics" }],
    ] as const) {
      it.fakes[kind].fails = fails;
      const answer = await connect(kind, body, (await makeHost(it.world)).token);
      expect([answer.status, answer.body.code]).toEqual([422, code]);
      expect(answer.text).not.toContain(account.password);
    }
    expect(await count()).toBe(before);
  });

  test("has no calendar", async () => {
    it.fakes.caldav.calendars = [];
    const answer = await connect("caldav", account, (await makeHost(it.world)).token);
    expect([answer.status, answer.body.code]).toEqual([422, "calendar_refused"]);
  });

  test.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://169.254.169.254/latest",
    "https://intranet/",
    "https://dav.example.com:22/",
    "https://user:pass@dav.example.com/",
    "ftp://dav.example.com/",
    "file:///etc/passwd",
    "not a url",
  ])("is inside or none: %s", async (url) => {
    const asked = it.fakes.caldav.opened.length + it.fakes.ics.opened.length;
    for (const answer of [
      await connect("caldav", { ...account, url }),
      await connect("ics", { url }),
    ])
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, "url"]);
    expect(it.fakes.caldav.opened.length + it.fakes.ics.opened.length).toBe(asked);
  });

  test("has a name that leads inside", async () => {
    const api = client({ ...it.world, resolve: async () => ["203.0.114.7", "10.0.0.1"] });
    const answer = await api("POST", "/calendar/connect/caldav", {
      token: it.host.token,
      body: account,
    });
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, "url"]);
  });
});

test("twenty accounts are room enough, also for who asks for many at once, and renewing needs none", async () => {
  const host = await makeHost(it.world);
  const all = await Promise.all(
    Array.from({ length: 23 }, (_, i) =>
      connect("caldav", { ...account, username: `u${i}` }, host.token),
    ),
  );
  const made = all.filter(({ status }) => status === 201);
  expect(made).toHaveLength(20);
  const refused = all.filter(({ status }) => status !== 201);
  expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
    refused.map(() => [403, "calendar_limit"]),
  );
  const known = made[0]!.body.account.replace("@dav.example.com", "");
  expect((await connect("caldav", { ...account, username: known }, host.token)).status).toBe(201);
});

test("many who connect the same account at once make one connection", async () => {
  const host = await makeHost(it.world);
  const all = await Promise.all(
    Array.from({ length: 8 }, () => connect("caldav", account, host.token)),
  );
  expect(new Set(all.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
});

test("of an account with more than a hundred calendars a hundred are kept, the main one among them", async () => {
  it.fakes.caldav.calendars = [
    ...Array.from({ length: 150 }, (_, i) => remote(`c${i}`)),
    remote("main", { isPrimary: true, name: "x".repeat(1000) }),
  ];
  const host = await makeHost(it.world);
  const id = await connectServer(it, "many", host);
  const kept = Object.values(await calendarsOf(it, id, host));
  expect(kept).toHaveLength(100);
  expect(kept.filter(({ isPrimary }) => isPrimary)).toMatchObject([{ name: "x".repeat(200) }]);
});

test("without ENCRYPTION_KEY nothing is connected", async () => {
  const { ENCRYPTION_KEY: _, ...config } = it.world.config;
  const api = client({ ...it.world, config: config as never });
  const answer = await api("POST", "/calendar/connect/caldav", {
    token: it.host.token,
    body: account,
  });
  expect([answer.status, answer.body.code]).toEqual([503, "encryption_key_missing"]);
});

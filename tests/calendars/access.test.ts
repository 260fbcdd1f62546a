// Tokens are renewed by one process at a time, kept before they are used, and their end is told once.
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { makeProviders } from "../../src/accounts/oauth/providers.ts";
import { accessOf, tellNeedsReauth } from "../../src/calendars/access.ts";
import { openCredentials } from "../../src/calendars/credentials.ts";
import type { CalendarFailure } from "../../src/calendars/failure.ts";
import { newId } from "../../src/db/id.ts";
import { makeWorld } from "../../src/world.ts";
import { composeRow } from "../support/compose.ts";
import { makeHost } from "../support/make.ts";
import { NOW } from "../support/world.ts";
import { type ByOAuth, connectBy, connectServer, rows, scene } from "./support/scene.ts";

const it = await scene();
/** Another process on the same database. */
const neighbour = makeWorld(it.world.config, { now: it.world.now });
afterAll(async () => {
  await neighbour.db.close();
  await it.stop();
});
beforeEach(() => {
  it.world.setNow(NOW.toString());
  for (const vendor of [it.google, it.microsoft]) vendor.faults = {};
});

const later = () => it.world.setNow(NOW.add({ hours: 2 }).toString());
const fresh = async (by: ByOAuth) => connectBy(it, by, await makeHost(it.world));

async function tokenOf(
  id: string,
  { by = it.world, rejected }: { by?: typeof neighbour; rejected?: string } = {},
) {
  const access = await accessOf(by, id);
  if (access.kind !== "token") throw new Error("It is no token");
  return access.token(rejected);
}
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => "nothing went wrong",
    (error: CalendarFailure) => error.kind ?? error,
  );
const row = async (id: string) =>
  (await rows(it, "select * from calendar_connections where id = $1", id))[0] as never as {
    version: number;
    status: string;
    renewingUntil: Temporal.Instant | null;
    credentials: string;
  };
const kept = async (id: string) => {
  const opened = openCredentials(it.world, id, (await row(id)).credentials);
  if (opened.kind !== "token") throw new Error("It is no token");
  return opened;
};
/** How often each refresh token was brought that was brought at all. */
const uses = (by: ByOAuth) => [...it[by].refreshTokens.values()].filter((times) => times > 0);

test("a token is used until shortly before it ends, and nobody is asked", async () => {
  const id = await fresh("google");
  const asked = it.google.asked.get("/token");
  const { accessToken } = await kept(id);
  expect(await tokenOf(id)).toBe(accessToken);
  it.world.setNow(NOW.add({ minutes: 57 }).toString());
  expect(await tokenOf(id)).toBe(accessToken);
  expect(it.google.asked.get("/token")).toBe(asked);
  it.world.setNow(NOW.add({ minutes: 59 }).toString());
  expect(await tokenOf(id)).not.toBe(accessToken);
});

test("Google's refresh token stays, Microsoft's is replaced with the access token", async () => {
  for (const by of ["google", "microsoft"] as const) {
    const id = await fresh(by);
    const before = await kept(id);
    later();
    const token = await tokenOf(id);
    const after = await kept(id);
    expect(after.accessToken).toBe(token);
    expect(token).not.toBe(before.accessToken);
    expect(after.refreshToken === before.refreshToken).toBe(by === "google");
    expect(after.expiresAt).toBe("2026-11-22T13:00:00Z");
    expect(await row(id)).toMatchObject({ version: 2, renewingUntil: null });
    it.world.setNow(NOW.toString());
  }
});

test("a token that the provider rejects is renewed though it seems good; one that was renewed meanwhile is used", async () => {
  const id = await fresh("microsoft");
  const rejected = await tokenOf(id);
  const next = await tokenOf(id, { rejected });
  expect(next).not.toBe(rejected);
  expect(await tokenOf(id, { by: neighbour, rejected })).toBe(next);
});

test("many who ask at once, in two processes, use each refresh token once and get the same", async () => {
  const id = await fresh("microsoft");
  later();
  for (const token of it.microsoft.refreshTokens.keys()) it.microsoft.refreshTokens.set(token, 0);
  const asking = Array.from({ length: 12 }, (_, i) =>
    tokenOf(id, { by: i % 2 ? it.world : neighbour }),
  );
  const tokens = new Set(await Promise.all(asking));
  expect(tokens.size).toBe(1);
  expect(uses("microsoft")).toEqual([1]);
});

test("who dies while he renews holds up the others for the time of the lease, and costs nothing", async () => {
  const id = await fresh("microsoft");
  later();
  const before = await kept(id);
  const until = it.world.now().add({ seconds: 30 });
  await rows(
    it,
    "update calendar_connections set renewing_until = $2 where id = $1",
    id,
    until.toString(),
  );
  const waiting = tokenOf(id);
  await Bun.sleep(250);
  expect((await kept(id)).accessToken).toBe(before.accessToken);
  it.world.setNow(until.toString());
  expect(await waiting).not.toBe(before.accessToken);
});

test("who was so slow that another one took over does not overwrite what that one keeps", async () => {
  const id = await fresh("microsoft");
  later();
  const release = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  it.microsoft.faults = {
    refresh: async () => {
      it.microsoft.faults = {};
      started.resolve();
      await release.promise;
      return Response.json({
        access_token: "of the slow one",
        refresh_token: "of the slow one, too",
        token_type: "Bearer",
        expires_in: 3600,
      });
    },
  };
  const slow = tokenOf(id, { by: neighbour });
  await started.promise;
  it.world.setNow(it.world.now().add({ seconds: 31 }).toString());
  const fast = await tokenOf(id);
  release.resolve();
  expect(await slow).toBe(fast);
  expect((await kept(id)).accessToken).toBe(fast);
});

describe("what is no word about the grant is only for now:", () => {
  const breakages: [string, () => Response][] = [
    ["500", () => new Response("oops", { status: 500 })],
    ["429", () => Response.json({ error: "temporarily_unavailable" }, { status: 429 })],
    ["no JSON", () => new Response("<html>invalid_grant</html>", { status: 200 })],
    ["400 without JSON", () => new Response("invalid_grant", { status: 400 })],
    ["no token", () => Response.json({ token_type: "Bearer" })],
    ["our secret is wrong", () => Response.json({ error: "invalid_client" }, { status: 401 })],
    [
      "a text that speaks of it",
      () =>
        Response.json(
          { error: "server_error", error_description: "AADSTS70008 invalid_grant" },
          { status: 400 },
        ),
    ],
  ];
  test.each(breakages)("%s", async (_name, refresh) => {
    const id = await fresh("google");
    later();
    it.google.faults = { refresh };
    expect(await kindOf(tokenOf(id))).toBe("temporary");
    expect(await row(id)).toMatchObject({ status: "ok", version: 1, renewingUntil: null });
    it.google.faults = {};
    expect(await tokenOf(id)).toBeString();
  });

  test("no answer at all", async () => {
    const id = await fresh("google");
    later();
    it.google.faults = { refresh: null };
    const access = await accessOf(it.world, id, makeProviders(it.world, 200));
    expect(await kindOf(access.kind === "token" ? access.token() : Promise.resolve())).toBe(
      "temporary",
    );
    expect(await row(id)).toMatchObject({ status: "ok", renewingUntil: null });
  });
});

describe("what ends the grant needs its owner:", () => {
  test.each([
    ["invalid_grant", { error: "invalid_grant" }],
    ["interaction_required", { error: "interaction_required" }],
    ["Microsoft's number for a second factor", { error: "odd", error_codes: [50_076] }],
    [
      "Microsoft's number for an app that is gone",
      { error: "unauthorized_client", error_codes: [700_016] },
    ],
  ])("%s", async (_name, answer) => {
    const id = await fresh("microsoft");
    later();
    it.microsoft.faults = { refresh: () => Response.json(answer, { status: 400 }) };
    expect(await kindOf(tokenOf(id))).toBe("needs_reauth");
    expect(await row(id)).toMatchObject({ status: "needs_reauth", renewingUntil: null });
  });
});

test("the owner is told once by mail, notification and webhook, promises stop, and connecting again mends it", async () => {
  const host = await makeHost(it.world);
  const hook = await it.api("POST", "/webhooks", {
    token: host.token,
    body: { url: "https://203.0.114.7/", events: ["calendar.needs_reauth"] },
  });
  expect(hook.status).toBe(201);
  const id = await connectBy(it, "google", host);
  later();
  it.google.faults = { refresh: () => Response.json({ error: "invalid_grant" }, { status: 400 }) };
  const asking = Array.from({ length: 6 }, (_, i) =>
    kindOf(tokenOf(id, { by: i % 2 ? it.world : neighbour })),
  );
  expect(new Set(await Promise.all(asking))).toEqual(new Set(["needs_reauth"]));
  const told = () =>
    rows(
      it,
      `select queue, kind, outcome from outbox where user_id = $1 and kind like 'CALENDAR%' or subject_id = $2
       or subject_id in (select id from calendars where connection_id = $2) order by queue, kind`,
      host.id,
      id,
    );
  const once = [
    { queue: "calendar-sync", kind: "calendar.sync", outcome: "superseded" },
    { queue: "emails", kind: "CALENDAR_NEEDS_REAUTH", outcome: null },
    { queue: "webhooks", kind: "calendar.needs_reauth", outcome: null },
  ];
  expect(await told()).toEqual(once as never);
  const notices = await it.api("GET", "/notifications", { token: host.token });
  expect(notices.body.data).toMatchObject([
    {
      type: "CALENDAR_NEEDS_REAUTH",
      metadata: { provider: "Google", account: "ada@gmail.example" },
    },
  ]);
  const [promise] = await rows(
    it,
    "select * from outbox where user_id = $1 and kind = 'CALENDAR_NEEDS_REAUTH'",
    host.id,
  );
  const mail = await composeRow(it.world, {
    ...promise,
    userId: host.id,
    createdAt: it.world.now(),
  } as never);
  expect(mail?.text).toContain("ada@gmail.example");
  // Nobody is asked any more, and nothing is promised.
  const asked = it.google.asked.get("/token");
  expect(await kindOf(accessOf(it.world, id))).toBe("needs_reauth");
  expect(it.google.asked.get("/token")).toBe(asked);
  const sync = await it.api("POST", `/calendar/integrations/${id}/sync`, { token: host.token });
  expect([sync.status, sync.body.code]).toEqual([409, "calendar_needs_reauth"]);
  expect(await told()).toEqual(once as never);
  it.google.faults = {};
  expect(await connectBy(it, "google", host)).toBe(id);
  expect(await tokenOf(id)).toBeString();
  expect((await told()).filter(({ outcome }) => outcome === null)).toHaveLength(3);
});

test("who finds out late ends nothing that was connected anew", async () => {
  const id = await connectServer(it, newId());
  const late = { id, version: 1 };
  await rows(it, "update calendar_connections set version = 2 where id = $1", id);
  expect(await tellNeedsReauth(it.world, late, "401")).toBe(false);
  expect(await row(id)).toMatchObject({ status: "ok" });
  expect(await tellNeedsReauth(it.world, { id, version: 2 }, "401")).toBe(true);
  expect(await tellNeedsReauth(it.world, { id, version: 2 }, "401")).toBe(false);
});

test("passwords and addresses are opened as they were given; a connection that is gone opens nothing", async () => {
  const id = await connectServer(it, "grace");
  expect(await accessOf(it.world, id)).toEqual({
    kind: "password",
    url: "https://dav.example.com/",
    username: "grace",
    password: "app password",
  });
  expect(await kindOf(accessOf(it.world, newId()))).toBe("needs_reauth");
  const { credentials } = await row(id);
  expect(await accessOf(it.world, { id, credentials })).toMatchObject({ username: "grace" });
});

test("credentials whose key is not there are for now: nobody is sent to connect again", async () => {
  const id = await connectServer(it, "keyless");
  const config = { ...it.world.config, ENCRYPTION_KEY: "another-key-that-has-sealed-nothing-yet" };
  const keyless = { ...it.world, config };
  expect(await kindOf(accessOf(keyless, id))).toBe("temporary");
  const { credentials } = await row(id);
  expect(await kindOf(accessOf(keyless, { id, credentials }))).toBe("temporary");
  expect(await row(id)).toMatchObject({ status: "ok" });
});

// A session goes on under new tokens, and a copy of an old one gives itself away.
import { beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { counting } from "../support/counting.ts";
import { listening } from "../support/http.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

const at = (seconds: number) => world.setNow(NOW.add({ seconds }).toString());
const login = async (host: Host, ask = api): Promise<string> =>
  (await ask("POST", "/auth/login", { body: { email: host.email, password: PASSWORD } })).body
    .token;
const refresh = (token: string, ask = api) => ask("POST", "/auth/refresh", { token });
const me = async (token: string) => (await api("GET", "/users/me", { token })).status;
const signedIn = async () => {
  at(0);
  const host = await makeHost(world);
  return { host, token: await login(host) };
};
const audit = async (host: Host) =>
  (
    await world.db.run("select action from audit_log where subject_id = $1 order by created_at", [
      host.id,
    ])
  ).map(({ action }) => action);

describe("refreshing", () => {
  test("gives a new token of the same session, and the old one works 60 seconds more", async () => {
    const { host, token } = await signedIn();
    at(10);
    const { status, body } = await refresh(token);
    expect([status, body.user.id]).toEqual([200, host.id]);
    expect(Object.keys(body).toSorted()).toEqual(["token", "user"]);
    const verified = await api("GET", "/auth/verify", { token: body.token });
    expect(verified.body.user).toEqual(body.user);
    at(69);
    expect([await me(token), await me(body.token)]).toEqual([200, 200]);
    at(70);
    expect([await me(token), await me(body.token)]).toEqual([401, 200]);
    const sessions = await api("GET", "/auth/sessions", { token: body.token });
    expect(
      sessions.body.data.filter((each: { isCurrent: boolean }) => each.isCurrent),
    ).toHaveLength(1);
  });

  test("by two tabs at once signs nobody out, nor does the slower tab's next one", async () => {
    const { host, token } = await signedIn();
    const tabs = await Promise.all(Array.from({ length: 8 }, () => refresh(token)));
    expect(tabs.map(({ status }) => status)).toEqual(Array(8).fill(200));
    at(120);
    for (const { body } of tabs) expect(await me(body.token)).toBe(200);
    const next = await refresh(tabs[0]?.body.token);
    expect((await refresh(tabs[1]?.body.token)).status).toBe(200);
    expect(await me(next.body.token)).toBe(200);
    expect(await audit(host)).toEqual([]);
  });

  test("by a token that was replaced a while ago ends the session for all, and is noted", async () => {
    const { host, token } = await signedIn();
    const kept = await login(host);
    const { world: loud, written } = listening(world);
    const ask = client(loud);
    const second = (await refresh(token, ask)).body.token;
    at(61);
    const replay = await refresh(token, ask);
    expect([replay.status, replay.body.code]).toEqual([401, "unauthorized"]);
    expect(await me(second)).toBe(401);
    expect((await refresh(second)).status).toBe(401);
    expect(await me(kept)).toBe(200);
    expect(await audit(host)).toEqual(["REFRESH_REUSED"]);
    expect(written()).toContain("A token that was replaced came back");
    expect(written()).not.toContain(token);
  });

  test("by a token two generations old ends the session at once", async () => {
    const { token } = await signedIn();
    const second = (await refresh(token)).body.token;
    const third = (await refresh(second)).body.token;
    expect(await me(token)).toBe(401);
    expect(await me(third)).toBe(200);
    expect((await refresh(token)).status).toBe(401);
    expect(await me(third)).toBe(401);
  });

  test("merely asking with a token that was replaced ends nothing", async () => {
    const { token } = await signedIn();
    const second = (await refresh(token)).body.token;
    at(120);
    expect(await me(token)).toBe(401);
    expect(await me(second)).toBe(200);
  });

  test("takes the role of now, and is refused to the suspended and the signed out", async () => {
    const { host, token } = await signedIn();
    await world.db.run("update users set role = 'admin' where id = $1", [host.id]);
    const second = (await refresh(token)).body;
    expect(second.user.role).toBe("admin");
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
    expect((await refresh(second.token)).status).toBe(401);
    await world.db.run("update users set status = 'ACTIVE' where id = $1", [host.id]);
    await api("POST", "/auth/logout", { token: second.token });
    expect((await refresh(second.token)).status).toBe(401);
  });

  test.each([undefined, "nonsense", "a.b.c"])(
    "is refused without a token of ours: %p",
    async (token) => {
      const { status, body } = await api("POST", "/auth/refresh", { token });
      expect([status, body.code]).toEqual([401, "unauthorized"]);
    },
  );
});

describe("a session that is refreshed", () => {
  const until = async (token: string) =>
    (await api("GET", "/auth/verify", { token })).body.expiresAt;
  const day = 86_400;

  test("ends JWT_EXPIRES_IN after the last time, at most SESSION_MAX_AGE after the first", async () => {
    let { token } = await signedIn();
    for (const days of [6, 12, 18, 24, 29]) {
      at(days * day);
      token = (await refresh(token)).body.token;
      expect(await until(token)).toBe(NOW.add({ hours: Math.min(days + 7, 30) * 24 }).toString());
    }
    at(30 * day - 1);
    expect((await refresh(token)).status).toBe(200);
    at(30 * day);
    expect([await me(token), (await refresh(token)).status]).toEqual([401, 401]);
  });

  test("ends when nobody refreshes it", async () => {
    const { token } = await signedIn();
    at(7 * day - 1);
    expect(await me(token)).toBe(200);
    at(7 * day);
    expect((await refresh(token)).status).toBe(401);
  });

  test("is opened for SESSION_MAX_AGE where that is the shorter one", async () => {
    const { host } = await signedIn();
    const own = await testWorld({ SESSION_MAX_AGE: "1h", DATABASE_URL: world.config.DATABASE_URL });
    const token = await login(host, client(own));
    expect(await until(token)).toBe(NOW.add({ hours: 1 }).toString());
  });
});

describe("what a request costs", () => {
  test("is one statement to know who asks, and the use of a session is written once a minute", async () => {
    const { token } = await signedIn();
    const counted = counting(world);
    const ask = client(counted.world);
    const lastUsed = async () =>
      (await api("GET", "/auth/sessions", { token })).body.data.find(
        (each: { isCurrent: boolean }) => each.isCurrent,
      ).lastUsedAt;
    for (const [seconds, noted] of [
      [0, 0],
      [59, 0],
      [60, 60],
      [119, 60],
      [150, 150],
    ] as const) {
      at(seconds);
      counted.statements.length = 0;
      expect((await ask("GET", "/auth/verify", { token })).status).toBe(200);
      expect(counted.statements).toHaveLength(1);
      expect(await lastUsed()).toBe(NOW.add({ seconds: noted }).toString());
    }
  });

  test("and no request waits for one that holds the session's row", async () => {
    const { host, token } = await signedIn();
    at(300);
    const holder = postgres(world.config.DATABASE_URL, { max: 1, onnotice: () => {} });
    await holder.begin(async (tx) => {
      await tx`select from sessions where user_id = ${host.id} for update`;
      expect(await me(token)).toBe(200);
    });
    await holder.end();
  });
});

// Sessions are seen and ended by their user, and end at once.
import { beforeAll, describe, expect, test } from "bun:test";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

const login = async (host: Host, userAgent = "a browser"): Promise<string> =>
  (
    await api("POST", "/auth/login", {
      body: { email: host.email, password: PASSWORD },
      headers: { "user-agent": userAgent },
    })
  ).body.token;
const me = async (token: string) => (await api("GET", "/users/me", { token })).status;
const list = async (token: string) => (await api("GET", "/auth/sessions", { token })).body;
const audited = async (host: Host) =>
  world.db.run("select action, actor_id, metadata from audit_log where subject_id = $1", [host.id]);

/** A host whose only sessions are those of the test. */
async function fresh(): Promise<Host> {
  const host = await makeHost(world);
  await world.db.run("delete from sessions where user_id = $1", [host.id]);
  return host;
}

describe("GET /auth/sessions", () => {
  test("lists what is open, newest first, with what the user knows it by and no address", async () => {
    const host = await fresh();
    const first = await login(host, "Firefox");
    world.setNow(NOW.add({ seconds: 1 }).toString());
    const second = await login(host, "x".repeat(2000));
    const { data, nextCursor } = await list(second);
    expect(nextCursor).toBeNull();
    expect(data).toEqual([
      {
        id: expect.any(String),
        userAgent: "x".repeat(300),
        isCurrent: true,
        createdAt: NOW.add({ seconds: 1 }).toString(),
        lastUsedAt: NOW.add({ seconds: 1 }).toString(),
        expiresAt: NOW.add({ hours: 7 * 24, seconds: 1 }).toString(),
      },
      {
        id: expect.any(String),
        userAgent: "Firefox",
        isCurrent: false,
        createdAt: NOW.toString(),
        lastUsedAt: NOW.toString(),
        expiresAt: NOW.add({ hours: 7 * 24 }).toString(),
      },
    ]);
    expect((await list(first)).data.map((each: { isCurrent: boolean }) => each.isCurrent)).toEqual([
      false,
      true,
    ]);
    world.setNow(NOW.toString());
  });

  test("leaves out what has ended, is over, or is another's", async () => {
    const [host, other] = [await fresh(), await fresh()];
    await login(other);
    const ended = await login(host);
    await api("POST", "/auth/logout", { token: ended });
    const over = await login(host);
    const [{ id }] = (await list(over)).data;
    await world.db.run("update sessions set expires_at = $2 where id = $1", [id, NOW as never]);
    const token = await login(host);
    expect((await list(token)).data).toHaveLength(1);
  });

  test("comes page by page", async () => {
    const host = await fresh();
    let token = "";
    for (let i = 0; i < 5; i += 1) token = await login(host, `browser ${i}`);
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await api("GET", `/auth/sessions?limit=2${cursor}`, { token });
      seen.push(...body.data.map((each: { userAgent: string }) => each.userAgent));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : "";
    } while (cursor !== "");
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4].map((i) => `browser ${i}`));
    expect((await api("GET", "/auth/sessions?cursor=x", { token })).status).toBe(422);
  });
});

describe("DELETE /auth/sessions/:id", () => {
  test("ends that one at once, and no other", async () => {
    const host = await fresh();
    const [lost, kept] = [await login(host, "lost"), await login(host, "kept")];
    const { data } = await list(kept);
    const { id } = data.find((each: { userAgent: string }) => each.userAgent === "lost");
    const end = () => api("DELETE", `/auth/sessions/${id}`, { token: kept });
    expect((await end()).status).toBe(200);
    expect([await me(lost), await me(kept)]).toEqual([401, 200]);
    expect((await end()).status).toBe(404);
    expect(await audited(host)).toEqual([
      { action: "SESSIONS_REVOKED", actorId: host.id, metadata: { sessionId: id } },
    ]);
  });
  test("knows nothing of another's", async () => {
    const [host, other] = [await fresh(), await fresh()];
    const [token, theirs] = [await login(host), await login(other)];
    const [{ id }] = (await list(theirs)).data;
    expect((await api("DELETE", `/auth/sessions/${id}`, { token })).status).toBe(404);
    expect(await me(theirs)).toBe(200);
  });
});

test("logout-all ends every session of mine at once, this one too, and nobody else's", async () => {
  const [host, other] = [await fresh(), await fresh()];
  const tokens = [await login(host), await login(host), await login(host)];
  const theirs = await login(other);
  expect((await api("POST", "/auth/logout-all", { token: tokens[0] })).status).toBe(200);
  for (const token of tokens) expect(await me(token)).toBe(401);
  expect(await me(theirs)).toBe(200);
  expect(await audited(host)).toMatchObject([
    { action: "SESSIONS_REVOKED", metadata: { sessions: 3 } },
  ]);
});

test("nothing in the database tells where somebody signed in", async () => {
  const host = await fresh();
  await login(host);
  const rows = await world.db.run(
    `select to_jsonb(s)::text as text from sessions s where user_id = $1
     union all select to_jsonb(o)::text from sign_in_origins o where user_id = $1`,
    [host.id],
  );
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toContain("192.0.2");
});

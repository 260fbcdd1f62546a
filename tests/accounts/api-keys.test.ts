// API keys: made, shown, used, ended.
import { beforeAll, describe, expect, test } from "bun:test";
import { makeKey, readKey } from "../../src/http/api-key.ts";
import { counting } from "../support/counting.ts";
import { eventually } from "../support/eventually.ts";
import { listening, sender } from "../support/http.ts";
import { type Host, makeHost } from "../support/make.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";
import { makeKeyOf } from "./support/keys.ts";

const PATH = "/users/me/api-keys";
let world: TestWorld;
let api: Api;
let host: Host;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
  host = await makeHost(world);
});

const statusOf = async (token: string) => (await api("GET", "/users/me", { token })).status;
const auditOf = (subjectId: string) =>
  world.db.run(
    "select action, actor_id, metadata from audit_log where subject_id = $1 order by created_at, action",
    [subjectId],
  );

describe("making a key", () => {
  test("shows it once, and where lists are only how it begins", async () => {
    const { status, body, headers } = await api("POST", PATH, {
      token: host.token,
      body: { name: " Website ", expiresAt: "2027-01-01T00:00:00Z" },
    });
    expect(status).toBe(201);
    expect(headers.get("cache-control")).toBe("no-store");
    const { key, ...shown } = body;
    expect(key).toMatch(/^kal_[\da-f]{12}_[\da-f]{48}$/);
    expect(shown).toEqual({
      id: expect.any(String),
      name: "Website",
      prefix: key.slice(0, 16),
      scope: "read",
      expiresAt: "2027-01-01T00:00:00Z",
      lastUsedAt: null,
      createdAt: NOW.toString(),
    });
    const one = await api("GET", `${PATH}/${body.id}`, { token: host.token });
    expect(one.body).toEqual(shown);
    const list = await api("GET", PATH, { token: host.token });
    expect(list.body.data).toContainEqual(shown);
    expect(list.text).not.toContain(key);
  });

  test("keeps nothing that the key could be made of again", async () => {
    const { id, key } = await makeKeyOf(api, host);
    const [row] = await world.db.run("select * from api_keys where id = $1", [id]);
    const secret = key.slice(17, 57);
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row?.["digest"]).toBe(readKey(key)?.digest);
  });

  test.each([
    [{}, "name"],
    [{ name: " " }, "name"],
    [{ name: "a\nb" }, "name"],
    [{ name: "x".repeat(101) }, "name"],
    [{ name: "a", scope: "root" }, "scope"],
    [{ name: "a", expiresAt: NOW.toString() }, "expiresAt"],
    [{ name: "a", expiresAt: "2026-12-01" }, "expiresAt"],
    [{ name: "a", userId: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e" }, "userId"],
  ])("is refused for %j", async (body, path) => {
    const refused = await api("POST", PATH, { token: host.token, body });
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, path]);
  });

  test("of the scope admin is for administrators", async () => {
    const body = { name: "Keeper", scope: "admin" };
    const refused = await api("POST", PATH, { token: host.token, body });
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    const admin = await makeHost(world, { role: "admin" });
    expect((await api("POST", PATH, { token: admin.token, body })).status).toBe(201);
  });

  test("goes to fifty and no further, also for twenty at once", async () => {
    const own = await makeHost(world);
    await world.db.run(
      `insert into api_keys (id, user_id, name, prefix, digest, scope)
       select gen_random_uuid(), $1, 'Old', substr(md5(random()::text), 1, 12), 'none', 'read' from generate_series(1, 47) n`,
      [own.id],
    );
    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        api("POST", PATH, { token: own.token, body: { name: "One more" } }),
      ),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(made.find(({ status }) => status !== 201)?.body).toMatchObject({
      status: 403,
      code: "plan_limit",
      detail: "There can be 50 API keys at most.",
    });
    const { body } = await api("GET", PATH, { token: own.token });
    await api("DELETE", `${PATH}/${body.data[0].id}`, { token: own.token });
    const again = await api("POST", PATH, { token: own.token, body: { name: "In its place" } });
    expect(again.status).toBe(201);
  });
});

describe("a key", () => {
  test("stands wherever the token of a session does", async () => {
    const { key } = await makeKeyOf(api, host);
    expect((await api("GET", "/users/me", { token: key })).body.id).toBe(host.id);
    const made = await api("POST", "/schedules", { token: key, body: { name: "By key" } });
    expect(made.status).toBe(201);
  });

  test("costs one query to recognise", async () => {
    const { id, key } = await makeKeyOf(api, host);
    await statusOf(key);
    // Its first use is noted after the answer.
    await eventually(async () => expect(await auditOf(id)).toHaveLength(2));
    const { world: counted, statements } = counting(world);
    await client(counted)("GET", "/notifications/count", { token: key });
    expect(statements.filter((text) => !text.includes("notifications"))).toEqual([
      expect.stringContaining("from api_keys"),
    ]);
  });

  test("is worth nothing when one digit is another, wherever, and nobody asks the database for nonsense", async () => {
    const { key } = await makeKeyOf(api, host);
    const { world: counted, statements } = counting(world);
    const ask = client(counted);
    const other = (at: number) => (key[at] === "0" ? "1" : "0");
    for (let at = 4; at < key.length; at += 1) {
      if (key[at] === "_") continue;
      const wrong = key.slice(0, at) + other(at) + key.slice(at + 1);
      expect((await ask("GET", "/users/me", { token: wrong })).status).toBe(401);
    }
    for (const nonsense of ["kal_", "kal__", `${key}_`, `${key}0`, key.toUpperCase(), `_${key}`])
      expect((await ask("GET", "/users/me", { token: nonsense })).status).toBe(401);
    expect(statements).toEqual([]);
  });

  test("of a right beginning and a made-up rest is refused like any wrong token", async () => {
    const { key } = await makeKeyOf(api, host);
    const invented = makeKey();
    const { digest } = readKey(invented.text)!;
    await world.db.run("update api_keys set prefix = $2 where prefix = $1", [
      key.slice(4, 16),
      invented.prefix,
    ]);
    expect(digest).toBe(invented.digest);
    const wrong = await api("GET", "/users/me", { token: invented.text });
    const nonsense = await api("GET", "/users/me", { token: "no.such.token" });
    const plain = ({ requestId: _, ...rest }: Record<string, unknown>) => rest;
    expect([wrong.status, plain(wrong.body)]).toEqual([401, plain(nonsense.body)]);
  });

  test("ends when it said, by the world's clock", async () => {
    const own = await testWorld({ DATABASE_URL: world.config.DATABASE_URL });
    const ask = client(own);
    const { key } = await makeKeyOf(ask, host, "read", { expiresAt: "2026-11-22T11:00:00Z" });
    own.setNow("2026-11-22T10:59:59Z");
    expect((await ask("GET", "/users/me", { token: key })).status).toBe(200);
    own.setNow("2026-11-22T11:00:00Z");
    expect((await ask("GET", "/users/me", { token: key })).status).toBe(401);
  });

  test("is dead at once when revoked, and gone from the list", async () => {
    const { id, key } = await makeKeyOf(api, host);
    expect(await statusOf(key)).toBe(200);
    expect((await api("DELETE", `${PATH}/${id}`, { token: host.token })).status).toBe(200);
    expect(await statusOf(key)).toBe(401);
    for (const method of ["GET", "DELETE"])
      expect((await api(method, `${PATH}/${id}`, { token: host.token })).status).toBe(404);
    const { text } = await api("GET", `${PATH}?limit=100`, { token: host.token });
    expect(text).not.toContain(id);
  });

  test("of somebody else is not to be found, and goes on", async () => {
    const { id, key } = await makeKeyOf(api, host);
    const other = await makeHost(world);
    for (const method of ["GET", "DELETE"])
      expect((await api(method, `${PATH}/${id}`, { token: other.token })).status).toBe(404);
    const { text } = await api("GET", PATH, { token: other.token });
    expect(text).not.toContain(id);
    expect(await statusOf(key)).toBe(200);
  });

  test("outlives the session that made it", async () => {
    const own = await makeHost(world);
    const { key } = await makeKeyOf(api, own);
    await api("POST", "/auth/logout", { token: own.token });
    expect([await statusOf(own.token), await statusOf(key)]).toEqual([401, 200]);
  });
});

describe("the last use of a key", () => {
  test("is noted once a minute, in the audit log when it is the first or the first in a day", async () => {
    const own = await testWorld({ DATABASE_URL: world.config.DATABASE_URL });
    const ask = client(own);
    const { id, key } = await makeKeyOf(ask, host);
    const use = async (at: string, seen: string) => {
      own.setNow(at);
      await ask("GET", "/users/me", { token: key });
      await eventually(async () => {
        const { body } = await ask("GET", `${PATH}/${id}`, { token: host.token });
        expect(body.lastUsedAt).toBe(seen);
      });
    };
    await use("2026-11-22T10:00:30Z", "2026-11-22T10:00:30Z");
    await use("2026-11-22T10:01:29Z", "2026-11-22T10:00:30Z");
    await use("2026-11-22T10:01:30Z", "2026-11-22T10:01:30Z");
    await use("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z");
    expect(await auditOf(id)).toEqual([
      { action: "API_KEY_CREATED", actorId: host.id, metadata: { scope: "write" } },
      { action: "API_KEY_USED", actorId: host.id, metadata: { isFirst: true } },
      { action: "API_KEY_USED", actorId: host.id, metadata: { isFirst: false } },
    ]);
  });

  test("is one note for many requests at once", async () => {
    const { id, key } = await makeKeyOf(api, host);
    await Promise.all(Array.from({ length: 20 }, () => statusOf(key)));
    const notes = async () => (await auditOf(id)).filter(({ action }) => action === "API_KEY_USED");
    await eventually(async () => expect(await notes()).toHaveLength(1));
    // Those that came second are waiting for the first one's lock, if they are still on their way.
    await world.db.run("select from api_keys where id = $1 for update", [id]);
    expect(await notes()).toHaveLength(1);
  });

  test("that cannot be noted keeps no request out", async () => {
    const { key } = await makeKeyOf(api, host);
    const { world: loud, written } = listening(world);
    const run: typeof world.db.run = (text, values) =>
      text.includes("audit_log")
        ? Promise.reject(new Error("disk full"))
        : world.db.run(text, values);
    const ask = client({ ...loud, db: { ...world.db, run } });
    expect((await ask("GET", "/users/me", { token: key })).status).toBe(200);
    await eventually(() => expect(written()).toContain("Could not note the use"));
  });
});

test("a revocation is in the audit log", async () => {
  const { id } = await makeKeyOf(api, host);
  await api("DELETE", `${PATH}/${id}`, { token: host.token });
  expect((await auditOf(id)).map(({ action, actorId }) => [action, actorId])).toEqual([
    ["API_KEY_CREATED", host.id],
    ["API_KEY_REVOKED", host.id],
  ]);
});

test("keys that were revoked a quarter ago are let go of when the next is made", async () => {
  const { id } = await makeKeyOf(api, host);
  await world.db.run("update api_keys set revoked_at = $2 where id = $1", [
    id,
    NOW.subtract({ hours: 24 * 91 }).toString(),
  ]);
  await makeKeyOf(api, host);
  expect(await world.db.run("select from api_keys where id = $1", [id])).toHaveLength(0);
});

test("the log never shows a key", async () => {
  const { world: loud, written } = listening(world);
  const send = sender(loud);
  const authorization = `Bearer ${host.token}`;
  const made = await send("/api/v1/users/me/api-keys", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ name: "Website" }),
  });
  const { key } = (await made.json()) as { key: string };
  await send("/api/v1/users/me", { headers: { authorization: `Bearer ${key}` } });
  await send("/api/v1/schedules", { method: "POST", headers: { authorization: `Bearer ${key}` } });
  await send(`/api/v1/bookings/${key}?token=${key}`, {
    headers: { authorization: `Bearer ${key}x` },
  });
  await send(`/${key}`);
  expect(written()).toContain('"status":201');
  expect(written()).not.toContain(key.slice(0, 20));
});

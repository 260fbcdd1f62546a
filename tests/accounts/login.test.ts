import { beforeAll, describe, expect, test } from "bun:test";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
let host: Host;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
  host = await makeHost(world);
});

const login = (email: string, password: string) =>
  api("POST", "/auth/login", { body: { email, password } });
const me = async (token: string) => (await api("GET", "/users/me", { token })).status;
const eventsOf = async (userId: string) =>
  (await world.db.run("select event_type from analytics_events where user_id = $1", [userId])).map(
    ({ eventType }) => eventType,
  );

describe("login", () => {
  test("gives a token and the user, for the address in any case", async () => {
    const { status, body } = await login(host.email.toUpperCase(), PASSWORD);
    expect(status).toBe(200);
    expect(body.user.id).toBe(host.id);
    expect(await me(body.token)).toBe(200);
  });

  test("says the same to a wrong password and to an unknown address", async () => {
    const [wrong, unknown] = [
      await login(host.email, "not the password"),
      await login("nobody@example.com", "not the password"),
    ];
    const plain = ({ requestId: _, ...rest }: Record<string, unknown>) => rest;
    expect(plain(wrong.body)).toEqual(plain(unknown.body));
    expect(wrong.body).toMatchObject({ status: 401, code: "invalid_credentials" });
  });

  test.each([
    "",
    " ",
    `${PASSWORD} `,
    PASSWORD.toUpperCase(),
    `${PASSWORD}\0`,
    "x".repeat(73),
    "💥".repeat(20),
  ])("takes no other password: %j", async (password) => {
    expect((await login(host.email, password)).status).toBe(401);
  });

  test("notes that it went well or failed", async () => {
    const own = await makeHost(world);
    await login(own.email, "wrong");
    await login(own.email, PASSWORD);
    expect(await eventsOf(own.id)).toEqual(["LOGIN_FAILED", "LOGIN"]);
  });

  test("of a suspended or inactive user fails by name, after the right password only", async () => {
    for (const status of ["SUSPENDED", "INACTIVE"]) {
      const own = await makeHost(world);
      await world.db.run("update users set status = $2 where id = $1", [own.id, status]);
      const right = await login(own.email, PASSWORD);
      expect([right.status, right.body.code]).toEqual([403, "account_inactive"]);
      expect((await login(own.email, "wrong")).body.code).toBe("invalid_credentials");
    }
  });

  test("of someone who has no password is like a wrong one", async () => {
    const own = await makeHost(world);
    await world.db.run("update users set password_hash = null where id = $1", [own.id]);
    expect((await login(own.email, PASSWORD)).body.code).toBe("invalid_credentials");
  });
});

describe("logout", () => {
  test("kills its token at once, and no other session", async () => {
    const [one, two] = [await login(host.email, PASSWORD), await login(host.email, PASSWORD)];
    const { status, body } = await api("POST", "/auth/logout", { token: one.body.token });
    expect([status, body]).toEqual([200, { message: expect.any(String) }]);
    expect(await me(one.body.token)).toBe(401);
    expect((await api("POST", "/auth/logout", { token: one.body.token })).status).toBe(401);
    expect(await me(two.body.token)).toBe(200);
  });
});

describe("a session", () => {
  test("ends the moment its user is suspended, and lives again when he is not", async () => {
    const own = await makeHost(world);
    expect(await me(own.token)).toBe(200);
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [own.id]);
    expect(await me(own.token)).toBe(401);
    await world.db.run("update users set status = 'ACTIVE' where id = $1", [own.id]);
    expect(await me(own.token)).toBe(200);
  });

  test("is verified with its user and its end", async () => {
    const { body } = await login(host.email, PASSWORD);
    const verified = await api("GET", "/auth/verify", { token: body.token });
    expect(verified.body).toEqual({
      valid: true,
      user: body.user,
      expiresAt: NOW.add({ hours: 7 * 24 }).toString(),
    });
  });

  test("ends after JWT_EXPIRES_IN, by the world's clock", async () => {
    const own = await testWorld({ JWT_EXPIRES_IN: "2h", DATABASE_URL: world.config.DATABASE_URL });
    const api = client(own);
    const { body } = await api("POST", "/auth/login", {
      body: { email: host.email, password: PASSWORD },
    });
    const ask = async () => (await api("GET", "/users/me", { token: body.token })).status;
    own.setNow(NOW.add({ minutes: 119 }).toString());
    expect(await ask()).toBe(200);
    own.setNow(NOW.add({ minutes: 121 }).toString());
    expect(await ask()).toBe(401);
  });

  test("shows the role and status of now, not of when it began", async () => {
    const own = await makeHost(world);
    await world.db.run("update users set role = 'admin', plan = 'PRO' where id = $1", [own.id]);
    const { body } = await api("GET", "/users/me", { token: own.token });
    expect([body.role, body.plan]).toEqual(["admin", "PRO"]);
  });
});

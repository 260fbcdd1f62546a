import { afterEach, beforeAll, describe, expect, mock, spyOn, test } from "bun:test";
import { hashPassword, isPassword } from "../../src/accounts/password.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});
afterEach(() => mock.restore());

describe("hashPassword()", () => {
  test("makes a bcrypt hash of cost 12, another each time", async () => {
    const [one, two] = await Promise.all([
      hashPassword(world, PASSWORD),
      hashPassword(world, PASSWORD),
    ]);
    expect(one).toMatch(/^\$2[aby]\$12\$/);
    expect(one).not.toBe(two);
    expect(await isPassword(PASSWORD, one)).toBe(true);
    expect(await isPassword(`${PASSWORD}.`, one)).toBe(false);
  });

  test("uses all of 72 bytes, and refuses the 73rd instead of dropping it", async () => {
    const longest = "x".repeat(71);
    const hash = await hashPassword(world, `${longest}a`);
    expect(await isPassword(`${longest}a`, hash)).toBe(true);
    expect(await isPassword(`${longest}b`, hash)).toBe(false);
    expect(hashPassword(world, "x".repeat(73))).rejects.toThrow("72 bytes");
    expect(hashPassword(world, "ü".repeat(37))).rejects.toThrow("72 bytes");
    expect(await isPassword(`${longest}ab`, hash)).toBe(false);
  });

  test("has the minimum that the configuration says", async () => {
    const strict = { ...world, config: { ...world.config, PASSWORD_MIN_LENGTH: 15 } };
    expect(hashPassword(strict, "fourteen chars")).rejects.toThrow("at least 15");
    expect(hashPassword(world, "1234567")).rejects.toThrow("at least 8");
    expect(hashPassword(world, "")).rejects.toThrow("at least 8");
  });

  test("lets two hash at once and no more, and goes on when one fails", async () => {
    let running = 0;
    let most = 0;
    const slow = async () => {
      running += 1;
      most = Math.max(most, running);
      await Bun.sleep(5);
      running -= 1;
      if (most > 1) throw new Error("broken");
      return "hash";
    };
    spyOn(Bun.password, "hash").mockImplementation(slow as typeof Bun.password.hash);
    const all = Array.from({ length: 10 }, () =>
      hashPassword(world, PASSWORD).catch(() => "failed"),
    );
    expect(await Promise.all(all)).toHaveLength(10);
    expect(most).toBe(2);
    expect(running).toBe(0);
  });
});

describe("isPassword()", () => {
  test("does the whole work of bcrypt where there is no hash", async () => {
    const verify = spyOn(Bun.password, "verify");
    expect(await isPassword("whatever it is", null)).toBe(false);
    expect(verify).toHaveBeenCalledTimes(1);
    const [password, hash] = verify.mock.calls[0] ?? [];
    expect(password).toBe("whatever it is");
    expect(hash).toMatch(/^\$2b\$12\$[./A-Za-z0-9]{53}$/);
  });
  test("is false, never an error, for what was no password", async () => {
    const hash = await Bun.password.hash(PASSWORD, { algorithm: "bcrypt", cost: 4 });
    for (const odd of ["", "\0", "\ud800", "x".repeat(1000)])
      expect(await isPassword(odd, hash)).toBe(false);
  });
});

describe("changing it", () => {
  const change = (host: Host, currentPassword: string, newPassword: string, token = host.token) =>
    api("PATCH", "/users/me/password", { token, body: { currentPassword, newPassword } });
  const login = (email: string, password: string) =>
    api("POST", "/auth/login", { body: { email, password } });
  const me = async (token: string) => (await api("GET", "/users/me", { token })).status;

  test("kills every other session and keeps this one", async () => {
    const host = await makeHost(world);
    const others = [await login(host.email, PASSWORD), await login(host.email, PASSWORD)];
    const { status } = await change(host, PASSWORD, "another good password");
    expect(status).toBe(200);
    expect(await me(host.token)).toBe(200);
    for (const { body } of others) expect(await me(body.token)).toBe(401);
    expect((await login(host.email, PASSWORD)).status).toBe(401);
    expect((await login(host.email, "another good password")).status).toBe(200);
  });

  test("needs the present one", async () => {
    const host = await makeHost(world);
    const { status, body } = await change(host, "a guess", "another good password");
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ path: "currentPassword", message: "is not your password" }]);
    expect(await me(host.token)).toBe(200);
  });

  test.each(["short", "x".repeat(73), ""])("refuses a new one that is no good: %j", async (bad) => {
    const host = await makeHost(world);
    const { status, body } = await change(host, PASSWORD, bad);
    expect([status, body.errors[0].path]).toEqual([422, "newPassword"]);
  });

  test("twice at once is won by one", async () => {
    const host = await makeHost(world);
    const both = await Promise.all([
      change(host, PASSWORD, "the first new one"),
      change(host, PASSWORD, "the second new one"),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const logins = [
      await login(host.email, "the first new one"),
      await login(host.email, "the second new one"),
    ];
    expect(logins.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  });

  test("raises the version that links to reset it hang on", async () => {
    const host = await makeHost(world);
    const version = async () =>
      (await world.db.run("select password_version as v from users where id = $1", [host.id]))[0]?.[
        "v"
      ];
    const before = await version();
    await change(host, PASSWORD, "another good password");
    expect(await version()).toBe(Number(before) + 1);
  });
});

// What a password may be, how many are checked at once, and setting one.
import { beforeAll, describe, expect, type Mock, spyOn, test } from "bun:test";
import { hashPassword, isPassword } from "../../src/accounts/password.ts";
import { eventually } from "../support/eventually.ts";
import { sendMails } from "../support/mails.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { type Answer, type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

hashCheaply();

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

const login = (email: string, password: string) =>
  api("POST", "/auth/login", { body: { email, password } });

describe("a password", () => {
  test("takes one spelling for what looks the same, and counts characters as people do", async () => {
    const hash = await hashPassword(world, "cafe\u0301 au lait");
    expect(await isPassword("caf\u00e9 au lait", hash)).toBe(true);
    expect(await isPassword("cafe au lait", hash)).toBe(false);
    expect(hashPassword(world, "💥".repeat(4))).rejects.toThrow("at least 8");
    expect(await isPassword("💥".repeat(18), await hashPassword(world, "💥".repeat(18)))).toBe(
      true,
    );
    expect(hashPassword(world, "💥".repeat(19))).rejects.toThrow("72 bytes");
  });

  test("keeps spaces as they are, and refuses a NUL, where others would end the password", async () => {
    const hash = await hashPassword(world, "  eight  ");
    expect(await isPassword("  eight  ", hash)).toBe(true);
    for (const other of ["eight", "  eight", "  eight \u00a0"])
      expect(await isPassword(other, hash)).toBe(false);
    expect(hashPassword(world, "12345678\0and more")).rejects.toThrow("NUL");
  });

  test("of 64 characters is taken", async () => {
    expect(await hashPassword(world, "x".repeat(64))).toMatch(/^\$2/);
  });
});

describe("a flood of sign-ins", () => {
  test("waits in a line that ends, and nobody else waits with it", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const verify = spyOn(Bun.password, "verify").mockImplementation((async () => {
      await gate;
      return false;
    }) as typeof Bun.password.verify);
    const logins = Array.from({ length: 100 }, (_, i) =>
      api("POST", "/auth/login", { body: { email: `flood.${i}@example.com`, password: "x" } }),
    );
    const answered: Answer[] = [];
    for (const login of logins) login.then((answer) => answered.push(answer));
    await eventually(() => expect(answered).toHaveLength(58));
    for (const { status, body, headers } of answered) {
      expect([status, body.code]).toEqual([503, "unavailable"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await api("GET", "/health")).status).toBe(200);
    expect(verify).toHaveBeenCalledTimes(2);
    release();
    const statuses = (await Promise.all(logins)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(42);
    verify.mockRestore();
  });

  test("that is refused counts as no guess", async () => {
    const host = await makeHost(world);
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const verify = spyOn(Bun.password, "verify").mockImplementation((async () => {
      await gate;
      return false;
    }) as typeof Bun.password.verify);
    const line = Array.from({ length: 42 }, () => isPassword("x", null));
    const login = () =>
      api("POST", "/auth/login", { body: { email: host.email, password: PASSWORD } });
    for (let i = 0; i < 12; i += 1) expect((await login()).status).toBe(503);
    release();
    await Promise.all(line);
    verify.mockRestore();
    expect((await login()).status).toBe(200);
  });

  test("with passwords of a megabyte costs no hash", async () => {
    const { hash } = Bun.password as unknown as { hash: Mock<() => void> };
    const before = hash.mock.calls.length;
    const verify = spyOn(Bun.password, "verify");
    const huge = "x".repeat(1_000_000);
    const long = "x".repeat(90_000);
    const register = (password: string) =>
      api("POST", "/auth/register", { body: { name: "A", email: "big@example.com", password } });
    const login = (password: string) =>
      api("POST", "/auth/login", { body: { email: "big@example.com", password } });
    expect([(await register(huge)).status, (await login(huge)).status]).toEqual([413, 413]);
    expect([(await register(long)).status, (await login(long)).status]).toEqual([422, 422]);
    expect((await register("x".repeat(1000))).status).toBe(422);
    expect((await login("x".repeat(1000))).status).toBe(401);
    expect(hash.mock.calls.length + verify.mock.calls.length).toBe(before);
    verify.mockRestore();
  });
});

describe("changing it", () => {
  const change = (host: Host, currentPassword: string, newPassword: string) =>
    api("PATCH", "/users/me/password", {
      token: host.token,
      body: { currentPassword, newPassword },
    });

  test("is told by mail and noted", async () => {
    const host = await makeHost(world);
    await change(host, PASSWORD, "another good password");
    const mails = await sendMails(world, host.email);
    expect(mails.map(({ subject }) => subject)).toEqual(["Your password was changed"]);
    expect(mails[0]?.text).toContain("http://kalends.test/reset");
    expect(mails[0]?.text).not.toContain("another good password");
    const rows = await world.db.run("select action from audit_log where subject_id = $1", [
      host.id,
    ]);
    expect(rows).toEqual([{ action: "PASSWORD_CHANGED" }]);
  });

  describe("without having one", () => {
    const first = async () => {
      const host = await makeHost(world);
      await world.db.run("update users set password_hash = null where id = $1", [host.id]);
      return host;
    };
    const signedIn = (host: Host, minutesAgo: number) =>
      world.db.run("update sessions set created_at = $2 where id = $1", [
        host.sessionId,
        NOW.subtract({ minutes: minutesAgo }) as never,
      ]);
    const set = (host: Host, body: Record<string, unknown>) =>
      api("PATCH", "/users/me/password", { token: host.token, body });

    test("takes a sign-in of the last ten minutes instead", async () => {
      const host = await first();
      await signedIn(host, 11);
      const late = await set(host, { newPassword: "a first password" });
      expect([late.status, late.body.code]).toEqual([403, "sign_in_again"]);
      await signedIn(host, 9);
      expect((await set(host, { newPassword: "a first password" })).status).toBe(200);
      expect((await login(host.email, "a first password")).status).toBe(200);
    });

    test("refuses a present one, and by two at once sets one", async () => {
      const host = await first();
      await signedIn(host, 1);
      const guess = await set(host, { currentPassword: "", newPassword: "a first password" });
      expect(guess.body.errors[0].path).toBe("currentPassword");
      const both = await Promise.all([
        set(host, { newPassword: "a first password" }),
        set(host, { newPassword: "another first one" }),
      ]);
      expect(both.map(({ status }) => status).toSorted()[0]).toBe(200);
      expect(both.map(({ status }) => status).toSorted()[1]).toBeGreaterThan(400);
    });

    test("who has one must tell it, however fresh the sign-in", async () => {
      const host = await makeHost(world);
      const { status, body } = await set(host, { newPassword: "another good password" });
      expect([status, body.errors[0].path]).toEqual([422, "currentPassword"]);
    });
  });
});

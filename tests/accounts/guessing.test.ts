// Guessing at one account's password gets nobody in, and keeps nobody out for good.
import { beforeAll, describe, expect, spyOn, test } from "bun:test";
import { resetUrl } from "../../src/accounts/sign-in/reset-password.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { type Api, client, NOW, testWorld } from "../support/world.ts";

hashCheaply();

const HOME = "203.0.113.7";
const OFFICE = "203.0.113.8";
const ELSEWHERE = "203.0.113.200";

/** A world behind a proxy that says where each request comes from. */
async function proxied(env: Record<string, string> = {}) {
  const world = await testWorld({ TRUSTED_PROXIES: "10.0.0.1", ...env });
  const ask = client(world, "10.0.0.1");
  const from =
    (address: string): Api =>
    (method, path, asked = {}) =>
      ask(method, path, { ...asked, headers: { "x-forwarded-for": address } });
  const login = (host: Host, password: string, address: string) =>
    from(address)("POST", "/auth/login", { body: { email: host.email, password } });
  return { world, from, login };
}
type Proxied = Awaited<ReturnType<typeof proxied>>;

/** A thousand wrong passwords from as many addresses; how many were looked at. */
async function attack({ login }: Proxied, host: Host) {
  const verify = spyOn(Bun.password, "verify");
  const statuses: number[] = [];
  for (let i = 0; i < 1000; i += 1)
    statuses.push((await login(host, `guess ${i}`, `198.18.${i >> 8}.${i & 255}`)).status);
  const checked = verify.mock.calls.length;
  verify.mockRestore();
  return { checked, refused: statuses.filter((status) => status === 429).length };
}

describe("a thousand wrong passwords from a thousand addresses", () => {
  let place: Proxied;
  let host: Host;
  const login: Proxied["login"] = (...asked) => place.login(...asked);
  beforeAll(async () => {
    place = await proxied();
    host = await makeHost(place.world);
    for (const address of [HOME, OFFICE])
      expect((await login(host, PASSWORD, address)).status).toBe(200);
    expect(await attack(place, host)).toEqual({ checked: 10, refused: 990 });
  });

  test("say when to come back, whatever the password", async () => {
    const { status, body, headers } = await login(host, PASSWORD, ELSEWHERE);
    expect([status, body.code]).toEqual([429, "rate_limited"]);
    expect(Number(headers.get("retry-after"))).toBeWithin(1, 901);
  });

  test("do not keep out whoever signed in from where he is before", async () => {
    expect((await login(host, PASSWORD, HOME)).status).toBe(200);
  });

  test("but there, too, only ten are looked at", async () => {
    for (let i = 0; i < 10; i += 1) expect((await login(host, "wrong", OFFICE)).status).toBe(401);
    expect((await login(host, PASSWORD, OFFICE)).status).toBe(429);
  });

  test("nor whoever is signed in", async () => {
    const { status } = await place.from(ELSEWHERE)("GET", "/users/me", { token: host.token });
    expect(status).toBe(200);
  });

  test("nor whoever resets his password: where he did he may sign in", async () => {
    const own = await makeHost(place.world);
    for (let i = 0; i < 10; i += 1) await login(own, "wrong", `198.19.0.${i}`);
    expect((await login(own, PASSWORD, ELSEWHERE)).status).toBe(429);
    const url = resetUrl(place.world, { ...own, passwordVersion: 1 });
    const token = new URL(url).searchParams.get("token");
    const password = "an entirely new password";
    const ask = place.from(ELSEWHERE);
    expect((await ask("POST", "/auth/password/reset", { body: { token, password } })).status).toBe(
      200,
    );
    expect((await login(own, password, ELSEWHERE)).status).toBe(200);
  });

  test("and other accounts notice nothing", async () => {
    const other = await makeHost(place.world);
    expect((await login(other, PASSWORD, "198.18.0.1")).status).toBe(200);
  });
});

test("right passwords are not counted, however many", async () => {
  const { world, login } = await proxied();
  const host = await makeHost(world);
  for (let i = 0; i < 15; i += 1)
    expect((await login(host, PASSWORD, `198.18.0.${i}`)).status).toBe(200);
});

test("a hundred at once are not checked before they are counted", async () => {
  const { world, login } = await proxied();
  const host = await makeHost(world);
  const verify = spyOn(Bun.password, "verify");
  await Promise.all(Array.from({ length: 100 }, (_, i) => login(host, "wrong", `198.18.1.${i}`)));
  expect(verify).toHaveBeenCalledTimes(10);
  verify.mockRestore();
});

test("two processes count together, and it is over when the time is", async () => {
  const production = {
    NODE_ENV: "production",
    JWT_SECRET: "0123456789abcdefghijklmnopqrstuvwxyz",
  };
  const one = await proxied(production);
  const two = await proxied({ ...production, DATABASE_URL: one.world.config.DATABASE_URL });
  const host = await makeHost(one.world);
  for (const { login } of [one, two])
    for (let i = 0; i < 5; i += 1)
      expect((await login(host, "wrong", `198.18.0.${i}`)).status).toBe(401);
  for (const { login } of [one, two])
    expect((await login(host, PASSWORD, ELSEWHERE)).status).toBe(429);
  await one.world.db.run("update rate_limits set expire = 0", []);
  expect((await two.login(host, PASSWORD, ELSEWHERE)).status).toBe(200);
});

test("a stolen session cannot guess at the password either", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  const api = client(world);
  const change = (currentPassword: string) =>
    api("PATCH", "/users/me/password", {
      token: host.token,
      body: { currentPassword, newPassword: "another good password" },
    });
  for (let i = 0; i < 10; i += 1) expect((await change(`guess ${i}`)).status).toBe(422);
  expect((await change(PASSWORD)).status).toBe(429);
});

test("a place is forgotten after 90 days", async () => {
  const { world, login } = await proxied();
  const host = await makeHost(world);
  const places = async () =>
    (await world.db.run("select seen_at from sign_in_origins where user_id = $1", [host.id]))
      .length;
  await login(host, PASSWORD, HOME);
  await login(host, PASSWORD, ELSEWHERE);
  await login(host, PASSWORD, HOME);
  expect(await places()).toBe(2);
  world.setNow(NOW.add({ hours: 24 * 91 }).toString());
  await login(host, PASSWORD, HOME);
  expect(await places()).toBe(1);
});

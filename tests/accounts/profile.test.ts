import { beforeAll, describe, expect, test } from "bun:test";
import { verificationUrl } from "../../src/accounts/verify-email.ts";
import { makeToken } from "../../src/token.ts";
import { type Host, makeHost } from "../support/make.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

const patch = (host: Host, body: Record<string, unknown>) =>
  api("PATCH", "/users/me", { token: host.token, body });

describe("PATCH /users/me", () => {
  test("changes what is given and nothing else", async () => {
    const host = await makeHost(world);
    const before = (await api("GET", "/users/me", { token: host.token })).body;
    const { status, body } = await patch(host, {
      timeZone: "america/new_york",
      phone: "+4915112345678",
      locale: "de",
      notificationPreferences: { BOOKING_CREATED: false },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      timeZone: "America/New_York",
      phone: "+4915112345678",
      locale: "de",
      notificationPreferences: { BOOKING_CONFIRMED: { email: false } },
      updatedAt: expect.any(String),
    });
    expect((await api("GET", "/users/profile", { token: host.token })).body).toEqual(body);
  });
  test("changes nothing for an empty body", async () => {
    const host = await makeHost(world);
    const { status, body } = await patch(host, {});
    expect([status, body.email]).toEqual([200, host.email]);
  });
  test("empties what may be empty by null", async () => {
    const host = await makeHost(world);
    await patch(host, { phone: "+4915112345678" });
    const { body } = await patch(host, { phone: null, lastName: null });
    expect([body.phone, body.lastName, body.name]).toEqual([null, null, "Ada"]);
  });
  test("splits a single name as registering does", async () => {
    const host = await makeHost(world);
    const { body } = await patch(host, { name: " Grace  Brewster Hopper " });
    expect([body.firstName, body.lastName]).toEqual(["Grace", "Brewster Hopper"]);
    expect((await patch(host, { firstName: " Grace " })).body.name).toBe("Grace Brewster Hopper");
  });
  test.each([
    [{ name: "A", firstName: "A" }, "name"],
    [{ email: null }, "email"],
    [{ email: "nonsense" }, "email"],
    [{ timeZone: "Nowhere/City" }, "timeZone"],
    [{ locale: "xx" }, "locale"],
    [{ phone: "12345" }, "phone"],
    [{ role: "admin" }, "role"],
    [{ plan: "PRO" }, "plan"],
    [{ status: "ACTIVE" }, "status"],
    [{ emailVerified: true }, "emailVerified"],
    [{ password: "another password" }, "password"],
    [
      { notificationPreferences: { BOOKING_CREATED: "yes" } },
      "notificationPreferences.BOOKING_CREATED",
    ],
    [{ notificationPreferences: { "not a name": true } }, "notificationPreferences.not a name"],
  ])("refuses %j by field", async (body, path) => {
    const answer = await patch(await makeHost(world), body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((each: { path: string }) => each.path)).toContain(path);
  });
  test("refuses an address that is another's", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const { status, body } = await patch(host, { email: other.email.toUpperCase() });
    expect([status, body.code]).toEqual([409, "email_taken"]);
  });
});

describe("confirming an address", () => {
  const tokenOf = (host: Host) =>
    new URL(verificationUrl(world, host)).searchParams.get("token") ?? "";
  const confirm = (token: string) => api("POST", "/auth/email/verify", { body: { token } });
  const isVerified = async (host: Host) =>
    (await api("GET", "/users/me", { token: host.token })).body.emailVerified;

  test("works by the mailed link, once and again", async () => {
    const host = await makeHost(world);
    expect(await isVerified(host)).toBe(false);
    expect((await confirm(tokenOf(host))).status).toBe(200);
    expect(await isVerified(host)).toBe(true);
    expect((await confirm(tokenOf(host))).status).toBe(200);
  });

  test("of an address that has changed since does not work, nor is the new one confirmed", async () => {
    const host = await makeHost(world);
    const old = tokenOf(host);
    await confirm(old);
    const { body } = await patch(host, { email: `new.${host.email}` });
    expect(body.emailVerified).toBe(false);
    expect((await confirm(old)).status).toBe(404);
    expect(await isVerified(host)).toBe(false);
    const promised = await world.db.run(
      "select kind from outbox where user_id = $1 order by kind desc",
      [host.id],
    );
    expect(promised).toEqual([{ kind: "EMAIL_VERIFICATION" }, { kind: "EMAIL_CHANGED" }]);
    expect((await confirm(tokenOf({ ...host, email: `new.${host.email}` }))).status).toBe(200);
    expect(await isVerified(host)).toBe(true);
  });

  test("is not lost when only the case of the address changes", async () => {
    const host = await makeHost(world);
    await confirm(tokenOf(host));
    expect((await patch(host, { email: host.email.toUpperCase() })).body.emailVerified).toBe(true);
  });

  test("ends after 48 hours", async () => {
    const host = await makeHost(world);
    const token = tokenOf(host);
    const late = { ...world, now: () => NOW.add({ hours: 48 }) };
    const { status } = await client(late)("POST", "/auth/email/verify", { body: { token } });
    expect(status).toBe(404);
  });

  test("takes no token but its own", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const [subject, , mac] = tokenOf(host).split(".");
    const [othersSubject, othersEnd, othersMac] = tokenOf(other).split(".");
    const end = NOW.add({ hours: 24 });
    for (const token of [
      makeToken(world, "manage", host.id, host.email, end),
      `${othersSubject}.${othersEnd}.${mac}`,
      `${subject}.${(9_999_999_999).toString(36)}.${mac}`,
      `${subject}..${mac}`,
      `${subject}.${othersEnd}.${othersMac?.slice(0, -1)}A`,
      "nonsense",
      ".",
      "..",
      "A".repeat(22),
    ])
      expect((await confirm(token)).status).toBe(404);
    expect(await isVerified(host)).toBe(false);
  });
});

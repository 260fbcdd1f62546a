import { beforeAll, describe, expect, test } from "bun:test";
import { hashCheaply } from "../support/passwords.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

hashCheaply();

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

let people = 0;
const person = (given: Record<string, unknown> = {}) => {
  people += 1;
  return {
    name: "Ada Lovelace",
    email: `ada.${people}@example.com`,
    password: "correct horse battery",
    ...given,
  };
};
const register = (given: Record<string, unknown> = {}) =>
  api("POST", "/auth/register", { body: person(given) });

describe("register", () => {
  test("gives a token that works and the user as it is", async () => {
    const { status, body } = await register({ timeZone: "Europe/Berlin", username: "ada-1" });
    expect(status).toBe(201);
    expect(body.user).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      email: expect.stringMatching(/@example\.com$/),
      emailVerified: false,
      username: "ada-1",
      name: "Ada Lovelace",
      firstName: "Ada",
      lastName: "Lovelace",
      role: "member",
      plan: "FREE",
      status: "ACTIVE",
      timeZone: "Europe/Berlin",
      locale: "en",
      phone: null,
      notificationPreferences: {},
      createdAt: NOW.toString(),
      updatedAt: NOW.toString(),
    });
    const { body: own } = await api("GET", "/users/me", { token: body.token });
    const { limits: _, allowedOrigins: _origins, ...me } = own;
    expect(me).toEqual(body.user);
  });

  test("never shows a hash of the password, nor stores the password", async () => {
    const { text, body } = await register();
    expect(text).not.toMatch(/password|\$2b\$/);
    const [row] = await world.db.run("select password_hash from users where id = $1", [
      body.user.id,
    ]);
    expect(row?.["passwordHash"]).toStartWith("$2b$");
  });

  test("makes the default schedule, the welcome and the notification at once", async () => {
    const { body } = await register({ timeZone: "Europe/Berlin" });
    const schedules = await api("GET", "/schedules", { token: body.token });
    expect(schedules.body.data).toMatchObject([{ isDefault: true, timeZone: "Europe/Berlin" }]);
    expect(schedules.body.data[0].hours).toEqual(
      ["monday", "tuesday", "wednesday", "thursday", "friday"].map((weekday) => ({
        weekday,
        from: "09:00",
        until: "17:00",
      })),
    );
    const promises = await world.db.run("select queue, kind from outbox where user_id = $1", [
      body.user.id,
    ]);
    expect(promises).toEqual([{ queue: "emails", kind: "WELCOME" }]);
    const unread = await api("GET", "/notifications/unread", { token: body.token });
    expect(unread.body.data).toMatchObject([{ type: "WELCOME", isRead: false }]);
    const events = await world.db.run(
      "select event_type from analytics_events where user_id = $1",
      [body.user.id],
    );
    expect(events).toEqual([{ eventType: "USER_REGISTERED" }]);
  });

  test("lives in UTC when no zone is given, and writes a zone as it is written", async () => {
    expect((await register()).body.user.timeZone).toBe("UTC");
    expect((await register({ timeZone: "europe/berlin" })).body.user.timeZone).toBe(
      "Europe/Berlin",
    );
  });
});

describe("names", () => {
  const named = async (given: Record<string, unknown>) => {
    const { body } = await register({ name: undefined, ...given });
    return [body.user?.firstName, body.user?.lastName, body.user?.name];
  };
  test("are split at the first space of a single one", async () => {
    expect(await named({ name: "Ada King Lovelace" })).toEqual([
      "Ada",
      "King Lovelace",
      "Ada King Lovelace",
    ]);
    expect(await named({ name: "  Plato  " })).toEqual(["Plato", null, "Plato"]);
  });
  test("may come in two", async () => {
    expect(await named({ firstName: "Ada", lastName: "Lovelace" })).toEqual([
      "Ada",
      "Lovelace",
      "Ada Lovelace",
    ]);
    expect(await named({ firstName: "Ada" })).toEqual(["Ada", null, "Ada"]);
  });
  test.each([
    [{ name: undefined }, "name"],
    [{ name: "Ada", firstName: "Ada" }, "name"],
    [{ name: "   " }, "name"],
    [{ name: "Ada\nBcc: x" }, "name"],
    [{ name: "x".repeat(201) }, "name"],
    [{ name: undefined, firstName: "" }, "firstName"],
    [{ email: "no address" }, "email"],
    [{ email: "a@b" }, "email"],
    [{ email: `${"x".repeat(250)}@example.com` }, "email"],
    [{ email: "a@example.com\r\nBcc: b@example.com" }, "email"],
    [{ timeZone: "Mars/Olympus" }, "timeZone"],
    [{ timeZone: "+05:30" }, "timeZone"],
    [{ username: "Ada" }, "username"],
    [{ username: "ab" }, "username"],
    [{ username: "a".repeat(33) }, "username"],
    [{ password: "short" }, "password"],
    [{ password: "" }, "password"],
    [{ password: "x".repeat(73) }, "password"],
    [{ password: "💥".repeat(19) }, "password"],
    [{ password: "x".repeat(5000) }, "password"],
    [{ role: "admin" }, "role"],
    [{ plan: "ENTERPRISE" }, "plan"],
    [{ id: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e" }, "id"],
  ])("and the rest are refused by field: %j", async (given, path) => {
    const { status, body } = await register(given);
    expect(status).toBe(422);
    expect(body.errors.map((each: { path: string }) => each.path)).toContain(path);
  });
});

describe("an address", () => {
  test("is registered once, however it is written", async () => {
    const { body } = await register({ email: "Grace.Hopper@Example.com" });
    expect(body.user.email).toBe("Grace.Hopper@Example.com");
    const again = await register({ email: "grace.hopper@example.COM", name: "Somebody Else" });
    expect([again.status, again.body.code]).toEqual([409, "email_taken"]);
  });

  test("registered by six at once is taken by one; the rest are told so", async () => {
    const body = person({ email: "race@example.com" });
    const all = await Promise.all(
      Array.from({ length: 6 }, () => api("POST", "/auth/register", { body })),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409]);
    const codes = all.filter(({ status }) => status === 409).map((each) => each.body.code);
    expect(new Set(codes)).toEqual(new Set(["email_taken"]));
  });
});

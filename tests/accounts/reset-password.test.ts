// Who forgot a password gets back in by a mailed link, and nobody else does.
import { beforeAll, describe, expect, test } from "bun:test";
import { resetUrl } from "../../src/accounts/sign-in/reset-password.ts";
import { makeToken } from "../../src/token.ts";
import { listening } from "../support/http.ts";
import { sendMails, tokenIn } from "../support/mails.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

hashCheaply();

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

const NEW = "an entirely new password";
const forgot = (email: string) => api("POST", "/auth/password/forgot", { body: { email } });
const reset = (token: string, password = NEW) =>
  api("POST", "/auth/password/reset", { body: { token, password } });
const login = (email: string, password: string) =>
  api("POST", "/auth/login", { body: { email, password } });
const tokenOf = (host: Host, passwordVersion = 1) =>
  new URL(resetUrl(world, { ...host, passwordVersion })).searchParams.get("token") ?? "";
const me = async (host: Host) => (await api("GET", "/users/me", { token: host.token })).status;

test("forgot, mail, link, new password: and the old one and every session are gone", async () => {
  const host = await makeHost(world);
  expect((await forgot(host.email.toUpperCase())).status).toBe(202);
  const [mail] = await sendMails(world, host.email);
  expect(mail?.to.email).toBe(host.email);
  expect(mail?.text).toContain("30 minutes");
  const token = tokenIn(mail, "http://kalends.test/reset");
  expect((await reset(token)).status).toBe(200);
  expect(await me(host)).toBe(401);
  expect((await login(host.email, PASSWORD)).status).toBe(401);
  const again = await login(host.email, NEW);
  expect([again.status, again.body.user.emailVerified]).toEqual([200, true]);
  const [notice, ...more] = await sendMails(world, host.email);
  expect([notice?.to.email, notice?.subject, more]).toEqual([
    host.email,
    "Your password was changed",
    [],
  ]);
  const rows = await world.db.run("select action, actor_id from audit_log where subject_id = $1", [
    host.id,
  ]);
  expect(rows).toEqual([{ action: "PASSWORD_RESET", actorId: null }]);
});

describe("a link", () => {
  test("works once", async () => {
    const token = tokenOf(await makeHost(world));
    expect((await reset(token)).status).toBe(200);
    const { status, body } = await reset(token, "yet another password");
    expect([status, body.code]).toEqual([404, "not_found"]);
  });

  test("used by two at once works for one", async () => {
    const token = tokenOf(await makeHost(world));
    const both = await Promise.all([reset(token), reset(token, "another good one")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });

  test("is not used up by a password that is no good", async () => {
    const token = tokenOf(await makeHost(world));
    const { status, body } = await reset(token, "short");
    expect([status, body.errors[0].path]).toEqual([422, "password"]);
    expect((await reset(token)).status).toBe(200);
  });

  test("ends after 30 minutes", async () => {
    const host = await makeHost(world);
    const token = tokenOf(host);
    let minutes = 30;
    const later = client({ ...world, now: () => NOW.add({ minutes }) });
    const asked = () => later("POST", "/auth/password/reset", { body: { token, password: NEW } });
    expect((await asked()).status).toBe(404);
    minutes = 29;
    expect((await asked()).status).toBe(200);
  });

  test("dies with a password that was changed otherwise, and with the address it went to", async () => {
    const [one, two] = [await makeHost(world), await makeHost(world)];
    const [first, second] = [tokenOf(one), tokenOf(two)];
    await api("PATCH", "/users/me/password", {
      token: one.token,
      body: { currentPassword: PASSWORD, newPassword: "changed by hand" },
    });
    await api("PATCH", "/users/me", { token: two.token, body: { email: `x.${two.email}` } });
    for (const token of [first, second]) expect((await reset(token)).status).toBe(404);
  });

  test("opens nothing for who is suspended", async () => {
    const host = await makeHost(world);
    await forgot(host.email);
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
    expect((await reset(tokenOf(host))).status).toBe(404);
    expect(await sendMails(world, host.email)).toEqual([]);
  });

  test("cannot be made of another's, of another purpose, or guessed", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const [subject, end, mac = ""] = tokenOf(host).split(".");
    const [, , othersMac] = tokenOf(other).split(".");
    const later = NOW.add({ hours: 1 });
    const forged = [
      `${subject}.${end}.${othersMac}`,
      `${subject}.${(9_999_999_999).toString(36)}.${mac}`,
      `${subject}..${mac}`,
      makeToken(world, "verify-email", host.id, host.email, later),
      makeToken(world, "manage", host.id, `1|${host.email}`, later),
      makeToken(world, "reset-password", host.id, `2|${host.email}`, later),
      "nonsense",
      "..",
    ];
    const guesses = Array.from(
      { length: 100 },
      (_, i) => `${subject}.${end}.${i.toString(36).padStart(4, "x")}${mac.slice(4)}`,
    );
    for (const token of [...forged, ...guesses]) expect((await reset(token)).status).toBe(404);
    expect(await me(host)).toBe(200);
    expect((await login(host.email, PASSWORD)).status).toBe(200);
  });

  test("is in no log, and nothing in the database opens the account", async () => {
    const host = await makeHost(world);
    const { world: loud, written } = listening(world);
    const ask = client(loud);
    await ask("POST", "/auth/password/forgot", { body: { email: host.email } });
    const [mail] = await sendMails(loud, host.email);
    const token = tokenIn(mail, "/reset");
    const [, , mac = "?"] = token.split(".");
    await ask("GET", `/reset?token=${token}`);
    await ask("POST", "/auth/password/reset", { body: { token, password: NEW } });
    expect(written()).toContain("request");
    expect(written()).not.toContain(mac);
    expect(written()).not.toContain(host.email);
    const rows = await world.db.run(
      "select to_jsonb(o)::text as t from outbox o union all select to_jsonb(u)::text from users u",
      [],
    );
    expect(JSON.stringify(rows)).not.toContain(mac);
  });
});

test("of a burst five mails an hour go to one address, and the answer stays the same", async () => {
  const host = await makeHost(world);
  const all = await Promise.all(Array.from({ length: 12 }, () => forgot(host.email)));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([202]));
  expect(await sendMails(world, host.email)).toHaveLength(5);
});

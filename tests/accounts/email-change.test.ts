// A new address must be confirmed, and the old one is not taken from anybody without a word.
import { beforeAll, describe, expect, test } from "bun:test";
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

const makeVerified = async (): Promise<Host> => {
  const host = await makeHost(world);
  await world.db.run("update users set email_verified_at = now() where id = $1", [host.id]);
  return host;
};
const move = (host: Host, email: string) =>
  api("PATCH", "/users/me", { token: host.token, body: { email } });
const undo = (token: string, ask = api) => ask("POST", "/auth/email/undo", { body: { token } });
const undoToken = async (address: string) =>
  tokenIn((await sendMails(world, address))[0], "http://kalends.test/undo-email");
const emailOf = async (host: Host) =>
  (await world.db.run("select email from users where id = $1", [host.id]))[0]?.["email"];
const me = async (token: string) => (await api("GET", "/users/me", { token })).status;

/** An account whose address was changed, with the token that its owner got. */
async function stolen() {
  const host = await makeVerified();
  const thief = `thief.${host.email}`;
  await move(host, thief);
  return { host, thief, token: await undoToken(host.email) };
}

describe("a new address", () => {
  test("is asked to confirm, and the old one is told without its name", async () => {
    const host = await makeVerified();
    const next = `new.${host.email}`;
    expect((await move(host, next)).body).toMatchObject({ email: next, emailVerified: false });
    const [toOld] = await sendMails(world, host.email);
    expect(toOld?.subject).toBe("The address of your account was changed");
    expect(`${toOld?.html}${toOld?.text}`).not.toContain(next);
    const rows = await world.db.run("select action from audit_log where subject_id = $1", [
      host.id,
    ]);
    expect(rows).toEqual([{ action: "EMAIL_CHANGED" }]);
  });

  test("is confirmed by the mail to it, and nobody else can", async () => {
    const host = await makeVerified();
    const next = `new.${host.email}`;
    await move(host, next);
    const [mail] = await sendMails(world, next);
    expect(mail?.subject).toBe("Please confirm your new address");
    const body = { token: tokenIn(mail, "/verify") };
    expect((await api("POST", "/auth/email/verify", { body })).status).toBe(200);
    const { body: user } = await api("GET", "/users/me", { token: host.token });
    expect(user.emailVerified).toBe(true);
  });

  test("that differs in case only, or not at all, tells nobody", async () => {
    const host = await makeVerified();
    await move(host, host.email.toUpperCase());
    await move(host, host.email);
    expect(await sendMails(world, host.email)).toEqual([]);
  });
});

describe("taking it back by the mail to the old address", () => {
  test("restores it, ends every session and the password, and mails a link for a new one", async () => {
    const { host, thief, token } = await stolen();
    expect((await undo(token)).status).toBe(200);
    expect(await emailOf(host)).toBe(host.email);
    expect(await me(host.token)).toBe(401);
    for (const email of [host.email, thief]) {
      const login = await api("POST", "/auth/login", { body: { email, password: PASSWORD } });
      expect(login.status).toBe(401);
    }
    const [mail] = await sendMails(world, host.email);
    const reset = tokenIn(mail, "/reset");
    const body = { token: reset, password: "mine alone again" };
    expect((await api("POST", "/auth/password/reset", { body })).status).toBe(200);
    const back = { email: host.email, password: "mine alone again" };
    const login = await api("POST", "/auth/login", { body: back });
    expect([login.status, login.body.user.emailVerified]).toEqual([200, true]);
  });

  test("also takes back what was changed after it, and kills the thief's own way back and links", async () => {
    const { host, thief, token } = await stolen();
    await world.db.run("update users set email_verified_at = now() where id = $1", [host.id]);
    await api("POST", "/auth/password/forgot", { body: { email: thief } });
    const mails = await sendMails(world, thief);
    const thiefsReset = tokenIn(mails.at(-1), "/reset");
    await move(host, `other.${thief}`);
    const thiefsUndo = await undoToken(thief);
    expect(thiefsUndo).not.toBe("");
    expect((await undo(token)).status).toBe(200);
    expect((await undo(thiefsUndo)).status).toBe(404);
    const body = { token: thiefsReset, password: "mine, all mine" };
    expect((await api("POST", "/auth/password/reset", { body })).status).toBe(404);
    expect(await emailOf(host)).toBe(host.email);
  });

  test("ends the API keys and ways in by a provider that the thief made", async () => {
    const { host, token } = await stolen();
    const { body } = await api("POST", "/users/me/api-keys", {
      token: host.token,
      body: { name: "for later", scope: "write" },
    });
    expect(await me(body.key)).toBe(200);
    await world.db.run(
      `insert into identities (id, user_id, provider, issuer, subject)
       values ($1, $1, 'google', 'https://accounts.google.com', 'thief')`,
      [host.id],
    );
    await undo(token);
    expect(await me(body.key)).toBe(401);
    const left = await world.db.run("select 1 from identities where user_id = $1", [host.id]);
    expect(left).toEqual([]);
  });

  test("works once, for a week, and by its own token only", async () => {
    const { host, token } = await stolen();
    const [subject, end] = token.split(".");
    for (const forged of ["x", `${subject}.${end}.${"A".repeat(43)}`])
      expect((await undo(forged)).status).toBe(404);
    const late = client({ ...world, now: () => NOW.add({ hours: 7 * 24 }) });
    expect((await undo(token, late)).status).toBe(404);
    const both = await Promise.all([undo(token), undo(token)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    const rows = await world.db.run("select password_version as v from users where id = $1", [
      host.id,
    ]);
    expect(rows).toEqual([{ v: 2 }]);
  });

  test("is open only to an address that was confirmed, which else might be a stranger's", async () => {
    const host = await makeHost(world);
    await move(host, `new.${host.email}`);
    const [mail] = await sendMails(world, host.email);
    expect(mail?.subject).toBe("The address of your account was changed");
    expect(mail?.text).not.toContain("token=");
  });
});

describe("an address that was given up", () => {
  const register = (email: string) =>
    api("POST", "/auth/register", { body: { name: "T", email, password: PASSWORD } });

  test("is nobody else's while it can be taken back", async () => {
    const { host } = await stolen();
    const other = await makeHost(world);
    const taken = [await register(host.email.toUpperCase()), await move(other, host.email)];
    expect(taken.map(({ body }) => body.code)).toEqual(["email_taken", "email_taken"]);
    await world.db.run("update email_changes set held_until = now() where user_id = $1", [host.id]);
    expect((await register(host.email)).status).toBe(201);
  });

  test("may be taken up again by who had it", async () => {
    const { host } = await stolen();
    expect((await move(host, host.email)).status).toBe(200);
  });

  test("that was never confirmed is free at once", async () => {
    const host = await makeHost(world);
    await move(host, `new.${host.email}`);
    expect((await register(host.email)).status).toBe(201);
  });
});

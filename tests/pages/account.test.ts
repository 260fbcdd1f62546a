// The pages that mailed links about an account lead to.
import { beforeAll, describe, expect, test } from "bun:test";
import { register } from "../../src/accounts/register.ts";
import { resetUrl } from "../../src/accounts/sign-in/reset-password.ts";
import { listening } from "../support/http.ts";
import { sendMails, tokenIn } from "../support/mails.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";
import { type Browser, browser, hiddenOf, wordsOf } from "./browser.ts";

hashCheaply();

let world: TestWorld;
let web: Browser;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  web = browser(world);
  api = client(world);
});

const NEW = "an entirely new password";
const login = async (email: string, password: string) =>
  (await api("POST", "/auth/login", { body: { email, password } })).status;
const linkOf = (host: Host) => {
  const { pathname, search } = new URL(resetUrl(world, { ...host, passwordVersion: 1 }));
  return `${pathname}${search}`;
};
const stateOf = (host: Host) =>
  world.db.run("select password_version, email_verified_at, email from users where id = $1", [
    host.id,
  ]);

describe("/reset", () => {
  test("without a token asks for the address and mails a link, the same to everybody", async () => {
    const host = await makeHost(world);
    expect((await web.get("/reset")).html).toContain('autocomplete="email"');
    const [known, unknown] = [
      await web.post("/reset", { email: ` ${host.email} ` }),
      await web.post("/reset", { email: "nobody.there@example.com" }),
    ];
    expect([known.status, known.html]).toEqual([202, unknown.html]);
    const mails = await sendMails(world, host.email);
    expect(mails.map(({ subject }) => subject)).toEqual(["Set a new password"]);
    for (const email of ["", "nonsense", "<b>@x"]) {
      const wrong = await web.post("/reset", { email });
      expect([wrong.status, wrong.html.includes('aria-invalid="true"')]).toEqual([422, true]);
      expect(wrong.html).not.toContain("<b>@x");
    }
  });

  test("with a token sets the password by its button, once", async () => {
    const host = await makeHost(world);
    const page = await web.get(linkOf(host));
    expect(page.html).toContain('autocomplete="new-password"');
    const { token = "" } = hiddenOf(page);
    const short = await web.post("/reset", { token, password: "short" });
    expect([short.status, wordsOf(short).includes("must have at least 8 characters")]).toEqual([
      422,
      true,
    ]);
    expect(short.html).not.toContain('value="short"');
    const done = await web.post("/reset", { token: hiddenOf(short)["token"] ?? "", password: NEW });
    expect([done.status, wordsOf(done).includes("Your password is set")]).toEqual([200, true]);
    expect(await login(host.email, NEW)).toBe(200);
    const again = await web.post("/reset", { token, password: "yet another one" });
    expect([again.status, again.html.includes('autocomplete="email"')]).toEqual([404, true]);
  });

  test("lets who reset there sign in whatever others guess", async () => {
    const host = await makeHost(world);
    const token = new URLSearchParams(linkOf(host).split("?")[1]).get("token") ?? "";
    await web.post("/reset", { token, password: NEW });
    const origins = await world.db.run("select 1 from sign_in_origins where user_id = $1", [
      host.id,
    ]);
    expect(origins).toHaveLength(1);
  });
});

describe("/undo-email", () => {
  test("takes a change of address back by its button, once", async () => {
    const host = await makeHost(world);
    await world.db.run("update users set email_verified_at = now() where id = $1", [host.id]);
    const body = { email: `thief.${host.email}` };
    await api("PATCH", "/users/me", { token: host.token, body });
    const token = tokenIn((await sendMails(world, host.email))[0], "/undo-email");
    const page = await web.get(`/undo-email?token=${token}`);
    expect(hiddenOf(page)).toEqual({ token });
    expect((await stateOf(host))[0]?.["email"]).toBe(body.email);
    const done = await web.post("/undo-email", { token });
    expect([done.status, wordsOf(done).includes("yours again")]).toEqual([200, true]);
    expect((await stateOf(host))[0]?.["email"]).toBe(host.email);
    const stale = await web.post("/undo-email", { token });
    expect([stale.status, wordsOf(stale).includes("does not work any more")]).toEqual([404, true]);
  });
});

describe("a link from a mail", () => {
  test("does nothing by being opened, whoever opens it, and tells nobody where it was", async () => {
    const host = await makeHost(world);
    const { user } = await register(world, {
      name: "Ada",
      email: `new.${host.email}`,
      password: PASSWORD,
    });
    const verify = tokenIn((await sendMails(world, user.email))[0], "/verify");
    const [before, mine] = [await stateOf(host), await stateOf({ ...host, id: user.id })];
    for (const path of [linkOf(host), `/verify?token=${verify}`, `/undo-email?token=${verify}`])
      for (const method of ["GET", "HEAD"]) {
        const answer = await api(method, path);
        expect(answer.status).toBe(200);
        expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
        expect(answer.headers.get("cache-control")).toBe("no-store");
        expect(answer.headers.get("x-frame-options")).toBe("DENY");
      }
    expect(await stateOf(host)).toEqual(before);
    expect(await stateOf({ ...host, id: user.id })).toEqual(mine);
    expect(await login(host.email, PASSWORD)).toBe(200);
  });

  test("is in no line of the log", async () => {
    const host = await makeHost(world);
    const { world: loud, written } = listening(world);
    const own = browser(loud);
    const link = linkOf(host);
    await own.get(link);
    const { token = "" } = hiddenOf(await own.get(link));
    await own.post("/reset", { token, password: NEW });
    expect(written()).toContain('"path":"/reset"');
    expect(written()).not.toContain(token.split(".")[2] ?? "?");
    expect(written()).not.toContain(NEW);
  });
});

// Sign-in by a provider, as it goes well.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makeHost } from "../../support/make.ts";
import { client } from "../../support/world.ts";
import { comeBack, type Scene, scene, setOut, signIn, somebody } from "./support/visit.ts";

let it: Scene;
beforeAll(async () => {
  it = await scene();
});
afterAll(() => it.stop());
beforeEach(() => {
  it.google.claims = somebody();
});

const rows = (text: string, values: string[]) => it.world.db.run(text, values);

describe("the way to a provider", () => {
  test("carries state, nonce and an S256 challenge, and their other halves never", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const asked = Object.fromEntries(new URL(authorizationUrl).searchParams);
    expect(asked).toEqual({
      response_type: "code",
      client_id: it.google.clientId,
      redirect_uri: "http://kalends.test/api/v1/auth/google/callback",
      scope: "openid email profile",
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    const kept = JSON.stringify(await rows("select * from sign_in_attempts", []));
    const secrets = [asked["state"], asked["nonce"], cookie.split("=")[1]];
    expect(secrets.filter((each) => kept.includes(String(each)))).toEqual([]);
  });

  test("binds the browser by a cookie that scripts and other sites' posts have not", async () => {
    const answer = await it.api("GET", "/auth/google");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^kalends-sign-in=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("over TLS takes a cookie that no neighbouring host can set", async () => {
    const config = { ...it.world.config, PUBLIC_URL: "https://kalends.test" };
    const answer = await client({ ...it.world, config })("GET", "/auth/google");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^__Host-kalends-sign-in=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
  });
});

describe("somebody new", () => {
  test("gets an account with what the provider knows, and is signed in", async () => {
    const { status, body, headers } = await signIn(it, "google", "?timeZone=Europe/Vienna");
    expect(status).toBe(200);
    expect(body.user).toMatchObject({
      email: it.google.claims["email"],
      emailVerified: true,
      name: "Grace Hopper",
      locale: "de",
      timeZone: "Europe/Vienna",
      status: "ACTIVE",
    });
    expect((await it.api("GET", "/users/me", { token: body.token })).status).toBe(200);
    expect(headers.get("set-cookie")).toContain("kalends-sign-in=; Path=/; Max-Age=0");
  });

  test("has working hours, a welcome, no password, and leaves a trace", async () => {
    const { body } = await signIn(it);
    const { id } = body.user;
    const { body: schedules } = await it.api("GET", "/schedules", { token: body.token });
    expect(schedules.data[0]).toMatchObject({ isDefault: true, hours: { length: 5 } });
    const traces = await rows(
      `select (select password_hash from users where id = $1) as hash,
        (select array_to_json(array_agg(event_type order by event_type)) from analytics_events where user_id = $1) as events,
        (select kind from outbox where user_id = $1) as mail,
        (select action || ' ' || (metadata ->> 'by') from audit_log where subject_id = $1) as audit`,
      [id],
    );
    expect(traces).toEqual([
      {
        hash: null,
        events: ["LOGIN", "USER_REGISTERED"],
        mail: "WELCOME",
        audit: "IDENTITY_LINKED registration",
      },
    ]);
  });

  test("is one account, however many of his browsers come back at once", async () => {
    const tabs = await Promise.all(Array.from({ length: 8 }, () => setOut(it.api)));
    const answers = await Promise.all(
      tabs.map(async ({ authorizationUrl, cookie }) =>
        comeBack(it.api, await it.google.consent(authorizationUrl), cookie),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
  });

  test("whose name the provider keeps to itself is called by his address", async () => {
    const { given_name: _, family_name: __, ...claims } = somebody({ email: "ada.l@example.com" });
    it.google.claims = { ...claims, name: "\u0000" };
    expect((await signIn(it)).body.user.name).toBe("ada.l");
  });

  test("without an address gets no account", async () => {
    it.google.claims = somebody({ email: undefined });
    const { status, body } = await signIn(it);
    expect([status, body.code]).toEqual([422, "email_missing"]);
  });
});

describe("an identity that is linked", () => {
  test("signs in its user again, whatever its address is by then", async () => {
    const first = await signIn(it);
    it.google.claims = { ...it.google.claims, email: "moved@example.com" };
    const again = await signIn(it);
    expect(again.body.user.id).toBe(first.body.user.id);
    expect(again.body.user.email).toBe(first.body.user.email);
  });

  test("does not sign in a user who is suspended or inactive", async () => {
    const { body } = await signIn(it);
    for (const status of ["SUSPENDED", "INACTIVE"]) {
      await rows("update users set status = $2 where id = $1", [body.user.id, status]);
      const refused = await signIn(it);
      expect([refused.status, refused.body.code]).toEqual([403, "account_inactive"]);
    }
  });
});

describe("an address that has an account", () => {
  test("is linked where both sides have confirmed it", async () => {
    const host = await makeHost(it.world);
    await rows("update users set email_verified_at = now() where id = $1", [host.id]);
    it.google.claims = somebody({ email: host.email.toUpperCase() });
    const { status, body } = await signIn(it);
    expect([status, body.user.id]).toEqual([200, host.id]);
    const audit = await rows(
      "select action, actor_id, metadata from audit_log where subject_id = $1",
      [host.id],
    );
    expect(audit).toMatchObject([
      {
        action: "IDENTITY_LINKED",
        actorId: host.id,
        metadata: { provider: "google", by: "address" },
      },
    ]);
    expect(JSON.stringify(audit)).not.toContain("@");
  });

  const cases: [string, boolean, boolean | string][] = [
    ["the account has not confirmed", false, true],
    ["the provider has not confirmed", true, false],
    ["the provider calls confirmed in another way", true, "true"],
    ["neither has confirmed", false, false],
  ];
  for (const [which, isOurs, theirs] of cases)
    test(`which ${which} is not taken over`, async () => {
      const host = await makeHost(it.world);
      if (isOurs) await rows("update users set email_verified_at = now() where id = $1", [host.id]);
      it.google.claims = somebody({ email: host.email, email_verified: theirs });
      const { status, body } = await signIn(it);
      expect([status, body.code]).toEqual([409, "identity_not_linked"]);
      expect(await rows("select id from identities where user_id = $1", [host.id])).toEqual([]);
      expect(await rows("select id from audit_log where subject_id = $1", [host.id])).toEqual([]);
    });

  test("of a suspended user is not linked", async () => {
    const host = await makeHost(it.world);
    await rows("update users set email_verified_at = now(), status = 'SUSPENDED' where id = $1", [
      host.id,
    ]);
    it.google.claims = somebody({ email: host.email });
    expect((await signIn(it)).status).toBe(409);
    expect(await rows("select id from identities where user_id = $1", [host.id])).toEqual([]);
  });
});

test("an address that both providers vouch for at once is one account", async () => {
  for (let round = 0; round < 5; round += 1) {
    const email = somebody()["email"];
    it.google.claims = somebody({ email });
    it.microsoft.claims = somebody({ email, xms_edov: true });
    const answers = await Promise.all([signIn(it, "google"), signIn(it, "microsoft")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
  }
});

test("nothing that the provider gave is kept", async () => {
  const { authorizationUrl, cookie } = await setOut(it.api);
  const back = await it.google.consent(authorizationUrl);
  await comeBack(it.api, back, cookie);
  const given = [back.searchParams.get("code"), ...it.google.issued];
  expect(given.length).toBeGreaterThanOrEqual(3);
  const tables = await rows("select tablename from pg_tables where schemaname = 'public'", []);
  for (const { tablename } of tables) {
    const kept = JSON.stringify(await rows(`select t::text from ${tablename} t`, []));
    expect(given.filter((each) => kept.includes(String(each)))).toEqual([]);
  }
});

// The way back to a frontend: with a code that is worth a session once, and to no other place.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type Answer, NOW } from "../../support/world.ts";
import {
  comeBack,
  FRONTEND,
  locationOf,
  type Scene,
  scene,
  setOut,
  signIn,
  somebody,
} from "./support/visit.ts";

let it: Scene;
beforeAll(async () => {
  it = await scene({
    FRONTEND_URL: FRONTEND,
    RETURN_TO_ORIGINS: "https://other.kalends.test, http://localhost:5173",
  });
});
afterAll(() => it.stop());
beforeEach(() => {
  it.world.setNow(NOW.toString());
  it.google.claims = somebody();
  it.google.faults = {};
});

const exchange = (code: string | null, more: object = {}) =>
  it.api("POST", "/auth/exchange", { body: { code, ...more } });
const codeOf = (answer: Answer) => locationOf(answer).searchParams.get("code") ?? "";

describe("the browser", () => {
  test("comes to the frontend with a code, and no token in sight", async () => {
    const answer = await signIn(it);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toMatch(
      /^https:\/\/app\.kalends\.test\/signed-in\?code=[\w-]{43}$/,
    );
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("comes with the name of what went wrong instead", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const declined = await it.google.consent(authorizationUrl, false);
    expect(String(locationOf(await comeBack(it.api, declined, cookie)))).toBe(
      `${FRONTEND}?error=sign_in_denied`,
    );
    it.google.claims = somebody({ nonce: "another" });
    expect(String(locationOf(await signIn(it)))).toBe(`${FRONTEND}?error=sign_in_refused`);
  });

  test("is sent nowhere with a state that is not its own", async () => {
    const { authorizationUrl } = await setOut(it.api);
    const answer = await comeBack(it.api, await it.google.consent(authorizationUrl), null);
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_state"]);
    expect(answer.headers.get("location")).toBeNull();
  });

  const places: [string, string][] = [
    ["/settings?tab=1#top", "https://app.kalends.test/settings?tab=1#top"],
    ["https://app.kalends.test/x", "https://app.kalends.test/x"],
    ["https://other.kalends.test", "https://other.kalends.test/"],
    ["http://localhost:5173/a?code=old&error=old", "http://localhost:5173/a"],
  ];
  for (const [asked, there] of places)
    test(`comes to ${asked} where that is asked`, async () => {
      const answer = await signIn(it, "google", `?returnTo=${encodeURIComponent(asked)}`);
      const place = locationOf(answer);
      expect(place.searchParams.getAll("code")).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
      place.searchParams.delete("code");
      expect(place.href).toBe(there);
    });

  test.each([
    "https://attacker.example",
    "//attacker.example",
    "///attacker.example",
    "/\\attacker.example",
    "\\\\attacker.example",
    "/\t/attacker.example",
    "https:attacker.example",
    "https://app.kalends.test.attacker.example",
    "https://app.kalends.test@attacker.example",
    "https://attacker.example\\@app.kalends.test",
    "https://user:pass@app.kalends.test/",
    "https://app.kalends.test:8443/",
    "http://app.kalends.test/",
    "http://localhost:5174/",
    "blob:https://app.kalends.test/0193f3c8",
    "javascript:alert(1)",
    "data:text/html,x",
    "null",
    "settings",
    "",
    " /settings",
    "/a\r\nSet-Cookie: a=b",
    "/\u0000",
    "/ﬀ",
    `/${"x".repeat(500)}`,
  ])("is not sent to %j", async (asked) => {
    const answer = await it.api("GET", `/auth/google?returnTo=${encodeURIComponent(asked)}`);
    expect([answer.status, answer.body.code]).toEqual([422, "invalid"]);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("a code", () => {
  test("is worth a session once", async () => {
    const code = codeOf(await signIn(it));
    const { status, body } = await exchange(code);
    expect([status, body.user.email]).toEqual([200, it.google.claims["email"]]);
    expect((await it.api("GET", "/users/me", { token: body.token })).status).toBe(200);
    const again = await exchange(code);
    expect([again.status, again.body.code]).toEqual([400, "invalid_code"]);
  });

  test("is worth one session to however many come with it at once", async () => {
    const code = codeOf(await signIn(it));
    const answers = await Promise.all(Array.from({ length: 6 }, () => exchange(code)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400, 400]);
  });

  test("is kept as a hash only, and opens no session before it is exchanged", async () => {
    const code = codeOf(await signIn(it));
    const kept = await it.world.db.run("select * from exchange_codes", []);
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain(code);
    const [{ n } = {}] = await it.world.db.run(
      "select count(*)::int as n from sessions s join users u on u.id = s.user_id where u.email = $1",
      [String(it.google.claims["email"])],
    );
    expect(n).toBe(0);
  });

  test("is over after a minute", async () => {
    const code = codeOf(await signIn(it));
    it.world.setNow(NOW.add({ seconds: 60 }).toString());
    expect((await exchange(code)).body.code).toBe("invalid_code");
  });

  test("that was made up is refused", async () => {
    expect((await exchange("x".repeat(43))).body.code).toBe("invalid_code");
    expect((await exchange("short")).status).toBe(422);
    expect((await exchange(null)).status).toBe(422);
  });

  test("that began with a challenge is worth nothing to who only saw the code", async () => {
    const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const code = codeOf(await signIn(it, "google", `?codeChallenge=${challenge}`));
    expect((await exchange(code)).body.code).toBe("invalid_code");
    expect((await exchange(code, { codeVerifier: "x".repeat(43) })).body.code).toBe("invalid_code");
    expect((await exchange(code, { codeVerifier: challenge })).body.code).toBe("invalid_code");
    expect((await exchange(code, { codeVerifier: verifier })).status).toBe(200);
  });

  test("is not given to a user who is suspended, nor worth anything once he is", async () => {
    const code = codeOf(await signIn(it));
    const suspend = "update users set status = 'SUSPENDED' where email = $1";
    await it.world.db.run(suspend, [String(it.google.claims["email"])]);
    const answer = await exchange(code);
    expect([answer.status, answer.body.code]).toEqual([403, "account_inactive"]);
    expect(locationOf(await signIn(it)).searchParams.get("error")).toBe("account_inactive");
  });
});

test("codes and ways out that nobody came back from are let go of", async () => {
  await signIn(it);
  await setOut(it.api);
  it.world.setNow(NOW.add({ hours: 1 }).toString());
  for (let i = 0; i < 3; i += 1) await signIn(it);
  const old = await it.world.db.run(
    `select created_at from exchange_codes where expires_at <= $1
     union all select created_at from sign_in_attempts where expires_at <= $1`,
    [it.world.now().toString()],
  );
  expect(old).toEqual([]);
});

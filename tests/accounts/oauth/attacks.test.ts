// What somebody may try at the callback: each is a 400, and nothing is made, linked or opened.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Claims, Faults } from "../../support/identity-provider.ts";
import { type Answer, NOW } from "../../support/world.ts";
import { comeBack, type Scene, scene, setOut, signIn, somebody } from "./support/visit.ts";

let it: Scene;
let before: Awaited<ReturnType<typeof made>>;
beforeAll(async () => {
  it = await scene();
});
afterAll(() => it.stop());
beforeEach(async () => {
  it.world.setNow(NOW.toString());
  it.google.claims = somebody();
  it.google.faults = {};
  it.microsoft.claims = somebody();
  it.microsoft.faults = {};
  before = await made();
});

const made = () =>
  it.world.db.run(
    `select (select count(*)::int from users) as users, (select count(*)::int from identities) as identities,
      (select count(*)::int from sessions) as sessions, (select count(*)::int from exchange_codes) as codes`,
    [],
  );

async function expectRefused(answer: Answer, code: string): Promise<void> {
  expect([answer.status, answer.body.code]).toEqual([400, code]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await made()).toEqual(before);
}

describe("a state", () => {
  test("that was used is worth nothing", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const back = await it.google.consent(authorizationUrl);
    expect((await comeBack(it.api, back, cookie)).status).toBe(200);
    before = await made();
    await expectRefused(await comeBack(it.api, back, cookie), "invalid_state");
  });

  test("is used once, however many come with it at once", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const back = await it.google.consent(authorizationUrl);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => comeBack(it.api, back, cookie)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400, 400]);
  });

  test("of another browser is refused, and still serves its own", async () => {
    const mine = await setOut(it.api);
    const theirs = await setOut(it.api);
    const back = await it.google.consent(theirs.authorizationUrl);
    await expectRefused(await comeBack(it.api, back, mine.cookie), "invalid_state");
    await expectRefused(await comeBack(it.api, back, null), "invalid_state");
    const twice = `${mine.cookie}; ${theirs.cookie}`;
    await expectRefused(await comeBack(it.api, back, twice), "invalid_state");
    expect((await comeBack(it.api, back, theirs.cookie)).status).toBe(200);
  });

  test("is over after ten minutes", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const back = await it.google.consent(authorizationUrl);
    it.world.setNow(NOW.add({ minutes: 10 }).toString());
    await expectRefused(await comeBack(it.api, back, cookie), "invalid_state");
  });

  test.each(["", "x", "%00", "a".repeat(43)])(
    "that we never gave is refused: %j",
    async (state) => {
      const { cookie } = await setOut(it.api);
      const back = new URL(`http://kalends.test/api/v1/auth/google/callback?code=x&state=${state}`);
      await expectRefused(await comeBack(it.api, back, cookie), "invalid_state");
    },
  );

  test("that is missing, or there twice, is refused", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const back = await it.google.consent(authorizationUrl);
    const state = back.searchParams.get("state") ?? "";
    back.searchParams.delete("state");
    await expectRefused(await comeBack(it.api, back, cookie), "invalid_state");
    back.searchParams.append("state", state);
    back.searchParams.append("state", "another");
    await expectRefused(await comeBack(it.api, back, cookie), "sign_in_refused");
  });
});

describe("a code", () => {
  test("of one provider is refused at the other's callback, and its state is spent", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const back = await it.google.consent(authorizationUrl);
    const elsewhere = new URL(String(back).replace("/google/", "/microsoft/"));
    await expectRefused(await comeBack(it.api, elsewhere, cookie), "invalid_state");
    expect(it.microsoft.asked.get("/common/token")).toBeUndefined();
    await expectRefused(await comeBack(it.api, back, cookie), "invalid_state");
  });

  test.each([["https://attacker.example"], [null]])(
    "whose answer names the issuer %j is not sent anywhere",
    async (iss) => {
      const { authorizationUrl, cookie } = await setOut(it.api);
      const back = await it.google.consent(authorizationUrl);
      if (iss === null) back.searchParams.delete("iss");
      else back.searchParams.set("iss", iss);
      const asked = it.google.asked.get("/token");
      await expectRefused(await comeBack(it.api, back, cookie), "sign_in_refused");
      expect(it.google.asked.get("/token")).toBe(asked);
    },
  );

  test("that was redeemed is refused with a new state, and what it gave is revoked", async () => {
    const first = await setOut(it.api);
    const back = await it.google.consent(first.authorizationUrl);
    await comeBack(it.api, back, first.cookie);
    before = await made();
    const second = await setOut(it.api);
    const again = await it.google.consent(second.authorizationUrl);
    const code = back.searchParams.get("code") ?? "";
    again.searchParams.set("code", code);
    await expectRefused(await comeBack(it.api, again, second.cookie), "sign_in_refused");
    expect([...it.google.revoked]).toContain(code);
  });

  test("that began with another verifier is refused", async () => {
    const [mine, stolen] = [await setOut(it.api), await setOut(it.api)];
    const back = await it.google.consent(mine.authorizationUrl);
    const theirs = await it.google.consent(stolen.authorizationUrl);
    back.searchParams.set("code", theirs.searchParams.get("code") ?? "");
    await expectRefused(await comeBack(it.api, back, mine.cookie), "sign_in_refused");
  });

  test("that is missing is refused", async () => {
    const { authorizationUrl, cookie } = await setOut(it.api);
    const back = await it.google.consent(authorizationUrl);
    back.searchParams.delete("code");
    await expectRefused(await comeBack(it.api, back, cookie), "sign_in_refused");
  });
});

test("a user who declines is told so, in words of ours", async () => {
  const { authorizationUrl, cookie } = await setOut(it.api);
  const answer = await comeBack(it.api, await it.google.consent(authorizationUrl, false), cookie);
  await expectRefused(answer, "sign_in_denied");
  expect(answer.text).not.toContain("script");
});

describe("an ID token is not believed", () => {
  const seconds = (minutes: number) => Math.floor(NOW.add({ minutes }).epochMilliseconds / 1000);
  const lies: [string, Claims, Faults?][] = [
    ["of another nonce", { nonce: "another" }],
    ["without a nonce", { nonce: undefined }],
    ["for another audience", { aud: "client-of-somebody-else" }],
    [
      "for several audiences of which another is meant",
      { aud: ["client-of-google", "b"], azp: "b" },
    ],
    ["of another issuer", { iss: "https://attacker.example" }],
    ["that has expired", { exp: seconds(-1) }],
    ["that never expires", { exp: undefined }],
    ["that is not good yet", { nbf: seconds(5) }],
    ["without a subject", { sub: undefined }],
    ["whose subject is no text", { sub: 7 }],
    ["that another key signed", {}, { forges: true }],
    ["of a key that is not published", {}, { header: { kid: "another" } }],
    ["that nobody signed", {}, { header: { alg: "none" } }],
    ["that is signed by our own secret's kind", {}, { header: { alg: "HS256" } }],
    ["with an extension that we do not know", {}, { header: { crit: ["b64"], b64: false } }],
  ];
  for (const [which, claims, faults = {}] of lies)
    test(which, async () => {
      it.google.claims = somebody(claims);
      it.google.faults = faults;
      await expectRefused(await signIn(it), "sign_in_refused");
    });

  test("though the machine's clock is elsewhere, time is the world's", async () => {
    it.world.setNow("2031-01-01T00:00:00Z");
    expect((await signIn(it)).status).toBe(200);
  });
});

test("what was sealed for another attempt, or changed, opens nothing", async () => {
  const spoil = [
    `update sign_in_attempts a set sealed_verifier = b.sealed_verifier
     from sign_in_attempts b where b.id <> a.id`,
    "update sign_in_attempts set sealed_nonce = sealed_verifier",
    `update sign_in_attempts set sealed_nonce = overlay(sealed_nonce placing
       case substr(sealed_nonce, 15, 1) when 'A' then 'B' else 'A' end from 15)`,
  ];
  for (const statement of spoil) {
    await it.world.db.run("delete from sign_in_attempts", []);
    const [mine, other] = [await setOut(it.api), await setOut(it.api)];
    await it.world.db.run(statement, []);
    const asked = it.google.asked.get("/token");
    for (const { authorizationUrl, cookie } of [mine, other]) {
      const answer = await comeBack(it.api, await it.google.consent(authorizationUrl), cookie);
      expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    }
    expect(it.google.asked.get("/token")).toBe(asked);
    expect(await made()).toEqual(before);
  }
});

describe("the provider's keys", () => {
  test("are not read again for every token of an unknown key", async () => {
    await signIn(it);
    const read = it.google.asked.get("/keys");
    it.google.faults = { header: { kid: "made-up" } };
    for (let i = 0; i < 5; i += 1) expect((await signIn(it)).status).toBe(400);
    expect(it.google.asked.get("/keys")).toBe(read);
  });

  test("may change", async () => {
    it.google.claims = somebody();
    await signIn(it);
    await it.google.rotate();
    it.world.setNow(NOW.add({ minutes: 11 }).toString());
    expect((await signIn(it)).status).toBe(200);
  });
});

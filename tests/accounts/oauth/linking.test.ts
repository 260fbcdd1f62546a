// Linking and unlinking ways in, by a signed-in user.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Host, makeHost } from "../../support/make.ts";
import { client, NOW } from "../../support/world.ts";
import { makeKeyOf } from "../support/keys.ts";
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
let host: Host;
beforeAll(async () => {
  it = await scene({ FRONTEND_URL: FRONTEND });
});
afterAll(() => it.stop());
beforeEach(async () => {
  it.world.setNow(NOW.toString());
  it.google.claims = somebody();
  it.microsoft.claims = somebody();
  host = await makeHost(it.world);
});

type Name = "google" | "microsoft";
const mine = "/users/me/identities";
const start = (token: string, provider: string = "google", body: object = {}) =>
  it.api("POST", `${mine}/${provider}`, { token, body });

/** The code that the browser comes to the frontend with. */
async function linkCode(token: string, provider: Name = "google"): Promise<string> {
  const { body } = await start(token, provider);
  const back = await it[provider].consent(body.authorizationUrl);
  return locationOf(await comeBack(it.api, back, null)).searchParams.get("linkCode") ?? "none";
}
const take = (token: string, code: string) => it.api("POST", mine, { token, body: { code } });
const linked = async (provider: Name = "google") =>
  (await take(host.token, await linkCode(host.token, provider))).body;
const listed = async (token = host.token) => (await it.api("GET", mine, { token })).body;
const audited = async (userId = host.id) =>
  (
    await it.world.db.run(
      "select action, metadata from audit_log where subject_id = $1 order by created_at, id",
      [userId],
    )
  ).map(({ action, metadata }) => [action, metadata]);

describe("linking", () => {
  test("takes the code that came back, though the address is another's or nobody's", async () => {
    it.google.claims = somebody({ email_verified: false });
    const { status, body } = await take(host.token, await linkCode(host.token));
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        provider: "google",
        email: it.google.claims["email"],
        createdAt: NOW.toString(),
      },
    ]);
    expect(await listed()).toEqual({ data: [body], nextCursor: null });
    expect(await audited()).toEqual([
      ["IDENTITY_LINKED", { identityId: body.id, provider: "google", by: "settings" }],
    ]);
    const code = locationOf(await signIn(it)).searchParams.get("code");
    const session = await it.api("POST", "/auth/exchange", { body: { code } });
    expect(session.body.user.id).toBe(host.id);
  });

  test("asks which account at the provider, and comes back where it was asked to", async () => {
    const { body } = await start(host.token, "google", { returnTo: "/settings" });
    expect(new URL(body.authorizationUrl).searchParams.get("prompt")).toBe("select_account");
    const back = await it.google.consent(body.authorizationUrl, false);
    expect(String(locationOf(await comeBack(it.api, back, null)))).toBe(
      "https://app.kalends.test/settings?error=sign_in_denied",
    );
  });

  test("without a frontend gives the code as JSON", async () => {
    const { FRONTEND_URL: _, ...config } = it.world.config;
    const api = client({ ...it.world, config });
    const { body } = await api("POST", `${mine}/google`, { token: host.token, body: {} });
    const answer = await comeBack(api, await it.google.consent(body.authorizationUrl), null);
    expect([answer.status, answer.body]).toEqual([
      200,
      { linkCode: expect.stringMatching(/^[\w-]{43}$/) },
    ]);
  });

  test("is for the user who began it: nobody else can take the code, nor be given it", async () => {
    const other = await makeHost(it.world);
    const code = await linkCode(host.token);
    expect((await take(other.token, code)).body.code).toBe("invalid_code");
    expect((await listed(other.token)).data).toEqual([]);
    expect((await take(host.token, code)).status).toBe(201);
  });

  test("signs nobody in: its code is none of those that are exchanged, nor the other way round", async () => {
    const code = await linkCode(host.token);
    const exchanged = await it.api("POST", "/auth/exchange", { body: { code } });
    expect(exchanged.body.code).toBe("invalid_code");
    const signed = locationOf(await signIn(it)).searchParams.get("code") ?? "";
    expect((await take(host.token, signed)).body.code).toBe("invalid_code");
  });

  test("takes a code once, and for a minute", async () => {
    const code = await linkCode(host.token);
    const answers = await Promise.all(Array.from({ length: 4 }, () => take(host.token, code)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400, 400]);
    it.google.claims = somebody();
    const late = await linkCode(host.token);
    it.world.setNow(NOW.add({ seconds: 60 }).toString());
    expect((await take(host.token, late)).body.code).toBe("invalid_code");
  });

  test("of what is linked already is refused, whoever has it", async () => {
    await linked();
    const other = await makeHost(it.world);
    for (const { token } of [other, host]) {
      const { status, body } = await take(token, await linkCode(token));
      expect([status, body.code]).toEqual([409, "identity_taken"]);
    }
    expect((await listed(other.token)).data).toEqual([]);
  });

  test("keeps the code as a hash only", async () => {
    const code = await linkCode(host.token);
    const kept = await it.world.db.run("select * from link_codes", []);
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain(code);
  });

  test("needs a token, a provider that there is, and one that is set up", async () => {
    expect((await it.api("POST", `${mine}/google`, { body: {} })).status).toBe(401);
    expect((await start(host.token, "facebook")).status).toBe(422);
    const { GOOGLE_CLIENT_ID: _, ...config } = it.world.config;
    const api = client({ ...it.world, config });
    const answer = await api("POST", `${mine}/google`, { token: host.token, body: {} });
    expect(answer.body.code).toBe("provider_not_configured");
  });
});

test("an API key may look, and open or close no way in", async () => {
  const { id } = await linked();
  const { key } = await makeKeyOf(it.api, host);
  expect((await listed(key)).data).toMatchObject([{ id }]);
  const code = await linkCode(host.token, "microsoft");
  const refused = [
    await start(key),
    await take(key, code),
    await it.api("DELETE", `${mine}/${id}`, { token: key }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
  expect((await listed()).data.length).toBe(1);
});

describe("unlinking", () => {
  const unlink = (id: string, token = host.token) => it.api("DELETE", `${mine}/${id}`, { token });
  const withoutPassword = () =>
    it.world.db.run("update users set password_hash = null where id = $1", [host.id]);

  test("takes a way in away, and leaves a trace", async () => {
    const { id } = await linked();
    expect((await unlink(id)).status).toBe(200);
    expect((await listed()).data).toEqual([]);
    expect((await audited())[1]).toEqual([
      "IDENTITY_UNLINKED",
      { identityId: id, provider: "google" },
    ]);
    expect((await unlink(id)).status).toBe(404);
  });

  test("leaves the last way in", async () => {
    const one = await linked("google");
    const two = await linked("microsoft");
    await withoutPassword();
    expect((await unlink(one.id)).status).toBe(200);
    const { status, body } = await unlink(two.id);
    expect([status, body.code]).toEqual([409, "last_way_in"]);
    expect((await listed()).data).toMatchObject([{ id: two.id }]);
  });

  test("of both ways in at once leaves one", async () => {
    for (let round = 0; round < 5; round += 1) {
      host = await makeHost(it.world);
      it.google.claims = somebody();
      it.microsoft.claims = somebody();
      const all = [await linked("google"), await linked("microsoft")];
      await withoutPassword();
      const answers = await Promise.all(all.map(({ id }) => unlink(id)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      expect((await listed()).data.length).toBe(1);
    }
  });

  test("is for one's own only", async () => {
    const { id } = await linked();
    const other = await makeHost(it.world);
    expect((await unlink(id, other.token)).status).toBe(404);
    expect((await listed()).data.length).toBe(1);
  });
});

test("a list of many is paged, newest first", async () => {
  for (let i = 0; i < 3; i += 1) {
    it.google.claims = somebody();
    await linked();
  }
  const first = await it.api("GET", `${mine}?limit=2`, { token: host.token });
  const rest = await it.api("GET", `${mine}?limit=2&cursor=${first.body.nextCursor}`, {
    token: host.token,
  });
  const ids = [...first.body.data, ...rest.body.data].map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect([ids.length, new Set(ids).size, rest.body.nextCursor]).toEqual([3, 3, null]);
});

test("a sign-in's state needs its cookie though a link's does not", async () => {
  const { authorizationUrl } = await setOut(it.api);
  const answer = await comeBack(it.api, await it.google.consent(authorizationUrl), null);
  expect(answer.body.code).toBe("invalid_state");
});

// Microsoft: one set of metadata and keys for all tenants, and addresses that prove nothing by themselves.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makeHost } from "../../support/make.ts";
import { client, type TestWorld } from "../../support/world.ts";
import { type Scene, scene, signIn, somebody } from "./support/visit.ts";

const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OTHER = "11111111-2222-4333-8444-555555555555";

let it: Scene;
beforeAll(async () => {
  it = await scene();
});
afterAll(() => it.stop());
beforeEach(() => {
  it.microsoft.faults = {};
  it.microsoft.claims = person();
});

/** Somebody as Entra tells of him: it knows no email_verified, so what it says there counts for nothing. */
const person = (over: Record<string, unknown> = {}) => somebody(over);
const tenantOf = (id: string) => ({ tid: id, iss: `${it.microsoft.base}/${id}/v2.0` });
const confirmed = async () => {
  const host = await makeHost(it.world);
  await it.world.db.run("update users set email_verified_at = now() where id = $1", [host.id]);
  return host;
};

/** The same world with another setting of the tenant. */
function tenantSet(tenant: string): Scene {
  const config = { ...it.world.config, MICROSOFT_TENANT: tenant };
  const world: TestWorld = { ...it.world, config };
  return { ...it, world, api: client(world) };
}

describe("the issuer", () => {
  test("is the tenant that the token names", async () => {
    it.microsoft.claims = person(tenantOf(OTHER));
    const { status, body } = await signIn(it, "microsoft");
    expect(status).toBe(200);
    const kept = await it.world.db.run("select issuer from identities where user_id = $1", [
      body.user.id,
    ]);
    expect(kept).toEqual([{ issuer: `${it.microsoft.base}/${OTHER}/v2.0` }]);
  });

  test("tells people of the same subject apart", async () => {
    it.microsoft.claims = person({ sub: "same" });
    const first = await signIn(it, "microsoft");
    it.microsoft.claims = person({ sub: "same", ...tenantOf(OTHER) });
    const second = await signIn(it, "microsoft");
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body.user.id).not.toBe(first.body.user.id);
  });

  const lies: [string, () => Record<string, unknown>][] = [
    ["another tenant than the token names", () => ({ tid: OTHER })],
    ["no tenant", () => ({ tid: undefined })],
    [
      "the template itself",
      () => ({ iss: `${it.microsoft.base}/{tenantid}/v2.0`, tid: "{tenantid}" }),
    ],
    ["a tenant that is no id", () => tenantOf("../evil")],
    ["somebody else", () => ({ iss: `https://attacker.example/${OTHER}/v2.0`, tid: OTHER })],
  ];
  for (const [which, claims] of lies)
    test(`is not believed where it is ${which}`, async () => {
      it.microsoft.claims = person(claims());
      const { status, body } = await signIn(it, "microsoft");
      expect([status, body.code]).toEqual([400, "sign_in_refused"]);
    });

  test("is not believed where the key that signed is of another tenant", async () => {
    it.microsoft.keyIssuer = `${it.microsoft.base}/${PERSONAL}/v2.0`;
    const own = tenantSet("common");
    it.microsoft.claims = person(tenantOf(OTHER));
    expect((await signIn(own, "microsoft")).body.code).toBe("sign_in_refused");
    it.microsoft.claims = person(tenantOf(PERSONAL));
    expect((await signIn(own, "microsoft")).status).toBe(200);
    it.microsoft.keyIssuer = null;
  });

  test("is no personal account where only organizations may sign in", async () => {
    const own = tenantSet("organizations");
    it.microsoft.claims = person(tenantOf(PERSONAL));
    expect((await signIn(own, "microsoft")).body.code).toBe("sign_in_refused");
    it.microsoft.claims = person(tenantOf(OTHER));
    expect((await signIn(own, "microsoft")).status).toBe(200);
  });

  test("of metadata for all tenants is refused where one tenant is set", async () => {
    const { status, body } = await tenantSet(OTHER).api("GET", "/auth/microsoft");
    expect([status, body.code]).toEqual([502, "provider_failed"]);
  });
});

describe("an address", () => {
  const verdicts: [unknown, number][] = [
    [true, 200],
    [1, 200],
    ["1", 200],
    ["true", 200],
    [undefined, 409],
    [false, 409],
    [0, 409],
    ["0", 409],
    ["yes", 409],
    [[true], 409],
  ];
  for (const [edov, status] of verdicts)
    test(`of an account is linked by xms_edov ${JSON.stringify(edov)}: ${status}`, async () => {
      const host = await confirmed();
      it.microsoft.claims = person({ email: host.email, xms_edov: edov });
      const answer = await signIn(it, "microsoft");
      expect(answer.status).toBe(status);
      expect(answer.body.user?.id ?? answer.body.code).toBe(
        status === 200 ? host.id : "identity_not_linked",
      );
    });

  test("that nobody vouches for is unconfirmed in the account it makes", async () => {
    const { body } = await signIn(it, "microsoft");
    expect(body.user).toMatchObject({ emailVerified: false, email: it.microsoft.claims["email"] });
  });

  test("is the name somebody signs in by where he has no mailbox, and links nothing", async () => {
    const host = await confirmed();
    const nobody = { email: undefined, preferred_username: host.email, xms_edov: true };
    it.microsoft.claims = person(nobody);
    expect((await signIn(it, "microsoft")).body.code).toBe("identity_not_linked");
    it.microsoft.claims = person({ ...nobody, preferred_username: "upn@tenant.example" });
    expect((await signIn(it, "microsoft")).body.user).toMatchObject({
      email: "upn@tenant.example",
      emailVerified: false,
    });
  });
});

// Providers that are away, slow or talk nonsense: a problem document in time, and nothing made of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { begin } from "../../../src/accounts/oauth/begin.ts";
import { complete } from "../../../src/accounts/oauth/complete.ts";
import { makeProviders, type Providers } from "../../../src/accounts/oauth/providers.ts";
import { listening } from "../../support/http.ts";
import { client, testWorld } from "../../support/world.ts";
import { comeBack, type Scene, scene, setOut, signIn, somebody } from "./support/visit.ts";

let it: Scene;
beforeAll(async () => {
  it = await scene();
});
afterAll(() => it.stop());
beforeEach(() => {
  it.google.claims = somebody();
  it.google.faults = {};
});

const NONSENSE: [string, () => Response][] = [
  ["an error of its own", () => new Response("Oops", { status: 500 })],
  ["a page", () => new Response("<html></html>", { headers: { "content-type": "text/html" } })],
  ["no JSON", () => new Response("{", { headers: { "content-type": "application/json" } })],
  ["null", () => Response.json(null)],
  ["nothing", () => new Response(null, { status: 204 })],
  ["a redirect", () => Response.redirect("http://127.0.0.1:9/elsewhere", 302)],
  ["too much", () => Response.json({ pad: "x".repeat(300_000) })],
];

describe.each(["discovery", "token", "keys"] as const)("where the %s endpoint answers", (where) => {
  for (const [what, answer] of NONSENSE)
    test(`${what}, nobody is signed in and it is said`, async () => {
      // A process that knows nothing of the provider yet.
      const api = client(it.world);
      if (where === "discovery") {
        it.google.faults = { discovery: answer };
        const answered = await api("GET", "/auth/google");
        expect([answered.status, answered.body.code]).toEqual([502, "provider_failed"]);
        it.google.faults = {};
        expect((await signIn({ ...it, api })).status).toBe(200);
        return;
      }
      const { authorizationUrl, cookie } = await setOut(api);
      it.google.faults = { [where]: answer };
      const back = await it.google.consent(authorizationUrl);
      const answered = await comeBack(api, back, cookie);
      expect(["provider_failed", "sign_in_refused"]).toContain(answered.body.code);
      const made = "select id from users where email = $1";
      expect(await it.world.db.run(made, [String(it.google.claims["email"])])).toEqual([]);
    });

  test("never, it is not waited for", async () => {
    const [patient, hasty] = [makeProviders(it.world), makeProviders(it.world, 50)];
    const provider = "google";
    if (where === "discovery") {
      it.google.faults = { discovery: null };
      const begun = begin(it.world, hasty, { provider });
      await expect(begun).rejects.toMatchObject({ problem: "provider_failed" });
      return;
    }
    // Only what never answers is hurried: the rest may take its time on a busy machine.
    const fetch: Providers["fetch"] = (url, asked) => {
      const { pathname } = new URL(url instanceof Request ? url.url : url);
      return (pathname.endsWith(`/${where}`) ? hasty : patient).fetch(url, asked);
    };
    const providers = { ...patient, fetch };
    const { authorizationUrl, browserSecret } = await begin(it.world, providers, { provider });
    it.google.faults = { [where]: null };
    const { searchParams: parameters } = await it.google.consent(authorizationUrl);
    const back = { provider, parameters, browserSecret, userAgent: null } as const;
    await expect(complete(it.world, providers, back)).rejects.toMatchObject({
      problem: "provider_failed",
    });
  });
});

test("a client secret that the provider does not know is our trouble, not the user's", async () => {
  const config = { ...it.world.config, GOOGLE_CLIENT_SECRET: "an old one" };
  const world = { ...it.world, config };
  const { status, body } = await signIn({ ...it, world, api: client(world) });
  expect([status, body.code]).toEqual([502, "provider_failed"]);
});

test("what the provider says of itself is asked once by a process, also at once", async () => {
  const api = client(it.world);
  const path = "/.well-known/openid-configuration";
  const before = it.google.asked.get(path) ?? 0;
  await Promise.all(Array.from({ length: 5 }, () => setOut(api)));
  await setOut(api);
  expect(it.google.asked.get(path)).toBe(before + 1);
});

test("the log says which sign-in failed and why, and quotes nothing", async () => {
  const { world, written } = listening(it.world);
  it.google.claims = somebody({ nonce: "another" });
  await signIn({ ...it, world, api: client(world) });
  expect(written()).toContain("OAUTH_JWT_CLAIM_COMPARISON_FAILED");
  const quoted = [
    String(it.google.claims["email"]),
    "eyJ",
    it.google.clientSecret,
    "code=",
    "state=",
  ];
  expect(quoted.filter((each) => written().includes(each))).toEqual([]);
});

describe("a provider that is not set up", () => {
  test("has no door", async () => {
    const api = client(await testWorld({ DATABASE_URL: it.world.config.DATABASE_URL }));
    for (const path of ["google", "microsoft", "google?returnTo=//x"]) {
      const { status, body } = await api("GET", `/auth/${path}`);
      expect([status, body.code]).toEqual([404, "provider_not_configured"]);
    }
  });
  test("is no provider at all", async () => {
    expect((await it.api("GET", "/auth/facebook")).body.code).toBe("not_found");
  });
});

test("who sets out too often is refused before anything is asked or kept", async () => {
  const config = { ...it.world.config, RATE_LIMIT_PER_MINUTE: 10 };
  const api = client({ ...it.world, config }, "192.0.2.77");
  const statuses: number[] = [];
  for (let i = 0; i < 5; i += 1) statuses.push((await api("GET", "/auth/google")).status);
  expect(statuses).toEqual([302, 302, 302, 429, 429]);
});

test("the library is loaded by the first sign-in, not by making the app", async () => {
  const script = `
    import { createApp } from "./src/app.ts";
    import { makeProviders } from "./src/accounts/oauth/providers.ts";
    const world = { config: { PUBLIC_URL: "http://kalends.test", JWT_SECRET: "x".repeat(32), CORS_ORIGINS: "", TRUSTED_PROXIES: "" }, now: () => Temporal.Now.instant(), log: { warn() {} } };
    createApp(world);
    const isLoaded = () => Object.keys(require.cache).some((path) => path.includes("oauth4webapi"));
    const before = isLoaded();
    await makeProviders(world, 1).metadataOf({ discoveryUrl: "http://127.0.0.1:9/" }).catch(() => {});
    console.log(before, isLoaded());`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "pipe" });
  expect(await new Response(child.stdout).text()).toBe("false true\n");
});

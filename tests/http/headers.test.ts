// What every answer carries, and what becomes of its body on the way out.
import { beforeAll, describe, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { bareApp, json, type Send, sender } from "../support/http.ts";
import { type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let send: Send;
let host: Host;

beforeAll(async () => {
  world = await testWorld();
  host = await makeHost(world);
  const app = bareApp(world)
    .get("/api/v1/boom", () => {
      throw new Error("boom");
    })
    .get("/page", () => new Response("<p>", { headers: { "content-type": "text/html" } }))
    .get(
      "/cached",
      () => new Response("x", { headers: { "cache-control": "public, max-age=60" } }),
    );
  const odd = sender(world, app.fetch);
  const real = sender(world);
  send = (path, init, peer) =>
    (/^\/(page|cached|api\/v1\/boom)$/.test(path) ? odd : real)(path, init, peer);
});

const signedIn = () => ({ headers: { authorization: `Bearer ${host.token}` } });

const SECURITY = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-xss-protection": "0",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "cross-origin",
  "x-dns-prefetch-control": "off",
  "x-permitted-cross-domain-policies": "none",
};

describe("security headers are on every kind of answer:", () => {
  const kinds: [kind: string, status: number, ask: () => Promise<Response>][] = [
    ["success", 200, () => send("/api/v1/users/me", signedIn())],
    ["preflight", 204, () => send("/api/v1/users/me", { method: "OPTIONS" })],
    ["HEAD", 200, () => send("/api/v1/users/me", { ...signedIn(), method: "HEAD" })],
    ["unreadable", 400, () => send("/api/v1/auth/login", json("{"))],
    ["stranger", 401, () => send("/api/v1/users/me")],
    ["unknown path", 404, () => send("/api/v1/no/such/thing")],
    ["wrong method", 405, () => send("/api/v1/users/profile", { method: "DELETE" })],
    ["too large", 413, () => send("/api/v1/auth/login", json("x".repeat(200_000)))],
    ["form", 415, () => send("/api/v1/auth/login", { method: "POST", body: "a=b" })],
    ["invalid", 422, () => send("/api/v1/auth/login", json({}))],
    ["unexpected error", 500, () => send("/api/v1/boom")],
    ["page", 200, () => send("/page")],
    ["documentation", 200, () => send("/swagger")],
    ["script", 200, () => send("/swagger/assets/start.js")],
  ];
  test.each(kinds)("%s", async (_kind, status, ask) => {
    const response = await ask();
    expect(response.status).toBe(status);
    const carried = Object.fromEntries(response.headers);
    expect(carried).toMatchObject(SECURITY);
    expect(carried["content-security-policy"]).toContain("default-src 'none'");
    expect(carried["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(carried["x-request-id"]).toBeString();
    expect(carried["server"]).toBeUndefined();
    expect(carried["x-powered-by"]).toBeUndefined();
  });

  test("no policy of ours lets a script stand in the page", async () => {
    for (const path of ["/page", "/swagger", "/api/v1/users/me"]) {
      const policy = (await send(path)).headers.get("content-security-policy") ?? "";
      const scripts = policy.split("; ").filter((each) => each.startsWith("script-src"));
      for (const each of scripts) expect(each).toBe("script-src 'self'");
    }
  });

  test("HSTS in production only", async () => {
    expect((await send("/health")).headers.has("strict-transport-security")).toBe(false);
    const live = await testWorld({ NODE_ENV: "production" });
    const { headers } = await sender(live)("/health");
    expect(headers.get("strict-transport-security")).toContain("max-age=31536000");
  });
});

test("of a copy that is still right only what may have changed is told", async () => {
  const type = await makeMeetingType(world, host);
  const path = `/api/v1/meeting-types/${type.id}/slots`;
  const etag = (await send(path)).headers.get("etag")!;
  const { status, headers } = await send(path, { headers: { "if-none-match": etag } });
  expect([status, headers.get("etag"), headers.get("vary")]).toEqual([304, etag, "Origin"]);
  expect(headers.get("cache-control")).toStartWith("public");
  expect(headers.has("x-request-id")).toBe(true);
  for (const name of [...Object.keys(SECURITY), "content-security-policy"])
    expect(headers.has(name)).toBe(false);
});

describe("caches", () => {
  test("keep nothing of the API that does not say so", async () => {
    for (const path of ["/api/v1/users/me", "/api/v1/users/nobody"])
      expect((await send(path, signedIn())).headers.get("cache-control")).toBe("no-store");
  });
  test("keep what says so", async () => {
    expect((await send("/cached")).headers.get("cache-control")).toBe("public, max-age=60");
  });
});

describe("compression", () => {
  const text = "kalends ".repeat(1000);
  const app = () =>
    bareApp(world)
      .get("/long", () => ({ text }))
      .get("/short", () => ({ text: "short" }))
      .get("/zip", () => new Response(text, { headers: { "content-type": "application/zip" } }))
      .get(
        "/coded",
        () =>
          new Response(text, {
            headers: { "content-type": "text/plain", "content-encoding": "br" },
          }),
      )
      .get(
        "/events",
        () => new Response(text, { headers: { "content-type": "text/event-stream" } }),
      );
  const ask = (path: string, accept?: string) =>
    sender(world, app().fetch)(path, accept ? { headers: { "accept-encoding": accept } } : {});

  test.each(["gzip", "br;q=0.5, gzip;q=0.8", "deflate, gzip", "br;q=0, GZIP"])(
    "gzip for who takes %s",
    async (accept) => {
      const response = await ask("/long", accept);
      expect(response.headers.get("content-encoding")).toBe("gzip");
      expect(response.headers.get("vary")).toMatch(/accept-encoding/i);
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes.length).toBeLessThan(1000);
      expect(JSON.parse(gunzipSync(bytes).toString())).toEqual({ text });
    },
  );
  test.each(["br", "gzip, deflate, br, zstd", "gzip;q=0.9, br;q=1.0", "gzip ; q=0 , br"])(
    "Brotli for who takes %s",
    async (accept) => {
      const response = await ask("/long", accept);
      expect(response.headers.get("content-encoding")).toBe("br");
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes.length).toBeLessThan(1000);
      expect(JSON.parse(brotliDecompressSync(bytes).toString())).toEqual({ text });
    },
  );
  test.each([undefined, "identity", "gzip;q=0", "br;q=0.000", "gzipped", "x-br", "gzip;q=none"])(
    "not for who takes %s",
    async (accept) => {
      const response = await ask("/long", accept);
      expect(response.headers.has("content-encoding")).toBe(false);
      expect(response.headers.get("vary")).toMatch(/accept-encoding/i);
      expect(await response.json()).toEqual({ text });
    },
  );
  test.each(["/short", "/zip", "/events"])("not of %s", async (path) => {
    expect((await ask(path, "gzip")).headers.has("content-encoding")).toBe(false);
  });
  test("not of what is coded already", async () => {
    expect((await ask("/coded", "gzip")).headers.get("content-encoding")).toBe("br");
  });
  test("of a problem as of anything else, its headers kept", async () => {
    const response = await send("/api/v1/auth/login", {
      ...json(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`unknown${i}`, i]))),
      headers: { "content-type": "application/json", "accept-encoding": "gzip" },
    });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

test("an event stream leaves piece by piece", async () => {
  let push = (_text: string) => {};
  const stream = new ReadableStream({
    start(controller) {
      push = (piece) => controller.enqueue(new TextEncoder().encode(piece));
    },
  });
  const app = bareApp(world).get(
    "/events",
    () => new Response(stream, { headers: { "content-type": "text/event-stream" } }),
  );
  const ask = { headers: { "accept-encoding": "gzip" } };
  const reader = (await sender(world, app.fetch)("/events", ask)).body?.getReader();
  push("data: one\n\n");
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: one\n\n");
  push("data: two\n\n");
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: two\n\n");
  await reader?.cancel();
});

describe("HEAD", () => {
  test("is GET without a body", async () => {
    const head = await send("/api/v1/users/me", { ...signedIn(), method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-type")).toContain("application/json");
    expect(await head.text()).toBe("");
  });
  test("is refused as GET is", async () => {
    expect((await send("/api/v1/users/me", { method: "HEAD" })).status).toBe(401);
    expect((await send("/api/v1/no/such", { method: "HEAD" })).status).toBe(404);
  });
});

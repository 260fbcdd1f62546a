// Which page may read what: any page what a stranger may book by, the listed ones the rest.
import { beforeAll, describe, expect, test } from "bun:test";
import { json, type Send, sender } from "../support/http.ts";
import { type Host, makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const OURS = "https://app.example";
const STRANGER = "https://stranger.example";
const ID = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";

let send: Send;
let host: Host;

beforeAll(async () => {
  const world = await testWorld({ CORS_ORIGINS: `${OURS}, https://second.example` });
  send = sender(world);
  host = await makeHost(world);
});

const preflight = (method: string, path: string, origin: string) =>
  send(`/api/v1${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,content-type,idempotency-key",
    },
  });
const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

const PUBLIC = [
  ["GET", "/users/ada"],
  ["GET", "/users/ada/intro"],
  ["GET", `/meeting-types/${ID}/slots`],
  ["POST", `/meeting-types/${ID}/holds`],
  ["DELETE", `/holds/${ID}`],
  ["POST", "/bookings"],
  ["GET", `/bookings/${ID}`],
  ["GET", `/bookings/${ID}/calendar.ics`],
  ["PATCH", `/bookings/${ID}/cancel`],
  ["PATCH", `/bookings/${ID}/reschedule`],
] as const;
const SIGNED_IN = [
  ["GET", "/users/me"],
  ["PATCH", "/users/me"],
  ["GET", "/users/profile"],
  ["PATCH", "/users/me/password"],
  ["GET", "/bookings"],
  ["DELETE", `/bookings/${ID}`],
  ["PATCH", `/bookings/${ID}`],
  ["GET", "/schedules"],
  ["POST", "/meeting-types"],
  ["POST", `/meeting-types/${ID}/links`],
  ["POST", "/auth/login"],
] as const;

describe("a preflight", () => {
  test.each(PUBLIC)("lets any page ask %s %s", async (method, path) => {
    const response = await preflight(method, path, STRANGER);
    expect(response.status).toBe(204);
    expect(allowed(response)).toBe(STRANGER);
    expect(response.headers.get("access-control-allow-methods")).toContain(method);
    expect(response.headers.get("access-control-allow-headers")).toContain("idempotency-key");
    expect(Number(response.headers.get("access-control-max-age"))).toBeGreaterThan(0);
  });
  test.each(SIGNED_IN)("lets only listed pages ask %s %s", async (method, path) => {
    expect(allowed(await preflight(method, path, STRANGER))).toBeNull();
    expect(allowed(await preflight(method, path, OURS))).toBe(OURS);
    expect(allowed(await preflight(method, path, "https://second.example"))).not.toBeNull();
  });
  test.each([
    "null",
    "https://app.example.evil.example",
    "https://evil.example/https://app.example",
    "http://app.example",
    "https://app.example:8443",
    "https://APP.example.",
    "",
  ])("takes no other origin for a listed one: %s", async (origin) => {
    expect(allowed(await preflight("PATCH", "/users/me", origin))).toBeNull();
  });
});

describe("an answer", () => {
  const as = (origin: string) => ({
    headers: { origin, authorization: `Bearer ${host.token}` },
  });
  test("of a signed-in route is for listed pages", async () => {
    expect(allowed(await send("/api/v1/users/me", as(OURS)))).toBe(OURS);
    expect(allowed(await send("/api/v1/users/me", as(STRANGER)))).toBeNull();
  });
  test("says that it depends on the origin, also where none was sent", async () => {
    expect((await send("/api/v1/users/ada")).headers.get("vary")).toMatch(/\borigin\b/i);
    expect((await send("/api/v1/users/me", as(OURS))).headers.get("vary")).toMatch(/\borigin\b/i);
  });
  test("never lets cookies along", async () => {
    for (const response of [
      await send("/api/v1/users/me", as(OURS)),
      await preflight("POST", "/bookings", STRANGER),
    ])
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
  });
  test("lets a page read the headers that it needs", async () => {
    const response = await send("/api/v1/users/me", as(OURS));
    const exposed = response.headers.get("access-control-expose-headers") ?? "";
    for (const name of ["etag", "retry-after", "ratelimit", "x-request-id"])
      expect(exposed.split(", ")).toContain(name);
  });
});

test("a refusal can be read by the page that it is for, whoever refused", async () => {
  const world = await testWorld({ RATE_LIMIT_PER_MINUTE: "3" });
  const send = sender(world);
  const origin = { origin: STRANGER };
  const path = "/api/v1/bookings";
  const refusals = [
    await send(path, json({ nonsense: "x".repeat(120_000) }, origin), "192.0.2.7"),
    await send(path, { method: "POST", body: "a=b", headers: origin }, "192.0.2.8"),
    await send("/api/v1/users/nobody", { headers: origin }, "192.0.2.8"),
  ];
  for (let i = 0; i < 3; i += 1) refusals[3] = await send(path, json({}, origin), "192.0.2.9");
  expect(refusals.map(({ status }) => status)).toEqual([413, 415, 404, 429]);
  expect(refusals.map(allowed)).toEqual(Array(4).fill(STRANGER));
});

// Whose pages may show a meeting type, as browsers are told: any, a user's, a type's own.
import { describe, expect, test } from "bun:test";
import { json, type Send, sender } from "../support/http.ts";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const OURS = "https://shop.example";
const STRANGER = "https://stranger.example";
const START = "2026-11-24T09:00:00Z";
const window = "from=2026-11-24&until=2026-11-24";

const world = await testWorld({ CORS_ORIGINS: "https://app.example" });
const api = client(world);
const send: Send = sender(world);
const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

async function setUp(given: { type?: object; user?: object } = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const { token } = host;
  for (const [path, body] of [
    [`/meeting-types/${type.id}`, given.type],
    ["/users/me", given.user],
  ] as const)
    if (body) expect((await api("PATCH", path, { token, body })).status).toBe(200);
  return { host, type };
}

interface Asked {
  readonly path: string;
  readonly init: RequestInit;
}

const guest = { name: "Grace", email: "grace@example.com", timeZone: "UTC" };

/** Every public route about a type. */
const routesOf = (
  host: Host,
  type: MeetingType,
  booking: { id: string; token: string },
): Asked[] => {
  const get = (path: string) => ({ path: `/api/v1${path}`, init: {} });
  const patch = (path: string, body: object) => ({
    path: `/api/v1${path}`,
    init: { ...json(body, { "x-booking-token": booking.token }), method: "PATCH" },
  });
  return [
    get(`/users/${host.username}/${type.slug}`),
    get(`/users/${host.username.toUpperCase()}/${type.slug}/slots?${window}`),
    get(`/meeting-types/${type.id}/slots?${window}`),
    get(`/meeting-types/${type.id}/slots/events`),
    { path: `/api/v1/meeting-types/${type.id}/holds`, init: json({ start: START }) },
    {
      path: "/api/v1/bookings",
      init: json({ meetingTypeId: type.id, start: "2026-11-25T09:00:00Z", guest }),
    },
    get(`/bookings/${booking.id}?token=${booking.token}`),
    get(`/bookings/${booking.id}/calendar.ics?token=${booking.token}`),
    patch(`/bookings/${booking.id}/reschedule`, { start: "2026-11-26T09:00:00Z" }),
    patch(`/bookings/${booking.id}/cancel`, {}),
  ];
};

async function booked(type: MeetingType) {
  const { body } = await book(api, type, "2026-11-27T09:00:00Z");
  const token = new URL(body.cancelUrl).searchParams.get("token")!;
  return { id: body.booking.id as string, token };
}

const as = ({ path, init }: Asked, origin: string) =>
  send(path, { ...init, headers: { ...(init.headers as object), origin } });

const preflight = ({ path, init }: Asked, origin: string) =>
  send(path.split("?")[0]!, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": init.method ?? "GET" },
  });

describe("a type that names its origins", () => {
  test("lets pages of those ask, before and after a preflight, and no others", async () => {
    const { host, type } = await setUp({
      type: { allowedOrigins: [OURS, "http://localhost:8080"] },
    });
    const booking = await booked(type);
    for (const asked of routesOf(host, type, booking)) {
      const refused = await as(asked, STRANGER);
      expect([asked.path, refused.status, allowed(refused)]).toEqual([asked.path, 403, null]);
      expect(await refused.json()).toMatchObject({ code: "origin_not_allowed" });
      expect(refused.headers.get("vary")).toMatch(/origin/i);
      if (asked.path !== "/api/v1/bookings")
        expect(allowed(await preflight(asked, STRANGER))).toBeNull();
      expect(allowed(await preflight(asked, OURS))).toBe(OURS);
    }
    // Nothing was done for the stranger: for ours there is still everything to do.
    for (const asked of routesOf(host, type, booking)) {
      const answer = await as(asked, OURS);
      expect([asked.path, answer.status < 300, allowed(answer)]).toEqual([asked.path, true, OURS]);
      await answer.body?.cancel();
    }
  });

  test.each([
    "null",
    `${OURS}.evil.example`,
    `https://evil.example/${OURS}`,
    "http://shop.example",
    `${OURS}:8443`,
    "https://SHOP.example.",
    "https://www.shop.example",
  ])("takes no other origin for one of them: %s", async (origin) => {
    const { type } = await setUp({ type: { allowedOrigins: [OURS] } });
    const answer = await send(`/api/v1/meeting-types/${type.id}/slots?${window}`, {
      headers: { origin },
    });
    expect([answer.status, allowed(answer)]).toEqual([403, null]);
  });

  test("may name none: then only the server's own pages show it", async () => {
    const { type } = await setUp({ type: { allowedOrigins: [] } });
    const path = `/api/v1/meeting-types/${type.id}/slots?${window}`;
    for (const [headers, status] of [
      [{ origin: STRANGER }, 403],
      [{ origin: "http://kalends.test" }, 200],
      [{ origin: "https://other-name.test", host: "other-name.test" }, 200],
      [{ origin: "https://third-name.test", "sec-fetch-site": "same-origin" }, 200],
      [{ origin: "https://app.example" }, 200],
      [{}, 200],
    ] as const)
      expect([headers, (await send(path, { headers })).status]).toEqual([headers, status]);
  });
});

describe("a user's origins", () => {
  test("hold for his types that name none of their own", async () => {
    const { host, type } = await setUp({ user: { allowedOrigins: [OURS] } });
    const own = await makeMeetingType(world, host);
    const body = { allowedOrigins: [STRANGER] };
    await api("PATCH", `/meeting-types/${own.id}`, { token: host.token, body });
    const may = async ({ id }: MeetingType, origin: string) =>
      allowed(
        await send(`/api/v1/meeting-types/${id}/slots?${window}`, { headers: { origin } }),
      ) === origin;
    expect([await may(type, OURS), await may(type, STRANGER)]).toEqual([true, false]);
    expect([await may(own, OURS), await may(own, STRANGER)]).toEqual([false, true]);
    await api("PATCH", "/users/me", { token: host.token, body: { allowedOrigins: null } });
    expect(await may(type, STRANGER)).toBe(true);
  });

  test("are told with the profile, and stay where a change says nothing of them", async () => {
    const { host } = await setUp({ user: { allowedOrigins: [OURS] } });
    const { token } = host;
    await api("PATCH", "/users/profile", { token, body: { firstName: "Augusta" } });
    const { body } = await api("GET", "/users/me", { token });
    expect(body).toMatchObject({ firstName: "Augusta", allowedOrigins: [OURS] });
  });
});

test("a secret type is for the pages that are named only; a public one for all", async () => {
  const { host, type } = await setUp({ type: { visibility: "secret" } });
  const at = `/api/v1/meeting-types/${type.id}/slots?${window}`;
  expect((await send(at, { headers: { origin: STRANGER } })).status).toBe(403);
  const body = { visibility: "public" };
  await api("PATCH", `/meeting-types/${type.id}`, { token: host.token, body });
  expect(allowed(await send(at, { headers: { origin: STRANGER } }))).toBe(STRANGER);
});

test("a type keeps its origins through other changes, and tells them to its owner only", async () => {
  const host = await makeHost(world);
  const { token } = host;
  const made = await api("POST", "/meeting-types", {
    token,
    body: { title: "Tea", allowedOrigins: [OURS] },
  });
  expect(made.body.allowedOrigins).toEqual([OURS]);
  const path = `/meeting-types/${made.body.id}`;
  await api("PATCH", path, { token, body: { title: "Coffee" } });
  expect((await api("GET", path, { token })).body.allowedOrigins).toEqual([OURS]);
  const seen = await api("GET", `/users/${host.username}/tea`);
  expect(seen.status).toBe(200);
  expect(seen.text).not.toContain(OURS);
});

test.each([
  "https://shop.example/",
  "https://SHOP.example",
  "https://*.shop.example",
  "ftp://shop.example",
  "https://a;script-src x",
  "https://a;b.example",
  "https://shop.example:443",
  "https://bücher.example",
  "null",
  "*",
  "",
])("%j is no origin", async (origin) => {
  const { token } = await makeHost(world);
  const answer = await api("PATCH", "/users/me", { token, body: { allowedOrigins: [origin] } });
  expect(answer.status).toBe(422);
  expect(answer.body.errors[0]).toMatchObject({
    path: "allowedOrigins",
    message: expect.stringContaining("https://www.example.com"),
  });
});

test.each([
  [Array.from({ length: 51 }, (_, i) => `https://shop-${i}.example`)],
  [[OURS, OURS]],
  [`${OURS}`],
])("a list of origins is bounded, and names each once", async (allowedOrigins) => {
  const { token } = await makeHost(world);
  expect((await api("PATCH", "/users/me", { token, body: { allowedOrigins } })).status).toBe(422);
});

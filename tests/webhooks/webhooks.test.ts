// Endpoints as their owner makes, changes and ends them.
import { describe, expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { makeHook } from "./support/house.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const api = client(world);
const URL_GIVEN = "https://203.0.114.7/kalends?key=1";

const stored = async (id: string) =>
  (await world.db.run("select * from webhook_endpoints where id = $1", [id]))[0] ?? {};
const audited = async (id: string) =>
  (
    await world.db.run("select action from audit_log where subject_id = $1 order by action", [id])
  ).map((row) => row["action"]);

describe("making one", () => {
  test("shows its secret once, of 32 random bytes, and keeps it sealed", async () => {
    const host = await makeHost(world);
    const body = { url: URL_GIVEN, events: ["booking.created"], description: " Our CRM " };
    const made = await api("POST", "/webhooks", { token: host.token, body });
    expect([made.status, made.headers.get("cache-control")]).toEqual([201, "no-store"]);
    const { secret, ...shown } = made.body;
    expect(secret).toMatch(/^whsec_/);
    expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32);
    expect(shown).toMatchObject({
      url: URL_GIVEN,
      events: ["booking.created"],
      description: "Our CRM",
      isActive: true,
      status: "active",
      failingSince: null,
      disabledAt: null,
      previousSecretUntil: null,
    });
    const row = JSON.stringify(await stored(shown.id));
    expect(row).not.toContain(secret.slice(6));
    const path = `/webhooks/${shown.id}`;
    expect((await api("GET", path, { token: host.token })).body).toEqual(shown);
    expect((await api("GET", "/webhooks", { token: host.token })).body.data).toEqual([shown]);
    expect(await audited(shown.id)).toEqual(["WEBHOOK_CREATED"]);
  });

  test.each([
    ["no events", { url: URL_GIVEN, events: [] }],
    ["an unknown event", { url: URL_GIVEN, events: ["booking.dreamt"] }],
    ["an event twice", { url: URL_GIVEN, events: ["booking.created", "booking.created"] }],
    ["no URL", { url: "kalends", events: ["booking.created"] }],
    ["another protocol", { url: "ftp://example.com/", events: ["booking.created"] }],
    ["a password", { url: "https://a:b@example.com/", events: ["booking.created"] }],
    ["a fragment", { url: "https://example.com/#a", events: ["booking.created"] }],
  ])("is refused with %s", async (_what, body) => {
    const host = await makeHost(world);
    expect((await api("POST", "/webhooks", { token: host.token, body })).status).toBe(422);
  });

  test("needs ENCRYPTION_KEY", async () => {
    const { ENCRYPTION_KEY: _, ...config } = world.config;
    const ask = client({ ...world, config });
    const host = await makeHost(world);
    const body = { url: URL_GIVEN, events: ["booking.created"] };
    const { status, body: problem } = await ask("POST", "/webhooks", { token: host.token, body });
    expect([status, problem.code]).toEqual([503, "encryption_key_missing"]);
  });
});

test("who owns it changes, pauses and deletes it; for others it is not there", async () => {
  const [host, other] = [await makeHost(world), await makeHost(world)];
  const { id } = await makeHook(api, host, URL_GIVEN);
  const path = `/webhooks/${id}`;
  const body = { events: ["booking.cancelled"], description: null, isActive: false };
  for (const [method, at] of [
    ["GET", path],
    ["PATCH", path],
    ["DELETE", path],
    ["POST", `${path}/rotate-secret`],
    ["POST", `${path}/test`],
    ["GET", `${path}/deliveries`],
    ["POST", `${path}/deliveries/${id}/replay`],
  ] as const)
    expect(
      (await api(method, at, { token: other.token, ...(method === "PATCH" && { body }) })).status,
    ).toBe(404);
  const changed = await api("PATCH", path, { token: host.token, body });
  expect(changed.body).toMatchObject({ ...body, status: "paused", url: URL_GIVEN });
  expect((await api("DELETE", path, { token: host.token })).status).toBe(200);
  expect((await api("GET", path, { token: host.token })).status).toBe(404);
  expect(await audited(id)).toEqual(["WEBHOOK_CHANGED", "WEBHOOK_CREATED", "WEBHOOK_DELETED"]);
});

test("a rotation gives another secret and says until when the old one signs", async () => {
  const host = await makeHost(world);
  const hook = await makeHook(api, host, URL_GIVEN);
  const path = `/webhooks/${hook.id}`;
  const { body } = await api("POST", `${path}/rotate-secret`, { token: host.token });
  expect(body.secret).toMatch(/^whsec_/);
  expect(body.secret).not.toBe(hook.secret);
  expect(body.previousSecretUntil).toBe(world.now().add({ hours: 24 }).toString());
  expect(await audited(hook.id)).toEqual(["WEBHOOK_CREATED", "WEBHOOK_SECRET_ROTATED"]);
});

test("an installation bounds them even without plans, also when many are made at once", async () => {
  const host = await makeHost(world);
  const body = { url: URL_GIVEN, events: ["booking.created"] };
  const all = await Promise.all(
    Array.from({ length: 55 }, () => api("POST", "/webhooks", { token: host.token, body })),
  );
  expect(all.filter(({ status }) => status === 201)).toHaveLength(50);
  expect(all.filter(({ status }) => status === 403)).toHaveLength(5);
});

// Endpoints of an organization: its admins' to manage, told of its meeting types.
import { describe, expect, test } from "bun:test";
import { canHost, makeCrew } from "../organizations/support/people.ts";
import { book } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { deliveriesOf, makeHook, promised, sendAll } from "./support/house.ts";
import { startReceiver } from "./support/receiver.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const api = client(world);
const NOWHERE = "http://127.0.0.1:1/";
const EVENTS = ["booking.created", "booking.cancelled", "meeting_type.created"];

async function scene() {
  const crew = await makeCrew(world, api);
  const body = { url: NOWHERE, events: EVENTS, organizationId: crew.id };
  const { body: hook } = await api("POST", "/webhooks", { token: crew.admin.token, body });
  return { ...crew, hook };
}

describe("an organization's endpoint", () => {
  test("is made, seen and changed by its admins; for others it is not there", async () => {
    const { id, owner, admin, member, stranger, hook } = await scene();
    expect(hook).toMatchObject({ organizationId: id, status: "active" });
    const body = { url: NOWHERE, events: EVENTS, organizationId: id };
    const statuses = await Promise.all(
      [member, stranger].map(({ token }) => api("POST", "/webhooks", { token, body })),
    );
    expect(statuses.map(({ status }) => status)).toEqual([403, 404]);
    const path = `/webhooks/${hook.id}`;
    for (const { token } of [owner, admin]) {
      expect((await api("GET", path, { token })).status).toBe(200);
      expect((await api("GET", "/webhooks", { token })).body.data).toHaveLength(1);
    }
    for (const { token } of [member, stranger]) {
      expect((await api("GET", path, { token })).status).toBe(404);
      expect((await api("PATCH", path, { token, body: { isActive: false } })).status).toBe(404);
      expect((await api("GET", `${path}/deliveries`, { token })).status).toBe(404);
      expect((await api("DELETE", path, { token })).status).toBe(404);
      expect((await api("GET", "/webhooks", { token })).body.data).toEqual([]);
    }
  });

  test("hears of its meeting types and their bookings, whoever hosts, and of nobody's own", async () => {
    const { id, owner, member, hook } = await scene();
    await canHost(api, id, member);
    const hers = await makeHook(api, member, NOWHERE, EVENTS);
    const make = (title: string, more: object) =>
      api("POST", "/meeting-types", { token: owner.token, body: { title, ...more } });
    const hostGroups = [{ hosts: [{ userId: member.id }], required: "all" }];
    const type = await make("Ours", { organizationId: id, hostGroups });
    expect(type.status).toBe(201);
    const own = await make("Mine", {});
    expect((await book(api, type.body, "2026-11-30T10:00:00Z")).status).toBe(201);
    expect((await book(api, own.body, "2026-11-30T10:00:00Z")).status).toBe(201);
    const kinds = async (of: { id: string }) => (await promised(world, of)).map(({ kind }) => kind);
    expect((await kinds(hook)).toSorted()).toEqual(["booking.created", "meeting_type.created"]);
    expect(await kinds(hers)).toEqual(["booking.created"]);
  });

  test("gets what it is told, and tells the organization's owner of its health", async () => {
    await using receiver = await startReceiver();
    receiver.behave(() => ({ status: 410 }));
    const { admin, owner, hook } = await scene();
    const token = admin.token;
    await api("PATCH", `/webhooks/${hook.id}`, { token, body: { url: receiver.url } });
    await api("POST", `/webhooks/${hook.id}/test`, { token });
    await sendAll(world);
    expect(receiver.received).toHaveLength(1);
    const told = await world.db.run(
      "select user_id from notifications where type = 'WEBHOOK_DISABLED'",
      [],
    );
    expect(told).toEqual([{ userId: owner.id }]);
    expect((await deliveriesOf(api, owner, hook))[0].status).toBe("failed");
  });

  test("is silent once the organization is deleted", async () => {
    await using receiver = await startReceiver();
    const { id, owner, hook } = await scene();
    const token = owner.token;
    await api("PATCH", `/webhooks/${hook.id}`, { token, body: { url: receiver.url } });
    await api("POST", `/webhooks/${hook.id}/test`, { token });
    expect((await api("DELETE", `/organizations/${id}`, { token })).status).toBe(200);
    await sendAll(world);
    expect(receiver.connections()).toBe(0);
    expect((await api("GET", `/webhooks/${hook.id}`, { token })).status).toBe(404);
  });
});

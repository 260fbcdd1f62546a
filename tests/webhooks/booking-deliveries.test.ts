// Webhooks among what became of a booking's promises.
import { expect, test } from "bun:test";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { makeHook, sendAll } from "./support/house.ts";
import { startReceiver } from "./support/receiver.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const api = client(world);

test("are shown to who manages the webhook, and sent again under their id; to other hosts they are not there", async () => {
  await using receiver = await startReceiver();
  receiver.behave(() => ({ status: 410 }));
  const [owner, host] = [await makeHost(world), await makeHost(world)];
  const hook = await makeHook(api, owner, receiver.url, ["booking.created"]);
  const type = await makeMeetingType(world, owner, { groups: [{ hosts: [owner, host] }] });
  const { body } = await book(api, type, "2026-11-23T10:00:00Z");
  await sendAll(world);
  const path = `/bookings/${body.booking.id}/deliveries`;
  const webhooksOf = async ({ token }: Host) =>
    (await api("GET", path, { token })).body.data.filter(
      ({ channel }: { channel: string }) => channel === "webhook",
    );
  expect(await webhooksOf(host)).toEqual([]);
  const [failed] = await webhooksOf(owner);
  expect(failed.state).toBe("failed");
  const again = `${path}/${failed.id}/retry`;
  expect((await api("POST", again, { token: host.token })).status).toBe(404);

  receiver.behave(() => ({ status: 204 }));
  const patch = { token: owner.token, body: { isActive: true } };
  await api("PATCH", `/webhooks/${hook.id}`, patch);
  expect((await api("POST", again, { token: owner.token })).status).toBeLessThan(300);
  await sendAll(world);
  expect(receiver.received).toHaveLength(2);
  const [first, second] = receiver.received;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"] ?? "");
  expect(second?.json).toEqual(first?.json);
});

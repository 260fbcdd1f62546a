// Webhooks by whole workers, from the outbox to their receivers.
import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { makeHook } from "../webhooks/support/house.ts";
import { startReceiver } from "../webhooks/support/receiver.ts";
import { onEachBackend, onPostgres } from "./support/backends.ts";
import { type House, openHouse, type PromiseState } from "./support/house.ts";

const env = { OUTBOUND_ALLOW_PRIVATE: "true" };
const EVENTS = ["booking.created", "booking.rescheduled", "booking.cancelled", "booking.confirmed"];

/** Lets so many pings be due at each of these endpoints. */
const pings = (house: House, hooks: readonly { id: string }[], each: number) =>
  house.world.db.run(
    `insert into outbox (id, queue, kind, endpoint_id, due_at, created_at)
     select gen_random_uuid(), 'webhooks', 'webhook.ping', e.id, $1, $1
     from webhook_endpoints e, generate_series(1, $2::int) where e.id = any ($3)`,
    [
      house.world.now() as never,
      each,
      house.world.db.parameter("uuid[]", hooks.map(({ id }) => id) as never),
    ],
  );

const isOpenWebhook = ({ queue, outcome }: PromiseState) =>
  queue === "webhooks" && outcome !== "done";

onEachBackend("webhooks", (backend) => {
  test("from two workers each event arrives once, and those of a booking in their order", async () => {
    await using house = await openHouse(backend, { env });
    await using receiver = await startReceiver();
    await house.work();
    await house.work();
    await makeHook(house.api, house.host, receiver.url, EVENTS);
    const type = await makeMeetingType(house.world, house.host);
    const ids: string[] = [];
    for (const hour of ["09", "10", "11", "12", "13"]) {
      const { body } = await book(house.api, type, `2026-11-23T${hour}:00:00Z`);
      ids.push(body.booking.id);
    }
    const headers = { authorization: `Bearer ${house.host.token}` };
    for (const verb of ["cancel", "restore", "cancel"])
      for (const id of ids)
        await house.api("PATCH", `/bookings/${id}/${verb}`, { headers, body: {} });
    await eventually(() => expect(receiver.received.length).toBeGreaterThanOrEqual(20));
    await eventually(async () =>
      expect((await house.promises()).filter(isOpenWebhook)).toEqual([]),
    );
    expect(receiver.received).toHaveLength(20);
    expect(new Set(receiver.received.map((each) => each.headers["webhook-id"])).size).toBe(20);
    for (const id of ids)
      expect(
        receiver.received
          .filter(({ json }) => json.data.booking.id === id)
          .map(({ json }) => `${json.data.version} ${json.type}`),
      ).toEqual([
        "1 booking.created",
        "2 booking.cancelled",
        "3 booking.confirmed",
        "4 booking.cancelled",
      ]);
  });
});

test("one receiver that hangs holds up none of fifty others", async () => {
  await using house = await openHouse(onPostgres, { env });
  await using dead = await startReceiver();
  dead.behave(() => "hang");
  await using alive = await startReceiver();
  const hosts = await Promise.all([1, 2].map(() => makeHost(house.world)));
  const hooks = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      makeHook(house.api, hosts[i % 2]!, alive.url, ["booking.created"]),
    ),
  );
  const deadHook = await makeHook(house.api, house.host, dead.url, ["booking.created"]);
  // All its own first, so that in the order of the queue they would be in front of everybody.
  await pings(house, [deadHook], 1000);
  await pings(house, hooks, 20);
  await house.work();
  await eventually(() => expect(alive.received).toHaveLength(1000));
  // Not one attempt at the dead one has ended its ten seconds more than a few times meanwhile.
  expect(dead.received.length).toBeLessThan(50);
  const ids = alive.received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(1000);
});

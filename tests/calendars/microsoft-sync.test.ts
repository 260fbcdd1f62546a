// Microsoft's calendars from a change there to the slots here: their stand-in, their own client, and everything between.
import { expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { openChannels } from "../../src/calendars/channels.ts";
import { makeMicrosoft } from "../../src/calendars/microsoft.ts";
import { edge } from "../../src/http/edge.ts";
import { startGraph } from "../support/graph.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  giveToken,
  makeCalendar,
  makeConnection,
  openSyncs,
  pass,
  syncAll,
  syncDue,
} from "./support/house.ts";

async function house() {
  const made = await testWorld({ PUBLIC_URL: "https://kalends.example" });
  let door: ReturnType<typeof edge> | null = null;
  const graph = await startGraph({
    now: made.now,
    deliver: (url, init) => door!(new Request(url, init)),
  });
  const config = { ...made.config, MICROSOFT_BASE_URL: graph.env["MICROSOFT_BASE_URL"]! };
  const bare = { ...made, config };
  const world = { ...bare, calendars: { microsoft: makeMicrosoft(bare) } };
  door = edge(world, createApp(world).fetch);
  const host = await makeHost(world);
  const connection = await makeConnection(world, host);
  await giveToken(world, connection);
  const externalId = graph.addCalendar();
  await makeCalendar(world, host, { connection, externalId });
  const type = await makeMeetingType(world, host);
  const api = client(world);
  const times = async () => {
    const path = `/meeting-types/${type.id}/slots?from=2026-11-24&until=2026-11-24`;
    const { body } = await api("GET", path);
    return body.days.flatMap(({ slots }: { slots: { start: string }[] }) =>
      slots.map(({ start }) => start.slice(11, 16)),
    );
  };
  const put = (hour: string) =>
    graph.addEvent(externalId, {
      start: `2026-11-24T${hour}:00:00Z`,
      end: `2026-11-24T${hour}:30:00Z`,
    });
  return {
    ...{ world, graph, times, put },
    [Symbol.asyncDispose]: () => graph[Symbol.asyncDispose](),
  };
}

test("what Graph pushes is gone from the slots, for as long as the subscription is prolonged", async () => {
  await using here = await house();
  const { world, graph, times, put } = here;
  put("09");
  await syncAll(world);
  expect(await times()).not.toContain("09:00");
  await openChannels(world);
  await syncDue(world);
  expect(graph.subscriptions).toHaveLength(1);
  put("10");
  expect(await graph.push()).toEqual([202]);
  expect(await syncDue(world)).toBe(1);
  expect(await times()).not.toContain("10:00");
  // Half of its life is over.
  const [subscription] = graph.subscriptions;
  const ended = subscription!.expirationDateTime;
  pass(world, { hours: 36 });
  await openChannels(world);
  expect(graph.subscriptions).toHaveLength(1);
  expect(graph.subscriptions[0]!.expirationDateTime > ended).toBe(true);
});

test("a subscription that Graph has removed is made anew, and what it missed is read", async () => {
  await using here = await house();
  const { world, graph, times, put } = here;
  await syncAll(world);
  await openChannels(world);
  await syncDue(world);
  const [{ id } = { id: "" }] = graph.subscriptions;
  put("09");
  expect(await graph.sayLifecycle(id, "subscriptionRemoved")).toBe(202);
  expect(await openSyncs(world)).toHaveLength(1);
  await syncDue(world);
  expect(await times()).not.toContain("09:00");
  await openChannels(world);
  expect(graph.subscriptions.map((each) => each.id)).not.toContain(id);
  expect(graph.subscriptions).toHaveLength(1);
});

test("cursors that Graph has forgotten cost nothing that is known", async () => {
  await using here = await house();
  const { world, graph, times, put } = here;
  put("09");
  await syncAll(world);
  graph.expireCursors();
  put("10");
  pass(world, { minutes: 20 });
  await syncAll(world);
  expect(await times()).not.toContain("09:00");
  expect(await times()).not.toContain("10:00");
});

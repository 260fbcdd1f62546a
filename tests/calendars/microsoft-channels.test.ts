import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ChannelDraft } from "../../src/calendars/provider.ts";
import { NOW } from "../support/world.ts";
import { type Account, failureOf, openAccount } from "./microsoft-world.ts";

/** Our own door, as the API will be. */
interface Door extends AsyncDisposable {
  readonly url: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever is pushed
  readonly pushed: any[];
  mood: "echo" | "html" | "other" | "slow" | "shut";
}

let door: Door;
beforeEach(() => {
  door = openDoor();
});
afterEach(() => door[Symbol.asyncDispose]());

function openDoor(): Door {
  const pushed: unknown[] = [];
  const state = { mood: "echo" as Door["mood"] };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const token = new URL(request.url).searchParams.get("validationToken");
      if (token === null) {
        pushed.push(await request.json());
        return new Response(null, { status: 202 });
      }
      if (state.mood === "slow") await Bun.sleep(400);
      if (state.mood === "shut") return new Response(null, { status: 503 });
      if (state.mood === "html") return Response.json(token);
      return new Response(state.mood === "other" ? encodeURIComponent(token) : token, {
        headers: { "content-type": "text/plain" },
      });
    },
  });
  return Object.assign(state, {
    url: `http://127.0.0.1:${server.port}/api/v1/calendar/notifications/microsoft`,
    pushed,
    [Symbol.asyncDispose]: () => server.stop(true),
  });
}

const SECRET = "s".repeat(128);
const draft = (): ChannelDraft => ({ id: "0199aaaa", secret: SECRET, url: door.url });
const watch = ({ provider, access, calendar }: Account) =>
  provider.watch(access, calendar, draft());
const EVENT = { start: "2026-11-24T09:00:00Z", end: "2026-11-24T10:00:00Z" };

describe("a channel", () => {
  test("asks for every kind of change of one calendar, and for what becomes of the channel", async () => {
    const account = await openAccount();
    const channel = await watch(account);
    const [made] = account.graph.subscriptions;
    expect(made).toMatchObject({
      id: channel?.externalId,
      resource: `/me/calendars/${encodeURIComponent(account.calendar)}/events`,
      changeType: "created,updated,deleted",
      notificationUrl: door.url,
      lifecycleNotificationUrl: door.url,
      clientState: SECRET,
    });
    expect(account.graph.heard.at(-1)?.prefer).toContain('IdType="ImmutableId"');
  });

  test("lasts as long as was granted, which may be less than was asked for", async () => {
    const account = await openAccount();
    account.graph.rules.grantsMinutes = 60;
    const channel = await watch(account);
    expect(channel?.expiresAt.toString()).toBe(NOW.add({ hours: 1 }).toString());
  });

  test("asks for no more than Graph has ever granted", async () => {
    const account = await openAccount();
    account.graph.rules.longestMinutes = 4230;
    expect((await watch(account))?.expiresAt.toString()).toBe(
      NOW.add({ minutes: 4200 }).toString(),
    );
  });

  test("carries what changes, several in one push, each with the secret", async () => {
    const account = await openAccount();
    const channel = await watch(account);
    const ids = [1, 2, 3].map(() => account.graph.addEvent(account.calendar, EVENT));
    account.graph.addEvent(account.graph.addCalendar(), EVENT);
    expect(await account.graph.push()).toEqual([202]);
    expect(door.pushed).toHaveLength(1);
    const items = door.pushed[0].value;
    // biome-ignore lint/suspicious/noExplicitAny: an item of a push
    expect(items.map(({ resourceData }: any) => resourceData.id)).toEqual(ids);
    for (const item of items)
      expect(item).toMatchObject({ subscriptionId: channel?.externalId, clientState: SECRET });
  });

  test.each(["reauthorizationRequired", "subscriptionRemoved", "missed"] as const)(
    "is told of %s",
    async (event) => {
      const account = await openAccount();
      const channel = await watch(account);
      await account.graph.sayLifecycle(channel!.externalId, event);
      expect(door.pushed[0].value).toMatchObject([{ lifecycleEvent: event, clientState: SECRET }]);
      const isThere = event !== "subscriptionRemoved";
      expect(account.graph.subscriptions).toHaveLength(isThere ? 1 : 0);
    },
  );

  test.each(["html", "other", "slow", "shut"] as const)(
    "is not made while our door does not prove itself (%s), and may be asked for again",
    async (mood) => {
      const account = await openAccount();
      account.graph.rules.validateWithinMs = 200;
      door.mood = mood;
      expect(await failureOf(watch(account))).toMatchObject({ kind: "temporary" });
      door.mood = "echo";
      account.graph.rules.validateWithinMs = 10_000;
      expect(await watch(account)).not.toBeNull();
    },
  );

  test("takes the place of one of the same calendar, of which Graph allows no two", async () => {
    const account = await openAccount();
    const first = await watch(account);
    const other = account.graph.addCalendar();
    await account.provider.watch(account.access, other, draft());
    const second = await watch(account);
    expect(second?.externalId).not.toBe(first?.externalId);
    expect(account.graph.subscriptions.map(({ id }) => id)).toContain(second!.externalId);
    expect(account.graph.subscriptions).toHaveLength(2);
  });

  test("does not take the place of somebody else's address", async () => {
    const account = await openAccount();
    await account.provider.watch(account.access, account.calendar, {
      ...draft(),
      url: `${door.url}?other`,
    });
    expect(await failureOf(watch(account))).toMatchObject({ message: "microsoft: Conflict (409)" });
    expect(account.graph.subscriptions).toHaveLength(1);
  });

  test("stands beside one of the same calendar where Graph allows it", async () => {
    const account = await openAccount();
    account.graph.rules.allowsTwins = true;
    await watch(account);
    await watch(account);
    expect(account.graph.subscriptions).toHaveLength(2);
  });

  test("of a calendar that is gone is not found", async () => {
    const { provider, access } = await openAccount();
    expect(await failureOf(provider.watch(access, "gone", draft()))).toMatchObject({
      kind: "not_found",
    });
  });

  test("is prolonged as what it is, without asking our door", async () => {
    let now = NOW;
    const account = await openAccount({ now: () => now });
    const channel = await watch(account);
    now = NOW.add({ hours: 35 });
    account.graph.rules.grantsMinutes = 3000;
    door.mood = "shut";
    const renewed = await account.provider.renew(account.access, channel!);
    expect(renewed).toEqual({
      externalId: channel!.externalId,
      resourceId: null,
      expiresAt: NOW.add({ minutes: 4200 }),
    });
    expect(account.graph.subscriptions).toHaveLength(1);
  });

  test("that has ended cannot be prolonged", async () => {
    let now = NOW;
    const account = await openAccount({ now: () => now });
    const channel = await watch(account);
    now = NOW.add({ hours: 71 });
    const failure = await failureOf(account.provider.renew(account.access, channel!));
    expect(failure.kind).toBe("not_found");
    account.graph.addEvent(account.calendar, EVENT);
    expect(await account.graph.push()).toEqual([]);
  });

  test("ends, and that it had ended is no failure", async () => {
    const account = await openAccount();
    const channel = await watch(account);
    await account.provider.unwatch(account.access, channel!);
    expect(account.graph.subscriptions).toEqual([]);
    await account.provider.unwatch(account.access, channel!);
  });
});

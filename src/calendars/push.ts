// What providers push: no more than that something has changed. Each push carries the secret of its channel, which is
// derived from the channel's id and kept by nobody but the provider.
import { Problem } from "../problem.ts";
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";
import { notePushes, type Push } from "./channel-queries.ts";

/** What proves a push of a channel; it names the channel. */
export const pushSecret = (world: World, channelId: string): string =>
  makeToken(world, "calendar-push", channelId, 0);

/** The channel that a secret is of, if we made it. */
function channelOf(world: World, secret: unknown): string | null {
  const claim = typeof secret === "string" ? readToken(secret) : null;
  return claim && isGenuine(world, "calendar-push", claim, 0) ? claim.id : null;
}

/**
 * Notes a push of Google: https://developers.google.com/workspace/calendar/api/guides/push. Its first one, `sync`, says
 * nothing. Twice, late or in any order comes to the same, since it says no more than "look". Problems: unauthorized.
 */
export async function hearGoogle(
  world: World,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const channelId = channelOf(world, headers["x-goog-channel-token"]);
  if (channelId === null || channelId !== headers["x-goog-channel-id"]?.toLowerCase())
    throw notOurs();
  if (headers["x-goog-resource-state"] === "sync") return;
  await note(world, [{ channelId, event: "changed" }]);
}

const MAX_ITEMS = 1_000;

const EVENTS: Readonly<Record<string, Push["event"]>> = {
  reauthorizationRequired: "expiring",
  subscriptionRemoved: "removed",
};

/**
 * Notes what Microsoft Graph pushes: changes, and what becomes of subscriptions, in one collection that may be of many
 * mailboxes (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks). What of it does not carry a
 * secret of ours is left out. Problems: unauthorized, where nothing does.
 */
export async function hearMicrosoft(world: World, body: string): Promise<void> {
  const items = itemsOf(body);
  const pushes = items.slice(0, MAX_ITEMS).flatMap(({ clientState, lifecycleEvent }): Push[] => {
    const channelId = channelOf(world, clientState);
    const event = EVENTS[String(lifecycleEvent)] ?? "changed";
    return channelId === null ? [] : [{ channelId, event }];
  });
  if (pushes.length === 0) throw notOurs();
  await note(world, pushes);
}

function itemsOf(body: string): { clientState?: unknown; lifecycleEvent?: unknown }[] {
  try {
    const { value } = JSON.parse(body);
    if (Array.isArray(value))
      return value.filter((item) => typeof item === "object" && item !== null);
  } catch {}
  return [];
}

async function note(world: World, pushes: readonly Push[]): Promise<void> {
  await notePushes(world.db, { pushes: [...pushes], now: world.now() });
}

const notOurs = () => new Problem("unauthorized", "This carries no secret of a channel of ours.");

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** What Graph wants echoed, as text that no browser takes for a page. */
export const echoOf = (validationToken: string): string =>
  validationToken.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);

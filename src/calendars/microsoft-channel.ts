// Pushes of Graph (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks). What it says and what it
// says of the subscription itself go to one address: the latter name a lifecycleEvent.
import { Type } from "@sinclair/typebox";
import type { World } from "../world.ts";
import { type Graph, NEXT_LINK, pagesOf } from "./microsoft-client.ts";
import { isKind, MicrosoftFailure } from "./microsoft-failure.ts";
import { pathOf } from "./microsoft-path.ts";
import type { Access, ChannelDraft, RemoteChannel } from "./provider.ts";

// Microsoft said 4230 minutes for years and says 10080 now; it refuses what is longer, and clocks differ.
const LIFETIME = { minutes: 4200 };

const Subscription = Type.Object({
  id: Type.String(),
  expirationDateTime: Type.String({
    pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z$",
  }),
});
const Subscriptions = Type.Object({
  value: Type.Array(
    Type.Object({ id: Type.String(), resource: Type.String(), notificationUrl: Type.String() }),
  ),
  ...NEXT_LINK,
});

/** CalendarProvider.watch of Microsoft. One of the same calendar and address, where Graph allows no two, is replaced. */
export async function watch(
  world: Pick<World, "now">,
  graph: Graph,
  access: Access,
  calendar: string,
  { url, secret }: ChannelDraft,
): Promise<RemoteChannel> {
  const resource = `${pathOf(calendar)}/events`;
  const subscribe = async () =>
    channelOf(
      await graph(access, Subscription, {
        method: "POST",
        to: "/subscriptions",
        body: {
          changeType: "created,updated,deleted",
          resource,
          notificationUrl: url,
          // Cannot be added later.
          lifecycleNotificationUrl: url,
          clientState: secret,
          expirationDateTime: world.now().add(LIFETIME).toString(),
        },
      }),
    );
  try {
    return await subscribe();
  } catch (error) {
    if (!(error instanceof MicrosoftFailure) || error.status !== 409) throw error;
  }
  for (const id of await twins(graph, access, resource, url)) await unwatch(graph, access, id);
  return subscribe();
}

async function twins(
  graph: Graph,
  access: Access,
  resource: string,
  url: string,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const { value } of pagesOf(graph, access, Subscriptions, { to: "/subscriptions" }))
    for (const each of value)
      if (each.notificationUrl === url && isSame(each.resource, resource)) ids.push(each.id);
  return ids;
}

const isSame = (one: string, other: string): boolean =>
  decodeURIComponent(one).replace(/^\//, "") === decodeURIComponent(other).replace(/^\//, "");

/** CalendarProvider.renew of Microsoft: the subscription stays what it is. */
export async function renew(
  world: Pick<World, "now">,
  graph: Graph,
  access: Access,
  id: string,
): Promise<RemoteChannel> {
  return channelOf(
    await graph(access, Subscription, {
      method: "PATCH",
      to: `/subscriptions/${encodeURIComponent(id)}`,
      body: { expirationDateTime: world.now().add(LIFETIME).toString() },
    }),
  );
}

/** CalendarProvider.unwatch of Microsoft. */
export async function unwatch(graph: Graph, access: Access, id: string): Promise<void> {
  try {
    await graph(access, Type.Unknown(), {
      method: "DELETE",
      to: `/subscriptions/${encodeURIComponent(id)}`,
    });
  } catch (error) {
    if (!isKind(error, "not_found")) throw error;
  }
}

const channelOf = ({ id, expirationDateTime }: typeof Subscription.static): RemoteChannel => ({
  externalId: id,
  resourceId: null,
  // As it was granted, not as it was asked for.
  expiresAt: Temporal.Instant.from(expirationDateTime),
});

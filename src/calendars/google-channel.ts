import { Type } from "@sinclair/typebox";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import type { Ask } from "./google-client.ts";
import { GoogleFailure } from "./google-failure.ts";
import type { Access, ChannelDraft, RemoteChannel } from "./provider.ts";

/** As long as Google lets a channel live. */
const LIFE_SECONDS = 604_800;

const Channel = Type.Object({
  id: Type.String({ minLength: 1 }),
  resourceId: Type.String({ minLength: 1 }),
  expiration: Type.Optional(Type.String({ pattern: "^\\d{13}$" })),
});

/** Asks for pushes of what changes in a calendar. Null: it has none, as those that Google publishes for all. */
export async function googleWatch(
  world: Pick<World, "now">,
  ask: Ask,
  access: Access,
  calendar: string,
  { id, secret, url }: ChannelDraft,
): Promise<RemoteChannel | null> {
  try {
    const { resourceId, expiration, ...channel } = await ask(access, {
      operation: "events.watch",
      shape: Channel,
      send: ({ events }, options) =>
        events.watch(
          {
            calendarId: calendar,
            requestBody: {
              id,
              type: "web_hook",
              address: url,
              token: secret,
              params: { ttl: `${LIFE_SECONDS}` },
            },
          },
          options,
        ),
    });
    const expiresAt =
      expiration === undefined
        ? world.now().add({ seconds: LIFE_SECONDS })
        : Temporal.Instant.fromEpochMilliseconds(Number(expiration));
    return { externalId: channel.id, resourceId, expiresAt };
  } catch (error) {
    if (error instanceof GoogleFailure && /^(push\.)?pushNotSupported/.test(error.reason))
      return null;
    throw error;
  }
}

/** Ends pushes; one without a resource ends by itself. */
export async function googleUnwatch(
  ask: Ask,
  access: Access,
  { externalId, resourceId }: Pick<RemoteChannel, "externalId" | "resourceId">,
): Promise<void> {
  if (resourceId === null) return;
  try {
    await ask(access, {
      operation: "channels.stop",
      shape: Type.Unknown(),
      send: ({ channels }, options) =>
        channels.stop({ requestBody: { id: externalId, resourceId } }, options),
    });
  } catch (error) {
    if (!(error instanceof CalendarFailure && error.kind === "not_found")) throw error;
  }
}

// events.watch, channels.stop, and the pushes that follow.
import { refusal, type StoredCalendar } from "./google-events.ts";
import type { Reply } from "./vendor.ts";

interface Channel {
  readonly id: string;
  readonly resourceId: string;
  readonly resourceUri: string;
  readonly calendarId: string;
  readonly address: string;
  readonly token: string | undefined;
  readonly expiresAt: Temporal.Instant;
  /** Rises with each message, not by one. */
  messages: number;
}

interface Given {
  readonly now: () => Temporal.Instant;
  readonly base: string;
  readonly takesHttp?: boolean;
  readonly deliver?: (push: Request) => Promise<unknown>;
}

const LONGEST_SECONDS = 604_800;

export function makeWatching({ now, base, takesHttp = false, deliver = fetch }: Given) {
  const channels = new Map<string, Channel>();
  const underWay = new Set<Promise<unknown>>();
  const watching = {
    /** Channels that were not stopped. */
    channels,
    /** Whether pushes get lost. */
    drops: false,
    /** Settles once everything pushed so far has been answered. */
    arrived: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    /** Tells every channel of a calendar that something changed there. */
    push: (calendarId: string) => {
      for (const channel of channels.values())
        if (channel.calendarId === calendarId) send(channel, "exists");
    },
    // biome-ignore lint/suspicious/noExplicitAny: whatever the client sends
    watch(calendar: StoredCalendar, body: any): Reply & object {
      const { id, type, address, token, params } = body ?? {};
      if (!/^[\w\-+/=]{1,64}$/.test(id ?? "")) return refusal(400, "invalid", { location: "id" });
      if (type !== "web_hook" && type !== "webhook") return refusal(400, "invalid");
      if (token !== undefined && token.length > 256) return refusal(400, "invalid");
      if (!URL.canParse(address ?? "")) return refusal(400, "required");
      if (!takesHttp && !address.startsWith("https://"))
        return refusal(400, "push.webhookUrlNotHttps");
      if (channels.has(id)) return refusal(400, "channelIdNotUnique");
      if (!calendar.canPush) return refusal(400, "pushNotSupportedForRequestedResource");
      const ttl = Math.min(Number(params?.ttl ?? LONGEST_SECONDS), LONGEST_SECONDS);
      const channel: Channel = {
        id,
        resourceId: btoa(`events of ${calendar.id}`),
        resourceUri: `${base}/calendar/v3/calendars/${encodeURIComponent(calendar.id)}/events?alt=json`,
        calendarId: calendar.id,
        address,
        token,
        expiresAt: now().add({ seconds: ttl }),
        messages: 0,
      };
      channels.set(id, channel);
      send(channel, "sync");
      const { resourceId, resourceUri, expiresAt } = channel;
      const expiration = `${expiresAt.epochMilliseconds}`;
      return {
        status: 200,
        body: { kind: "api#channel", id, resourceId, resourceUri, token, expiration },
      };
    },
    stop(body: { id?: string; resourceId?: string }): Reply & object {
      const channel = channels.get(body.id ?? "");
      if (channel?.resourceId !== body.resourceId || !channel) return refusal(404, "notFound");
      channels.delete(channel.id);
      return { status: 204 };
    },
  };

  function send(channel: Channel, resourceState: "sync" | "exists"): void {
    channel.messages += resourceState === "sync" ? 1 : 3;
    if (watching.drops || Temporal.Instant.compare(channel.expiresAt, now()) <= 0) return;
    const headers = new Headers({
      "x-goog-channel-id": channel.id,
      "x-goog-channel-expiration": new Date(channel.expiresAt.epochMilliseconds).toUTCString(),
      "x-goog-resource-id": channel.resourceId,
      "x-goog-resource-uri": channel.resourceUri,
      "x-goog-resource-state": resourceState,
      "x-goog-message-number": `${channel.messages}`,
      ...(channel.token !== undefined && { "x-goog-channel-token": channel.token }),
    });
    const sent = deliver(new Request(channel.address, { method: "POST", headers })).catch(() => {});
    underWay.add(sent);
    sent.finally(() => underWay.delete(sent));
  }

  return watching;
}

// Subscriptions of the stand-in for Graph, and what it pushes.
import { refusal } from "./graph-moods.ts";

export interface StoredSubscription {
  readonly id: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  expirationDateTime: string;
}

export type LifecycleEvent = "reauthorizationRequired" | "subscriptionRemoved" | "missed";

export interface Subscriptions {
  readonly subscriptions: StoredSubscription[];
  /** What is still to be pushed. */
  readonly waiting: { subscriptionId: string; changeType: string; id: string }[];
  readonly rules: {
    /** Longest lifetime; what is longer is refused. */
    longestMinutes: number;
    /** What is granted at most, if less. */
    grantsMinutes: number;
    /** Whether two may name the same resource. */
    allowsTwins: boolean;
    /** How long a door may take to answer a validation. */
    validateWithinMs: number;
  };
  /** Pushes all that waits, batched by address; the statuses that came back. */
  push(): Promise<number[]>;
  /** Says something of a subscription itself; a removed one is gone. */
  sayLifecycle(subscriptionId: string, event: LifecycleEvent): Promise<number>;
}

interface Inside extends Subscriptions {
  answer(method: string, path: string, body: unknown): Response | Promise<Response>;
  changed(calendar: string, id: string, changeType: string): void;
}

export function makeSubscriptions({
  now,
  deliver,
  knows,
}: {
  now: () => Temporal.Instant;
  deliver: (url: string, init: RequestInit) => Promise<Response>;
  knows: (calendar: string) => boolean;
}): Inside {
  const subscriptions: StoredSubscription[] = [];
  const waiting: Inside["waiting"] = [];
  const rules = {
    longestMinutes: 4230,
    grantsMinutes: 4230,
    allowsTwins: false,
    validateWithinMs: 10_000,
  };
  const calendarOf = (resource: string) =>
    decodeURIComponent(/^\/?me\/calendars\/([^/]+)\/events$/.exec(resource)?.[1] ?? "");
  const isLive = ({ expirationDateTime }: StoredSubscription) =>
    Temporal.Instant.compare(now(), Temporal.Instant.from(expirationDateTime)) < 0;
  const granted = (asked: string) => {
    const most = now().add({ minutes: rules.grantsMinutes });
    const wanted = Temporal.Instant.from(asked);
    const least = Temporal.Instant.compare(wanted, most) < 0 ? wanted : most;
    return `${least.round("second").toString().replace("Z", "")}.0000000Z`;
  };
  const isTooLong = (asked: string) =>
    Temporal.Instant.compare(
      Temporal.Instant.from(asked),
      now().add({ minutes: rules.longestMinutes }),
    ) > 0;

  async function isValidated(url: string): Promise<boolean> {
    const token = `Validation: Testing client application reachability for <b> & "${crypto.randomUUID()}"`;
    const to = `${url}${url.includes("?") ? "&" : "?"}validationToken=${encodeURIComponent(token)}`;
    try {
      const answer = await deliver(to, {
        method: "POST",
        headers: { "content-type": "text/plain; charset=utf-8" },
        signal: AbortSignal.timeout(rules.validateWithinMs),
      });
      const isText = /^text\/plain/.test(answer.headers.get("content-type") ?? "");
      // Who answers is told to escape what a browser would take for a page.
      const escaped = token.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
      const right = [token, escaped.replace(/"/g, "&quot;")];
      return answer.status === 200 && isText && right.includes(await answer.text());
    } catch {
      return false;
    }
  }

  async function create(body: Partial<StoredSubscription>): Promise<Response> {
    const { resource = "", changeType = "", notificationUrl = "", expirationDateTime = "" } = body;
    const lifecycle = body.lifecycleNotificationUrl ?? null;
    if (!knows(calendarOf(resource))) return refusal(404, "ResourceNotFound");
    if ((body.clientState ?? "").length > 128 || isTooLong(expirationDateTime))
      return refusal(400, "InvalidRequest");
    for (const url of [notificationUrl, lifecycle ?? notificationUrl])
      if (!/^https:/.test(url) && !/^http:\/\/(127\.0\.0\.1|localhost|kalends\.test)/.test(url))
        return refusal(400, "InvalidRequest");
    const isTwin = subscriptions.some(
      (each) => isLive(each) && each.resource === resource && each.changeType === changeType,
    );
    if (isTwin && !rules.allowsTwins) return refusal(409, "Conflict");
    for (const url of new Set([notificationUrl, lifecycle ?? notificationUrl]))
      if (!(await isValidated(url))) return refusal(400, "ValidationError");
    const made: StoredSubscription = {
      id: crypto.randomUUID(),
      resource,
      changeType,
      notificationUrl,
      lifecycleNotificationUrl: lifecycle,
      clientState: body.clientState ?? null,
      expirationDateTime: granted(expirationDateTime),
    };
    subscriptions.push(made);
    // It tells the secret to nobody again.
    return Response.json({ ...made, clientState: null }, { status: 201 });
  }

  const post = async (url: string, value: unknown[]): Promise<number> => {
    const answer = await deliver(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value }),
    });
    return answer.status;
  };
  const named = (each: StoredSubscription) => ({
    subscriptionId: each.id,
    subscriptionExpirationDateTime: each.expirationDateTime,
    clientState: each.clientState,
    tenantId: "84bd8158-6d4d-4958-8b9f-9d6445542f95",
  });

  return {
    subscriptions,
    waiting,
    rules,
    changed(calendar, id, changeType) {
      for (const each of subscriptions)
        if (calendarOf(each.resource) === calendar && each.changeType.includes(changeType))
          waiting.push({ subscriptionId: each.id, changeType, id });
    },
    async push() {
      const byUrl = new Map<string, unknown[]>();
      for (const { subscriptionId, changeType, id } of waiting.splice(0)) {
        const each = subscriptions.find((one) => one.id === subscriptionId);
        if (!each || !isLive(each)) continue;
        const resource = `Users/user-1/Events/${id}`;
        const item = {
          ...named(each),
          changeType,
          resource,
          resourceData: {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": resource,
            "@odata.etag": 'W/"1"',
            id,
          },
        };
        byUrl.set(each.notificationUrl, [...(byUrl.get(each.notificationUrl) ?? []), item]);
      }
      const statuses: number[] = [];
      for (const [url, items] of byUrl) statuses.push(await post(url, items));
      return statuses;
    },
    async sayLifecycle(subscriptionId, event) {
      const each = subscriptions.find(({ id }) => id === subscriptionId);
      if (!each?.lifecycleNotificationUrl) throw new Error("nobody asked for lifecycle events");
      if (event === "subscriptionRemoved") subscriptions.splice(subscriptions.indexOf(each), 1);
      const item = { ...named(each), lifecycleEvent: event, resource: each.resource };
      return post(each.lifecycleNotificationUrl, [item]);
    },
    answer(method, path, body) {
      const id = path.split("/")[2];
      if (method === "POST" && id === undefined) return create(body as Partial<StoredSubscription>);
      if (method === "GET" && id === undefined)
        return Response.json({
          value: subscriptions.filter(isLive).map((each) => ({ ...each, clientState: null })),
        });
      const each = subscriptions.find((one) => one.id === id && isLive(one));
      if (!each) return refusal(404, "ResourceNotFound");
      if (method === "DELETE") {
        subscriptions.splice(subscriptions.indexOf(each), 1);
        return new Response(null, { status: 204 });
      }
      if (method === "PATCH") {
        const { expirationDateTime } = body as { expirationDateTime: string };
        if (isTooLong(expirationDateTime)) return refusal(400, "InvalidRequest");
        each.expirationDateTime = granted(expirationDateTime);
      }
      return Response.json({ ...each, clientState: null });
    },
  };
}

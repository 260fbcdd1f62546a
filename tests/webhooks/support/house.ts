// Endpoints of a host, and the worker's part without a worker: one round of what is due.
import { leaseEnd } from "../../../src/outbox/lease.ts";
import { deliver } from "../../../src/webhooks/deliver.ts";
import { claimDueWebhooks } from "../../../src/webhooks/delivery-queries.ts";
import { EVENTS } from "../../../src/webhooks/events.ts";
import type { World } from "../../../src/world.ts";
import type { Host } from "../../support/make.ts";
import type { Api } from "../../support/world.ts";

export interface Hook {
  readonly id: string;
  readonly secret: string;
}

export async function makeHook(
  api: Api,
  host: Host,
  url: string,
  events: readonly string[] = EVENTS,
): Promise<Hook> {
  const made = await api("POST", "/webhooks", { token: host.token, body: { url, events } });
  if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
  return made.body;
}

/** Claims what is due and makes one attempt at each; how many. */
export async function sendDue(
  world: World,
  options?: Parameters<typeof deliver>[2],
): Promise<number> {
  const due = await claimDueWebhooks(world.db, {
    now: world.now(),
    leaseUntil: leaseEnd(world),
    lane: 5,
    limit: 100,
  });
  await Promise.all(
    due.map(({ id, attempts }) => deliver(world, { outboxId: id, attempt: attempts }, options)),
  );
  return due.length;
}

/** Until nothing is due any more. */
export async function sendAll(
  world: World,
  options?: Parameters<typeof deliver>[2],
): Promise<number> {
  let sent = 0;
  for (let round = await sendDue(world, options); round > 0; round = await sendDue(world, options))
    sent += round;
  return sent;
}

/** What was promised to endpoints, the oldest first. */
export const promised = (world: World, hook?: { id: string }) =>
  world.db.run(
    `select * from outbox where queue = 'webhooks' and endpoint_id = coalesce($1, endpoint_id)
     order by created_at, version, kind`,
    [hook?.id ?? null],
  ) as Promise<
    readonly {
      id: string;
      kind: string;
      version: number;
      outcome: string | null;
      attempts: number;
      dueAt: Temporal.Instant;
    }[]
  >;

// biome-ignore lint/suspicious/noExplicitAny: an answer of the API
export async function deliveriesOf(api: Api, host: Host, hook: { id: string }): Promise<any[]> {
  const { body } = await api("GET", `/webhooks/${hook.id}/deliveries?limit=100`, {
    token: host.token,
  });
  return body.data;
}

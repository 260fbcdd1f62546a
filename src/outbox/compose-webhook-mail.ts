import { nameOf } from "../accounts/schema.ts";
import type { Mail, Reader } from "../messages/facts.ts";
import { webhookMail } from "../messages/templates/webhook.ts";
import { findEndpointToTellOf } from "../webhooks/delivery-queries.ts";
import type { World } from "../world.ts";
import type { PromiseToKeep } from "./queries.ts";

/** Tells the owner of an endpoint how it stands; null when it no longer stands so. */
export async function composeWebhookMail(
  world: World,
  { recipient: user, endpointId }: PromiseToKeep,
  kind: "WEBHOOK_FAILING" | "WEBHOOK_DISABLED",
): Promise<{ mail: Mail; to: { name: string; email: string } } | null> {
  const endpoint = endpointId && (await findEndpointToTellOf(world.db, { id: endpointId }));
  if (!endpoint || !user) return null;
  const { failingSince, disabledReason: reason } = endpoint;
  const { host } = new URL(endpoint.url);
  const { timeZone, locale, email } = user;
  const reader: Reader = { role: "host", name: nameOf(user), timeZone, locale };
  const to = { name: reader.name, email };
  if (kind === "WEBHOOK_DISABLED")
    return reason && { mail: webhookMail({ kind, host, failingSince, reason }, reader), to };
  if (!failingSince || reason) return null;
  return { mail: webhookMail({ kind, host, failingSince }, reader), to };
}

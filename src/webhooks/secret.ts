// Secrets and signatures of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks).
import { createHmac, randomBytes } from "node:crypto";
import { Problem } from "../problem.ts";
import { open, seal } from "../secret-box.ts";
import type { World } from "../world.ts";

// The specification asks for 24 to 64.
const SECRET_BYTES = 32;
const PREFIX = "whsec_";

/** A new secret, as its receiver is told it. */
export const newSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString("base64");

/** A secret for the row of its endpoint. Problems: encryption_key_missing. */
export function sealSecret(world: World, endpointId: string, secret: string): string {
  if (world.config.ENCRYPTION_KEY === undefined) throw new Problem("encryption_key_missing");
  return seal(world, placeOf(endpointId), secret);
}

/** The secrets that sign at this moment: the present one, and the one before while it still counts. */
export function signingSecrets(
  world: World,
  endpoint: {
    readonly endpointId: string;
    readonly secret: string;
    readonly previousSecret: string | null;
    readonly previousSecretUntil: Temporal.Instant | null;
  },
): string[] {
  const { previousSecret, previousSecretUntil: until } = endpoint;
  const counts = until !== null && Temporal.Instant.compare(world.now(), until) < 0;
  const sealed = [endpoint.secret, ...(previousSecret && counts ? [previousSecret] : [])];
  // Both under one name: a secret moves from one column to the other.
  return sealed.map((each) => open(world, placeOf(endpoint.endpointId), each));
}

const placeOf = (id: string) => ({ table: "webhook_endpoints", column: "secret", id });

/** The signature header: one signature of each secret, by blanks. `timestamp` is in epoch seconds. */
export const signatures = (
  secrets: readonly string[],
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
): string =>
  secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), "base64");
      return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
    })
    .join(" ");

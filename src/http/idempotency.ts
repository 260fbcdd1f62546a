// A POST that is repeated with its Idempotency-Key makes nothing a second time.
import { createHash } from "node:crypto";
import { Type } from "@sinclair/typebox";
import { MaybeT, TextT } from "../db/type.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findClaim } from "./queries.ts";

/** The request header of routes that make something. */
export const IdempotencyKey = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      pattern: "^[\\x20-\\x7e]{1,255}$",
      description: "Repeating the request with its key within 24 hours makes nothing new",
      examples: ["4f1c2a"],
    }),
  ),
});

/** What the statement that makes something writes down of the key; nulls without one. */
export const Claim = { scope: MaybeT(TextT), key: MaybeT(TextT), fingerprint: MaybeT(TextT) };
export interface Claim {
  readonly scope: string | null;
  readonly key: string | null;
  readonly fingerprint: string | null;
}

/** The claim of a request; scope says whose keys these are and what they make. */
export const claimOf = (scope: string, key: string | undefined, input: unknown): Claim =>
  key === undefined
    ? { scope: null, key: null, fingerprint: null }
    : {
        scope,
        key,
        fingerprint: createHash("sha256").update(canonical(input)).digest("base64url"),
      };

/** The same text for the same values, in whatever order a client names them. */
const canonical = (input: unknown): string =>
  JSON.stringify(input, (_name, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/**
 * The id of what an earlier request of this claim made. The claim is part of the statement, which so
 * waits for a twin and then makes nothing; that is when this is asked. Problems: idempotency_mismatch.
 */
export async function madeBefore(world: World, claim: Claim): Promise<string> {
  const id = await claimedBefore(world, claim);
  if (id === null) throw new RangeError("Cannot find what this key made");
  return id;
}

/** The same where nothing may have been made for another reason; null then. Problems: idempotency_mismatch. */
export async function claimedBefore(
  world: World,
  { scope, key, fingerprint }: Claim,
): Promise<string | null> {
  const found =
    scope !== null && key !== null
      ? await findClaim(world.db, { scope, key, now: world.now() })
      : null;
  if (found && found.fingerprint !== fingerprint) throw new Problem("idempotency_mismatch");
  return found?.subjectId ?? null;
}

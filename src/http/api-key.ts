// API keys: what programs send where people send the token of a session.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { findApiKey, noteKeyUse } from "../accounts/api-key-queries.ts";
import type { UserRow } from "../accounts/queries.ts";
import type { World } from "../world.ts";

/** What a key may do: each word includes those before it. */
const SCOPES = ["read", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** The key that a caller was known by. */
export interface ApiKey {
  readonly id: string;
  readonly scope: Scope;
}

export interface KeyOwner {
  readonly user: UserRow;
  readonly key: ApiKey;
  readonly expiresAt: Temporal.Instant | null;
}

// kal_<prefix>_<secret><checksum>, in hexadecimal digits: a separator is never part of what it separates, and
// scanners of secrets know one by its look. The checksum tells a typo, or a made-up one, without the database.
const SHAPE = /^kal_([\da-f]{12})_[\da-f]{40}([\da-f]{8})$/;
const MARK = "kal_";
const PREFIX_BYTES = 6;
const SECRET_BYTES = 20;
const CHECKSUM_CHARS = 8;

/** The token of a request's Authorization header (RFC 6750 §2.1); null where there is none. */
export const bearerOf = (request: Request): string | null =>
  /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;

/** Whether a token would be an API key rather than a JWT, good or bad. */
export const looksLikeKey = (token: string): boolean => token.startsWith(MARK);

/** The part of a key that lists show. */
export const shownPrefix = (prefix: string): string => `${MARK}${prefix}`;

/** A new key of 160 random bits: its text, which nobody keeps, and what is kept of it. */
export function makeKey(): { text: string; prefix: string; digest: string } {
  const prefix = randomBytes(PREFIX_BYTES).toString("hex");
  const body = `${MARK}${prefix}_${randomBytes(SECRET_BYTES).toString("hex")}`;
  const text = `${body}${checksum(body)}`;
  return { text, prefix, digest: digestOf(text) };
}

/** Takes a key apart; null if it cannot be one of ours. */
export function readKey(text: string): { prefix: string; digest: string } | null {
  const match = SHAPE.exec(text);
  if (!match || checksum(text.slice(0, -CHECKSUM_CHARS)) !== match[2]) return null;
  return { prefix: match[1]!, digest: digestOf(text) };
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
const checksum = (body: string): string =>
  createHash("sha256").update(`checksum of ${body}`).digest("hex").slice(0, CHECKSUM_CHARS);

/** Whose key it is, by one query; null for one that is wrong, over or revoked. */
export async function findKeyOwner(world: World, text: string): Promise<KeyOwner | null> {
  const given = readKey(text);
  const now = world.now();
  const found = given && (await findApiKey(world.db, { prefix: given.prefix, now }));
  if (!given || !found) return null;
  const { keyId, digest, scope, expiresAt, lastUsedAt, ...user } = found;
  if (!timingSafeEqual(Buffer.from(digest), Buffer.from(given.digest))) return null;
  if (user.status === "ACTIVE") noteUse(world, keyId, lastUsedAt, now);
  return { user, key: { id: keyId, scope }, expiresAt };
}

const NOTED_EVERY_MS = 60_000;

/** Nobody waits for this, and a request that it fails beside goes on. */
function noteUse(
  world: World,
  keyId: string,
  lastUsedAt: Temporal.Instant | null,
  now: Temporal.Instant,
): void {
  const idleMs = now.epochMilliseconds - (lastUsedAt?.epochMilliseconds ?? 0);
  if (idleMs < NOTED_EVERY_MS) return;
  noteKeyUse(world.db, { keyId, now }).catch((error: unknown) => {
    world.log.warn({ err: error, keyId }, "Could not note the use of an API key");
  });
}

/** Whether a key of one scope may do what another asks for. */
export const includes = (scope: Scope, wanted: Scope): boolean =>
  SCOPES.indexOf(scope) >= SCOPES.indexOf(wanted);

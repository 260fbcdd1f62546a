// Links that nobody stores: an HMAC over purpose, subject, version and expiry. Raising the version
// in the subject's row revokes every link made before.
import { createHmac, timingSafeEqual } from "node:crypto";
import { listOf } from "./config.ts";
import type { World } from "./world.ts";

export type Purpose =
  | "manage"
  | "verify-email"
  | "reset-password"
  | "undo-email"
  | "verify-booking"
  | "decide"
  | "host-booking"
  | "unsubscribe"
  | "invitation"
  | "host-consent"
  | "admin-session"
  | "calendar-push";

/** A token as it came in: whose it claims to be, not yet believed. */
export interface Claim {
  readonly id: string;
  /** Epoch seconds, or null for a link that lasts as long as its version. */
  readonly expiresAt: number | null;
  readonly mac: string;
}

/** The token of a subject (a UUID) for one purpose. */
export function makeToken(
  world: World,
  purpose: Purpose,
  id: string,
  version: string | number,
  expiresAt: Temporal.Instant | null = null,
): string {
  const seconds = expiresAt === null ? null : Math.floor(expiresAt.epochMilliseconds / 1000);
  const subject = Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");
  const mac = macOf(world, `kalends link ${purpose}`, textOf(id, version, seconds));
  return [subject, seconds?.toString(36) ?? "", mac].join(".");
}

/** Takes a token apart; null if it cannot be one of ours. */
export function readToken(token: string): Claim | null {
  const match = /^([\w-]{22})\.([\da-z]{0,10})\.([\w-]{43})$/.exec(token);
  if (!match) return null;
  const hex = Buffer.from(match[1]!, "base64url").toString("hex");
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { id, expiresAt: match[2] ? Number.parseInt(match[2], 36) : null, mac: match[3]! };
}

/**
 * Whether we made this token for this purpose and version, by whichever secret of JWT_SECRET, and it has not
 * expired.
 */
export function isGenuine(
  world: World,
  purpose: Purpose,
  claim: Claim,
  version: string | number,
): boolean {
  const text = textOf(claim.id, version, claim.expiresAt);
  const isOurs = macsOf(world, `kalends link ${purpose}`, text)
    .map((each) => timingSafeEqual(Buffer.from(each), Buffer.from(claim.mac)))
    .includes(true);
  const isOver =
    claim.expiresAt !== null && claim.expiresAt * 1000 <= world.now().epochMilliseconds;
  return isOurs && !isOver;
}

const textOf = (id: string, version: string | number, seconds: number | null): string =>
  [id, version, seconds ?? ""].join("|");

/**
 * What stands for a text where the text itself is not to be kept: the same for the same, under our first secret.
 * A new secret forgets what was counted by it.
 */
export const pseudonym = (world: World, of: "client" | "account", text: string): string =>
  macOf(world, `kalends ${of}`, text);

/** What an event of a calendar carries so that we know it for one of ours; of no other id, and of no other installation. */
export const calendarMark = (world: Pick<World, "config">, eventId: string): string =>
  macOf(world, CALENDAR_EVENT, eventId);

/** Every mark that an event of ours may carry: of the present secret, and of those before it. */
export const calendarMarks = (world: Pick<World, "config">, eventId: string): readonly string[] =>
  macsOf(world, CALENDAR_EVENT, eventId);

const CALENDAR_EVENT = "kalends calendar event";

const macOf = (world: Pick<World, "config">, purpose: string, text: string): string =>
  macsOf(world, purpose, text)[0]!;

/** By each secret of JWT_SECRET; what we make now is by the first. */
const macsOf = ({ config }: Pick<World, "config">, purpose: string, text: string): string[] =>
  listOf(config.JWT_SECRET).map((secret) => {
    const key = createHmac("sha256", secret).update(purpose).digest();
    return createHmac("sha256", key).update(text).digest("base64url");
  });

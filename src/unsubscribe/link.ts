// The link by which somebody stops mails with one click (RFC 8058). It opens nothing else.
import { CHOICE_KINDS, isOptional, type Kind } from "../notifications/preferences.ts";
import { Problem } from "../problem.ts";
import { isGenuine, makeToken, readToken } from "../token.ts";
import type { World } from "../world.ts";

/** Whose mails of which kind. */
export type Subscription =
  | { readonly of: "guest"; readonly attendeeId: string }
  | { readonly of: "user"; readonly userId: string; readonly kind: Kind };

// In place of a version: the link is good for as long as the mail is kept.
const GUESTS = "guest";

/** The address of the link: a page for whoever opens it, and for a mail program what takes its POST. */
export function unsubscribeUrl(world: World, subscription: Subscription): string {
  const token =
    subscription.of === "guest"
      ? makeToken(world, "unsubscribe", subscription.attendeeId, GUESTS)
      : makeToken(world, "unsubscribe", subscription.userId, subscription.kind);
  return `${world.config.PUBLIC_URL}/unsubscribe/${token}`;
}

/** What a link stops. Problems: not_found. */
export function readSubscription(world: World, token: string): Subscription {
  const claim = readToken(token);
  if (claim && claim.expiresAt === null) {
    const isFor = (version: string) => isGenuine(world, "unsubscribe", claim, version);
    if (isFor(GUESTS)) return { of: "guest", attendeeId: claim.id };
    const kind = CHOICE_KINDS.filter((each) => isOptional(each, "user")).find(isFor);
    if (kind) return { of: "user", userId: claim.id, kind };
  }
  throw noSuchLink();
}

export const noSuchLink = (): Problem =>
  new Problem("not_found", "There is nothing to unsubscribe from by this link.");

import { nameOf } from "../accounts/schema.ts";
import { isWanted, type Kind } from "../notifications/preferences.ts";
import type { World } from "../world.ts";
import { noSuchLink, readSubscription } from "./link.ts";
import { findGuestSubscription, findUserSubscription } from "./queries.ts";

/** How things stand with the mails that a link speaks of. */
export interface SubscriptionState {
  readonly kind: Kind;
  /** Whose mails a guest gets; null: a user's own. */
  readonly hostName: string | null;
  readonly email: string;
  readonly locale: string;
  readonly isOn: boolean;
}

/** Reads it and changes nothing: whatever follows links may follow this one. Problems: not_found. */
export async function findSubscription(world: World, token: string): Promise<SubscriptionState> {
  const subscription = readSubscription(world, token);
  if (subscription.of === "guest") {
    const guest = await findGuestSubscription(world.db, subscription);
    if (!guest) throw noSuchLink();
    const { email, locale, isOptedOut } = guest;
    return { kind: "REMINDER", hostName: nameOf(guest), email, locale, isOn: !isOptedOut };
  }
  const user = await findUserSubscription(world.db, subscription);
  if (!user) throw noSuchLink();
  const { kind } = subscription;
  const { email, locale, wishes } = user;
  return { kind, hostName: null, email, locale, isOn: isWanted(wishes, kind, "email") };
}

import type { World } from "../world.ts";
import { noSuchLink, readSubscription } from "./link.ts";
import { chooseMail, optInGuest, optOutGuest } from "./queries.ts";

/**
 * Stops the mails that a link speaks of, or has them sent again. A guest stops those of one host, a user
 * those of one kind; what a booking needs is sent all the same. Again, it changes nothing.
 * Problems: not_found.
 */
export async function subscribe(world: World, token: string, isWanted: boolean): Promise<void> {
  const subscription = readSubscription(world, token);
  const found =
    subscription.of === "user"
      ? await chooseMail(world.db, { ...subscription, isWanted })
      : isWanted
        ? await optInGuest(world.db, subscription)
        : await optOutGuest(world.db, { ...subscription, now: world.now() });
  if (!found) throw noSuchLink();
}

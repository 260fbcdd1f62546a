// The page behind a mail's List-Unsubscribe. A mail program posts to it without showing it (RFC 8058).
import { Problem } from "../problem.ts";
import { findSubscription } from "../unsubscribe/find-subscription.ts";
import { subscribe } from "../unsubscribe/subscribe.ts";
import type { World } from "../world.ts";
import { textAt } from "./input.ts";
import { pageResponse } from "./page.ts";
import { noSuchSubscriptionPage, unsubscribePage } from "./unsubscribe-page.ts";

/** How things stand, with the button to change that. */
export const showSubscription = (world: World, token: string): Promise<Response> =>
  withLink(async () => pageResponse(unsubscribePage(token, await findSubscription(world, token))));

/** Stops the mails, at once and without leading on; has them sent again only where the form says so. */
export const changeSubscription = (world: World, token: string, form: unknown): Promise<Response> =>
  withLink(async () => {
    await subscribe(world, token, textAt(form, "mails") === "send");
    return pageResponse(unsubscribePage(token, await findSubscription(world, token)));
  });

async function withLink(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Problem) || error.problem !== "not_found") throw error;
    return pageResponse(noSuchSubscriptionPage, 404);
  }
}

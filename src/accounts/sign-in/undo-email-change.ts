import { violated } from "../../db/conflict.ts";
import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import { isGenuine, makeToken, readToken } from "../../token.ts";
import type { World } from "../../world.ts";
import { findEmailChange, undoEmailChange as undo } from "../email-queries.ts";

const VALID_DAYS = 7;

/** The link that takes a change of address back: good for a week from the change, for one use. */
export const undoUrl = (
  world: World,
  change: { id: string; email: string; createdAt: Temporal.Instant },
): string => {
  const end = change.createdAt.add({ hours: VALID_DAYS * 24 });
  const token = makeToken(world, "undo-email", change.id, change.email.toLowerCase(), end);
  return `${world.config.PUBLIC_URL}/undo-email?token=${token}`;
};

/**
 * Gives an account back to the address it had. Every session and API key ends; password and identities go with
 * whoever set them: the address gets a link to set a new one. Problems: not_found, email_taken.
 */
export async function undoEmailChange(world: World, token: string): Promise<void> {
  const claim = readToken(token);
  const change = claim && (await findEmailChange(world.db, { changeId: claim.id }));
  if (!claim || !change || !isGenuine(world, "undo-email", claim, change.email.toLowerCase()))
    throw linkOver();
  const at = { changeId: change.id, outboxId: newId(), now: world.now() };
  const undone = await undo(world.db, at).catch((error: unknown) => {
    if (violated(error) === "users_email_key") throw new Problem("email_taken");
    throw error;
  });
  if (!undone) throw linkOver();
}

const linkOver = (): Problem => new Problem("not_found", "This link is not valid any more.");

import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { linkIdentity } from "../identity-queries.ts";
import { type Identity, identityOf } from "./schema.ts";
import { hashOf } from "./secret.ts";

/**
 * Links the identity of a code to the user who began it, and to nobody else who may hold the code.
 * Problems: invalid_code, identity_taken.
 */
export async function link(world: World, userId: string, code: string): Promise<Identity> {
  const found = await linkIdentity(world.db, {
    codeHash: hashOf(code),
    userId,
    identityId: newId(),
    auditId: newId(),
    now: world.now(),
  });
  if (!found) throw new Problem("invalid_code");
  const { id, provider, email, createdAt } = found;
  if (id === null || provider === null || createdAt === null) throw new Problem("identity_taken");
  return identityOf({ id, provider, email, createdAt });
}

import { invalid, Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { findCredentials } from "../password-queries.ts";
import { revokeSession } from "../queries.ts";
import { register } from "../register.ts";
import { changeUser } from "./change-user.ts";

const MIN_LENGTH = 12;
const MIN_DIFFERENT = 5;

/** Whether an account of this address would be promoted rather than made. */
export const isRegistered = async (world: World, email: string): Promise<boolean> =>
  (await findCredentials(world.db, { email, addressMac: null })) !== null;

/**
 * Makes an administrator of whoever has this address: of a user, or of nobody yet, who then needs a name and a
 * password. A user's password stays. For who keeps the machine: nobody is asked whether he may.
 * Problems: invalid, account_inactive.
 */
export async function makeAdmin(
  world: World,
  { email, name, password }: { email: string; name?: string; password?: string },
): Promise<"made" | "promoted"> {
  const found = await findCredentials(world.db, { email, addressMac: null });
  if (found) {
    if (found.status !== "ACTIVE")
      throw new Problem("account_inactive", `The account of ${email} is ${found.status}.`);
    await changeUser(world, null, found.id, { role: "admin" });
    return "promoted";
  }
  if (name === undefined) throw invalid("name", "is missing");
  if (password === undefined) throw invalid("password", "is missing");
  refuseWeak(email, password);
  const { user, sessionId } = await register(world, { email, name, password });
  // It was opened for nobody.
  await revokeSession(world.db, { sessionId, now: world.now() });
  await changeUser(world, null, user.id, { role: "admin" });
  return "made";
}

/** An administrator's password is worth more guesses than another's. */
function refuseWeak(email: string, password: string): void {
  const who = email.split("@")[0] ?? "";
  if (password.length < MIN_LENGTH)
    throw invalid("password", `must have at least ${MIN_LENGTH} characters`);
  if (new Set(password).size < MIN_DIFFERENT)
    throw invalid("password", `must have at least ${MIN_DIFFERENT} different characters`);
  if (who.length > 2 && password.toLowerCase().includes(who.toLowerCase()))
    throw invalid("password", "must not contain the address");
}

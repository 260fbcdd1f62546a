import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { guessed } from "./attempts.ts";
import { openSessionOf } from "./open-session.ts";
import { isPassword } from "./password.ts";
import { findCredentials, noteFailedLogin } from "./password-queries.ts";
import type { OpenedSession } from "./register.ts";
import { type Client, NOBODY } from "./session.ts";

/**
 * Signs in by address and password. An unknown address and a wrong password get the same answer
 * after the same work, also when they were tried too often. Whoever guesses at an account shuts out
 * neither its sessions nor those who have signed in from where they are before. Problems:
 * invalid_credentials, account_inactive, rate_limited, unavailable.
 */
export async function login(
  world: World,
  { email, password }: { email: string; password: string },
  client: Client = NOBODY,
): Promise<OpenedSession> {
  const found = await findCredentials(world.db, { email, addressMac: client.addressMac });
  const from = found?.isKnownOrigin ? client.addressMac : null;
  const account = `${email.toLowerCase()} ${from ?? ""}`;
  const isRight = await guessed(world, account, () =>
    isPassword(password, found?.passwordHash ?? null),
  );
  if (!found || !isRight) {
    await noteFailedLogin(world.db, {
      eventId: newId(),
      userId: found?.id ?? null,
      now: world.now(),
    });
    throw new Problem("invalid_credentials");
  }
  return openSessionOf(world, found.id, client);
}

import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { takeExchangeCode } from "../identity-queries.ts";
import { openSessionOf } from "../open-session.ts";
import type { OpenedSession } from "../register.ts";
import { clientOf } from "../session.ts";
import { hashOf } from "./secret.ts";

/**
 * Gives a session for a code that the browser brought back, once and within a minute. A code that was
 * begun with a challenge needs its verifier. Problems: invalid_code, account_inactive.
 */
export async function exchange(
  world: World,
  input: { code: string; codeVerifier?: string },
  userAgent: string | null,
): Promise<OpenedSession> {
  const { code, codeVerifier } = input;
  const taken = await takeExchangeCode(world.db, {
    codeHash: hashOf(code),
    codeChallenge: codeVerifier === undefined ? null : hashOf(codeVerifier),
    now: world.now(),
  });
  if (!taken) throw new Problem("invalid_code");
  // Places matter where passwords are guessed; here nobody does.
  return openSessionOf(world, taken.userId, clientOf(world, userAgent, ""));
}

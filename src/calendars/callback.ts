import type { ProviderName } from "../accounts/oauth/provider.ts";
import type { Providers } from "../accounts/oauth/providers.ts";
import { withAnswer } from "../accounts/oauth/return-to.ts";
import { hashOf, newSecret } from "../accounts/oauth/secret.ts";
import { Problem } from "../problem.ts";
import { seal } from "../secret-box.ts";
import type { World } from "../world.ts";
import { findAttempt, parkAnswer, takeAttempt } from "./attempt-queries.ts";
import { connectByAnswer } from "./connect-by-answer.ts";

interface Return {
  readonly provider: ProviderName;
  /** The query of the callback. */
  readonly parameters: URLSearchParams;
  /** The secret of the browser's cookie. */
  readonly browserSecret: string | null;
}

/** The way on; or without a frontend what is connected, or a code that connects. */
export type Landing =
  | { readonly redirectTo: string }
  | { readonly integrationId: string }
  | { readonly calendarCode: string };

/**
 * Where a provider sends the browser back to. The browser that began completes it here. Any other one, also that of a
 * frontend on another origin, gets a code only, which is worth something to nobody but the user who began: so nobody can
 * be led to let another into his calendar. What goes wrong is told to the frontend, if there is one.
 * Problems: invalid_state, and those of {@link connectByAnswer}.
 */
export async function comeBack(
  world: World,
  providers: Providers,
  input: Return,
): Promise<Landing> {
  const stateHash = hashOf(input.parameters.get("state") ?? "");
  const found = await findAttempt(world.db, { stateHash });
  const isInTime = found && Temporal.Instant.compare(world.now(), found.expiresAt) < 0;
  // An answer of one provider at the other's door is a mix-up (RFC 9700, section 4.4).
  if (!found || !isInTime || found.provider !== input.provider) throw isOver();
  const browserHash = input.browserSecret && hashOf(input.browserSecret);
  const attempt =
    browserHash &&
    (await takeAttempt(world.db, { stateHash, browserHash, codeHash: null, userId: null }));
  if (!attempt) {
    const calendarCode = await parked(world, found.id, input.parameters);
    return found.returnTo === null
      ? { calendarCode }
      : { redirectTo: withAnswer(found.returnTo, { calendarCode }) };
  }
  try {
    const { id } = await connectByAnswer(world, providers, attempt, input.parameters);
    return attempt.returnTo === null
      ? { integrationId: id }
      : { redirectTo: withAnswer(attempt.returnTo, { integrationId: id }) };
  } catch (error) {
    if (attempt.returnTo === null || !(error instanceof Problem)) throw error;
    return { redirectTo: withAnswer(attempt.returnTo, { error: error.problem }) };
  }
}

async function parked(world: World, id: string, parameters: URLSearchParams): Promise<string> {
  const code = newSecret();
  const place = { table: "calendar_attempts", column: "sealed_answer", id };
  const sealedAnswer = seal(world, place, parameters.toString());
  if (!(await parkAnswer(world.db, { id, codeHash: hashOf(code), sealedAnswer }))) throw isOver();
  return code;
}

const isOver = () =>
  new Problem("invalid_state", "This was not begun here, or it is over. Begin again.");

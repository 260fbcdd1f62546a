import type { Providers } from "../accounts/oauth/providers.ts";
import { hashOf } from "../accounts/oauth/secret.ts";
import { Problem } from "../problem.ts";
import { open } from "../secret-box.ts";
import type { World } from "../world.ts";
import { takeAttempt } from "./attempt-queries.ts";
import { connectByAnswer } from "./connect-by-answer.ts";

/**
 * Completes what a user began, by the code that his browser came back with; for nobody else it is worth anything.
 * Problems: invalid_code, and those of {@link connectByAnswer}.
 */
export async function completeConnecting(
  world: World,
  providers: Providers,
  userId: string,
  code: string,
): Promise<{ id: string }> {
  const attempt = await takeAttempt(world.db, {
    stateHash: null,
    browserHash: null,
    codeHash: hashOf(code),
    userId,
  });
  const isInTime = attempt && Temporal.Instant.compare(world.now(), attempt.expiresAt) < 0;
  if (!attempt || !isInTime || attempt.sealedAnswer === null) throw new Problem("invalid_code");
  const place = { table: "calendar_attempts", column: "sealed_answer", id: attempt.id };
  const answer = new URLSearchParams(open(world, place, attempt.sealedAnswer));
  return connectByAnswer(world, providers, attempt, answer);
}

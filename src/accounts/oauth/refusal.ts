import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import type { Provider } from "./provider.ts";

/** What the library says of a code, token or answer that is not to be believed. */
const UNBELIEVED = new Set([
  "OAUTH_INVALID_RESPONSE",
  "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
  "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
  "OAUTH_KEY_SELECTION_FAILED",
  "OAUTH_UNSUPPORTED_OPERATION",
]);

/**
 * Waits for what a provider is asked, and turns what went wrong into a problem. The log names it by
 * code only: messages and causes may quote tokens. Problems: sign_in_denied, sign_in_refused, provider_failed.
 */
export async function told<T>(world: World, provider: Provider, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const problem = error instanceof Problem ? error : problemOf(error, provider);
    const reason = reasonOf(error);
    world.log.warn(
      { provider: provider.name, problem: problem.problem, reason },
      "A sign-in by a provider came to nothing",
    );
    throw problem;
  }
}

function problemOf(error: unknown, { title }: Provider): Problem {
  const { code, error: answered } = error as { code?: unknown; error?: unknown };
  // What the provider said of the person (RFC 6749, section 4.1.2.1).
  if (code === "OAUTH_AUTHORIZATION_RESPONSE_ERROR") {
    const isTheirs = answered === "server_error" || answered === "temporarily_unavailable";
    if (isTheirs) return new Problem("provider_failed", `${title} does not sign in at present.`);
    return new Problem("sign_in_denied", `${title} did not sign you in, or you declined.`);
  }
  // What it said of the code, and of nothing that we have configured (section 5.2).
  const isCode = code === "OAUTH_RESPONSE_BODY_ERROR" && answered === "invalid_grant";
  if (isCode || UNBELIEVED.has(String(code)))
    return new Problem(
      "sign_in_refused",
      `What ${title} answered cannot be believed. Begin again.`,
    );
  return new Problem("provider_failed", `${title} does not answer as it should. Try again.`);
}

/** Words of protocols, never what somebody wrote. */
function reasonOf(error: unknown): string {
  const { code, error: answered, name } = error as Record<string, unknown>;
  return [name, code, answered]
    .filter((each) => typeof each === "string" && /^[\w-]{1,64}$/.test(each))
    .join(" ");
}

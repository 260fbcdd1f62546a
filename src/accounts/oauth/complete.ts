import { Problem } from "../../problem.ts";
import { open } from "../../secret-box.ts";
import type { World } from "../../world.ts";
import {
  issueExchangeCode,
  issueLinkCode,
  type SignInAttempt,
  takeSignIn,
} from "../identity-queries.ts";
import { openSessionOf } from "../open-session.ts";
import type { OpenedSession } from "../register.ts";
import { clientOf } from "../session.ts";
import { enter } from "./enter.ts";
import { type Person, personOf } from "./person.ts";
import { type ProviderName, providerOf } from "./provider.ts";
import type { Providers } from "./providers.ts";
import { redeem } from "./redeem.ts";
import { withAnswer } from "./return-to.ts";
import { hashOf, newSecret } from "./secret.ts";

/** How long the frontend may take to come for what a code is worth. */
const CODE_SECONDS = 60;

interface Return {
  readonly provider: ProviderName;
  /** The query of the callback. */
  readonly parameters: URLSearchParams;
  /** The secret of the browser's cookie. */
  readonly browserSecret: string | null;
  readonly userAgent: string | null;
}

/** What the browser is given: the way on; or without a frontend a session, or a code that links. */
export type Outcome =
  | { readonly redirectTo: string }
  | { readonly session: OpenedSession }
  | { readonly linkCode: string };

/**
 * Completes what begin() began. Once the state is known to be this browser's, whatever goes wrong is
 * told to the frontend, if there is one. Problems: invalid_state, sign_in_denied, sign_in_refused,
 * provider_failed, provider_not_configured, identity_not_linked, email_missing, account_inactive.
 */
export async function complete(
  world: World,
  providers: Providers,
  input: Return,
): Promise<Outcome> {
  const state = input.parameters.get("state") ?? "";
  const attempt = await takeSignIn(world.db, {
    stateHash: hashOf(state),
    browserHash: input.browserSecret && hashOf(input.browserSecret),
  });
  const isInTime = attempt && Temporal.Instant.compare(world.now(), attempt.expiresAt) < 0;
  // A code of one provider at the other's door is a mix-up (RFC 9700, section 4.4).
  if (!attempt || !isInTime || attempt.provider !== input.provider)
    throw new Problem("invalid_state");
  try {
    const person = await identified(world, providers, attempt, input.parameters, state);
    return await (attempt.linkUserId === null
      ? signedIn(world, attempt, person, input.userAgent)
      : linkable(world, attempt, attempt.linkUserId, person));
  } catch (error) {
    if (attempt.returnTo === null || !(error instanceof Problem)) throw error;
    return { redirectTo: withAnswer(attempt.returnTo, { error: error.problem }) };
  }
}

async function identified(
  world: World,
  providers: Providers,
  attempt: SignInAttempt,
  parameters: URLSearchParams,
  state: string,
): Promise<Person> {
  const { id, provider: name } = attempt;
  const at = (column: string) => ({ table: "sign_in_attempts", column, id });
  const provider = providerOf(world, name);
  const verifier = open(world, at("sealed_verifier"), attempt.sealedVerifier);
  const nonce = open(world, at("sealed_nonce"), attempt.sealedNonce);
  const answered = { provider, parameters, state, verifier, nonce };
  const { claims } = await redeem(world, providers, answered);
  return personOf(name, claims);
}

async function signedIn(
  world: World,
  { returnTo, codeChallenge, timeZone }: SignInAttempt,
  person: Person,
  userAgent: string | null,
): Promise<Outcome> {
  const userId = await enter(world, person, timeZone);
  // Places matter where passwords are guessed; here nobody does.
  if (returnTo === null)
    return { session: await openSessionOf(world, userId, clientOf(world, userAgent, "")) };
  const code = newSecret();
  const issued = await issueExchangeCode(world.db, {
    codeHash: hashOf(code),
    userId,
    codeChallenge,
    expiresAt: world.now().add({ seconds: CODE_SECONDS }),
    now: world.now(),
  });
  if (!issued) throw new Problem("account_inactive");
  return { redirectTo: withAnswer(returnTo, { code }) };
}

/** Links nothing yet: whoever sits at this browser has still to show that he is the user who asked. */
async function linkable(
  world: World,
  { returnTo }: SignInAttempt,
  userId: string,
  { provider, issuer, subject, email }: Person,
): Promise<Outcome> {
  const linkCode = newSecret();
  await issueLinkCode(world.db, {
    codeHash: hashOf(linkCode),
    userId,
    provider,
    issuer,
    subject,
    email,
    expiresAt: world.now().add({ seconds: CODE_SECONDS }),
    now: world.now(),
  });
  return returnTo === null ? { linkCode } : { redirectTo: withAnswer(returnTo, { linkCode }) };
}

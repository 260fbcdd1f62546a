import { ATTEMPT_SECONDS, addressOf } from "../accounts/oauth/begin.ts";
import type { ProviderName } from "../accounts/oauth/provider.ts";
import type { Providers } from "../accounts/oauth/providers.ts";
import { told } from "../accounts/oauth/refusal.ts";
import { returnUrl } from "../accounts/oauth/return-to.ts";
import { hashOf, newSecret } from "../accounts/oauth/secret.ts";
import { newId } from "../db/id.ts";
import { seal } from "../secret-box.ts";
import type { World } from "../world.ts";
import { beginAttempt } from "./attempt-queries.ts";
import { ASKED, calendarClientOf } from "./oauth-settings.ts";

/**
 * Begins to connect an account at Google or Microsoft: an authorization code flow with PKCE, state and nonce
 * (RFC 9700, section 2.1), of the signed-in user. It is worth ten minutes and one return: in the browser that keeps the
 * secret, or for who brings the user's token. Problems: invalid, provider_not_configured, provider_failed.
 */
export async function beginConnecting(
  world: World,
  providers: Providers,
  wish: { userId: string; provider: ProviderName; returnTo?: string | undefined },
): Promise<{ authorizationUrl: string; browserSecret: string }> {
  const provider = calendarClientOf(world, wish.provider);
  const returnTo = returnUrl(world, wish.returnTo);
  const { server } = await providers.metadataOf(provider);
  const id = newId();
  const [state, verifier, nonce, browserSecret] = [
    newSecret(),
    newSecret(),
    newSecret(),
    newSecret(),
  ];
  const at = (column: string) => ({ table: "calendar_attempts", column, id });
  const { scopes, parameters } = ASKED[wish.provider];
  const authorizationUrl = await told(
    world,
    provider,
    addressOf(provider, server.authorization_endpoint, {
      ...parameters,
      scope: scopes.join(" "),
      state,
      nonce,
      code_challenge: hashOf(verifier),
    }),
  );
  await beginAttempt(world.db, {
    id,
    userId: wish.userId,
    provider: wish.provider,
    stateHash: hashOf(state),
    browserHash: hashOf(browserSecret),
    sealedVerifier: seal(world, at("sealed_verifier"), verifier),
    sealedNonce: seal(world, at("sealed_nonce"), nonce),
    returnTo,
    expiresAt: world.now().add({ seconds: ATTEMPT_SECONDS }),
    now: world.now(),
  });
  return { authorizationUrl, browserSecret };
}

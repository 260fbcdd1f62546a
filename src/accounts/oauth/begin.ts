import { newId } from "../../db/id.ts";
import { seal } from "../../secret-box.ts";
import type { World } from "../../world.ts";
import { beginSignIn } from "../identity-queries.ts";
import { type Provider, type ProviderName, providerOf } from "./provider.ts";
import type { Providers } from "./providers.ts";
import { told } from "./refusal.ts";
import { returnUrl } from "./return-to.ts";
import { hashOf, newSecret } from "./secret.ts";

/** How long somebody may take at the provider. */
export const ATTEMPT_SECONDS = 600;

interface Wish {
  readonly provider: ProviderName;
  readonly returnTo?: string | undefined;
  /** SHA-256 of a secret that the frontend keeps until it exchanges the code. */
  readonly codeChallenge?: string | undefined;
  /** For an account that is made on the way. */
  readonly timeZone?: string | undefined;
  /** Who links, if it is no sign-in. */
  readonly linkFor?: string;
}

/** Where to send the browser, and the secret that it shall come back with: none where a user links. */
interface Begun {
  readonly authorizationUrl: string;
  readonly browserSecret: string | null;
}

/**
 * Begins an authorization code flow with PKCE, state and nonce (RFC 9700, section 2.1). What it began
 * with is worth ten minutes and one return. Problems: invalid, provider_not_configured, provider_failed.
 */
export async function begin(world: World, providers: Providers, wish: Wish): Promise<Begun> {
  const provider = providerOf(world, wish.provider);
  const returnTo = returnUrl(world, wish.returnTo);
  const { server } = await providers.metadataOf(provider);
  const id = newId();
  const isLink = wish.linkFor !== undefined;
  const [state, verifier, nonce] = [newSecret(), newSecret(), newSecret()];
  const browserSecret = isLink ? null : newSecret();
  const at = (column: string) => ({ table: "sign_in_attempts", column, id });
  const authorizationUrl = await told(
    world,
    provider,
    addressOf(provider, server.authorization_endpoint, {
      state,
      nonce,
      code_challenge: hashOf(verifier),
      // Else who has two accounts there links whichever he happens to be signed in with.
      ...(isLink && { prompt: "select_account" }),
    }),
  );
  await beginSignIn(world.db, {
    id,
    provider: provider.name,
    stateHash: hashOf(state),
    browserHash: browserSecret && hashOf(browserSecret),
    linkUserId: wish.linkFor ?? null,
    sealedVerifier: seal(world, at("sealed_verifier"), verifier),
    sealedNonce: seal(world, at("sealed_nonce"), nonce),
    returnTo,
    codeChallenge: wish.codeChallenge ?? null,
    timeZone: wish.timeZone ?? null,
    expiresAt: world.now().add({ seconds: ATTEMPT_SECONDS }),
    now: world.now(),
  });
  return { authorizationUrl, browserSecret };
}

/** The provider's address with what is asked of it. */
export async function addressOf(
  { clientId, redirectUri, discoveryUrl }: Provider,
  endpoint: string | undefined,
  parameters: Record<string, string>,
): Promise<string> {
  const { checkProtocol } = await import("oauth4webapi");
  const url = new URL(endpoint ?? "");
  checkProtocol(url, discoveryUrl.startsWith("https:"));
  const all = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: "openid email profile",
    code_challenge_method: "S256",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url.href;
}

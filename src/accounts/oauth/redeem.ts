import type * as OAuth from "oauth4webapi";
import type { World } from "../../world.ts";
import { type Provider, TENANT_ID, tenantIssuer } from "./provider.ts";
import type { Metadata, Providers } from "./providers.ts";
import { told } from "./refusal.ts";

/** Verified claims of an ID token. */
export type Claims = OAuth.IDToken;

/** What a code was worth: who somebody is, and what he lets us do. */
export interface Redeemed {
  readonly claims: Claims;
  readonly tokens: OAuth.TokenEndpointResponse;
}

interface Answered {
  readonly provider: Provider;
  /** The query that the provider sent the browser back with. */
  readonly parameters: URLSearchParams;
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
}

/**
 * Redeems an authorization code and believes the ID token only as far as it is verified: signature by
 * the provider's keys, issuer, audience, times and nonce (OpenID Connect Core 1.0, section 3.1.3.7), and
 * that the answer is of this provider (RFC 9207). Problems: sign_in_denied, sign_in_refused, provider_failed.
 */
export async function redeem(
  world: World,
  providers: Providers,
  answered: Answered,
): Promise<Redeemed> {
  const metadata = await providers.metadataOf(answered.provider);
  return told(world, answered.provider, verified(world, providers, metadata, answered));
}

async function verified(
  world: World,
  providers: Providers,
  { server, keys }: Metadata,
  { provider, parameters, state, verifier, nonce }: Answered,
): Promise<Redeemed> {
  const oauth = await import("oauth4webapi");
  const client: OAuth.Client = {
    client_id: provider.clientId,
    id_token_signed_response_alg: "RS256",
    [oauth.clockSkew]: Math.round((world.now().epochMilliseconds - Date.now()) / 1000),
  };
  const options = {
    [oauth.customFetch]: providers.fetch,
    [oauth.allowInsecureRequests]: provider.discoveryUrl.startsWith("http:"),
    [oauth.jwksCache]: keys,
  };
  const issuerOf = (tenant: unknown) =>
    server.issuer.includes(TENANT_ID) ? tenantIssuer(world, server.issuer, tenant) : server.issuer;

  // Of a provider of many tenants, any of them may say that it answers.
  const said = parameters.get("iss");
  const sayer = said === null ? server.issuer : issuerOf(said.split("/").at(-2));
  const believed = oauth.validateAuthResponse(
    { ...server, issuer: sayer ?? server.issuer },
    client,
    parameters,
    state,
  );
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(provider.clientSecret),
    believed,
    provider.redirectUri,
    verifier,
    options,
  );
  // The token names its tenant; the checks below hold it to what it names.
  const peeked = server.issuer.includes(TENANT_ID) ? await peek(response.clone()) : {};
  const issuer = issuerOf(peeked["tid"]);
  const tokens = await oauth.processAuthorizationCodeResponse(
    { ...server, issuer: issuer ?? server.issuer },
    client,
    response,
    { expectedNonce: nonce, requireIdToken: true },
  );
  await oauth.validateApplicationLevelSignature(server, response, options);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (!claims || issuer === null || (said !== null && said !== claims.iss)) throw unbelieved();
  if (!isKeyOf(keys, tokens.id_token ?? "", claims)) throw unbelieved();
  return { claims, tokens };
}

const unbelieved = () =>
  Object.assign(new RangeError("Cannot believe this"), { code: "OAUTH_INVALID_RESPONSE" });

/** The claims of an answer's ID token before anything of it is believed. */
async function peek(response: Response): Promise<Record<string, unknown>> {
  try {
    const { id_token } = (await response.json()) as { id_token: string };
    return partOf(id_token, 1);
  } catch {
    return {};
  }
}

const partOf = (token: string, at: 0 | 1): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[at] ?? "", "base64url").toString("utf8"));

/** Whether the key that signed may speak for this issuer: Microsoft publishes the keys of all tenants together. */
function isKeyOf({ jwks }: Metadata["keys"], token: string, claims: Claims): boolean {
  const { kid } = partOf(token, 0);
  const issuers = (jwks?.keys ?? [])
    .filter((key) => key.kid === kid)
    .map((key) => (key as { issuer?: unknown }).issuer);
  const isOf = (issuer: unknown) =>
    issuer === undefined ||
    (typeof issuer === "string" && issuer.replace(TENANT_ID, String(claims["tid"])) === claims.iss);
  return issuers.length > 0 && issuers.every(isOf);
}

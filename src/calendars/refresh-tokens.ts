import type { ProviderName } from "../accounts/oauth/provider.ts";
import type { Providers } from "../accounts/oauth/providers.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { Tokens } from "./credentials.ts";
import { CalendarFailure } from "./failure.ts";
import { calendarClientOf } from "./oauth-settings.ts";

/** Where a provider does not say how long a token lasts it is asked again soon. */
const UNSAID_SECONDS = 300;

/** What only the account's owner can mend, by the words of protocols (RFC 6749, section 5.2; OpenID Connect Core, 3.1.2.6). */
const ENDED = new Set([
  "invalid_grant",
  "interaction_required",
  "consent_required",
  "login_required",
]);
// Microsoft's own numbers of the same: expired, revoked, no consent, second factor, the app is gone from the tenant.
const ENDED_CODES = new Set([70_008, 700_082, 50_173, 65_001, 50_076, 50_079, 700_016]);

/** When a token ends that lasts so many seconds, as RFC 3339. */
export const expiryOf = (world: World, seconds: number | undefined): string =>
  world
    .now()
    .add({ seconds: Math.floor(seconds ?? UNSAID_SECONDS) })
    .toString();

/**
 * New tokens for a refresh token (RFC 6749, section 6); where the provider gives no new one the old one stays. Throws
 * CalendarFailure: needs_reauth where it is worth nothing any more, else temporary.
 */
export async function refreshTokens(
  world: World,
  providers: Providers,
  name: ProviderName,
  refreshToken: string,
): Promise<Tokens> {
  try {
    const oauth = await import("oauth4webapi");
    const provider = calendarClientOf(world, name);
    const { server } = await providers.metadataOf(provider);
    const client = { client_id: provider.clientId };
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(provider.clientSecret),
      refreshToken,
      {
        [oauth.customFetch]: providers.fetch,
        [oauth.allowInsecureRequests]: provider.discoveryUrl.startsWith("http:"),
      },
    );
    const answer = await withoutIdentity(response);
    const tokens = await oauth.processRefreshTokenResponse(server, client, answer);
    return {
      kind: "token",
      accessToken: tokens.access_token,
      expiresAt: expiryOf(world, tokens.expires_in),
      refreshToken: tokens.refresh_token ?? refreshToken,
    };
  } catch (error) {
    throw failureOf(error);
  }
}

/** Who it is was verified when he connected: another ID token is not looked at. */
async function withoutIdentity(response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const { id_token: _, ...tokens } = (await response.json()) as Record<string, unknown>;
  return Response.json(tokens);
}

function failureOf(error: unknown): CalendarFailure {
  const {
    code,
    error: answered,
    cause,
  } = error as { code?: unknown; error?: unknown; cause?: unknown };
  const { error_codes: codes } = (cause ?? {}) as { error_codes?: unknown };
  const isAnswer = code === "OAUTH_RESPONSE_BODY_ERROR";
  const isEnded =
    isAnswer &&
    (ENDED.has(String(answered)) ||
      (Array.isArray(codes) && codes.some((each) => ENDED_CODES.has(Number(each)))));
  if (isEnded) return new CalendarFailure("needs_reauth", "The grant has ended");
  // What the provider calls it, where that is a word of the protocol.
  const word = isAnswer && /^[\w-]{1,64}$/.test(String(answered)) ? `: ${answered}` : "";
  const isOurs = error instanceof Problem && error.problem === "provider_not_configured";
  const why = isOurs ? "The provider is not set up here" : `No tokens came${word}`;
  return new CalendarFailure("temporary", why);
}

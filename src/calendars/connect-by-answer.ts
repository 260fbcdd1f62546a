import type { Providers } from "../accounts/oauth/providers.ts";
import { type Redeemed, redeem } from "../accounts/oauth/redeem.ts";
import { Problem } from "../problem.ts";
import { open } from "../secret-box.ts";
import type { World } from "../world.ts";
import type { Attempt } from "./attempt-queries.ts";
import { connect } from "./connect.ts";
import { calendarClientOf, grantedScopes, isEnough } from "./oauth-settings.ts";
import { expiryOf } from "./refresh-tokens.ts";

/**
 * Connects the account that a provider's answer stands for. The answer is believed as one of a sign-in is, and its
 * scopes are looked at: people untick some. Problems: calendar_denied, sign_in_refused, provider_failed,
 * provider_not_configured, calendar_scope_missing, and those of {@link connect}.
 */
export async function connectByAnswer(
  world: World,
  providers: Providers,
  { id, userId, provider: name, sealedVerifier, sealedNonce }: Attempt,
  parameters: URLSearchParams,
): Promise<{ id: string }> {
  const provider = calendarClientOf(world, name);
  const at = (column: string) => ({ table: "calendar_attempts", column, id });
  const { claims, tokens } = await redeem(world, providers, {
    provider,
    parameters,
    state: parameters.get("state") ?? "",
    verifier: open(world, at("sealed_verifier"), sealedVerifier),
    nonce: open(world, at("sealed_nonce"), sealedNonce),
  }).catch((error: unknown) => {
    throw denied(error, provider.title) ?? error;
  });
  const scopes = grantedScopes(name, tokens.scope);
  const { refresh_token: refreshToken } = tokens;
  if (!isEnough(name, scopes) || refreshToken === undefined)
    throw new Problem(
      "calendar_scope_missing",
      `${provider.title} was not allowed to show us your calendars and to write to them, for as long as you want. Connect again and leave everything ticked.`,
    );
  return connect(world, {
    userId,
    provider: name,
    accountId: accountIdOf(claims),
    account: accountOf(claims),
    scopes,
    credentials: {
      kind: "token",
      accessToken: tokens.access_token,
      expiresAt: expiryOf(world, tokens.expires_in),
      refreshToken,
    },
  });
}

const denied = (error: unknown, title: string): Problem | null =>
  error instanceof Problem && error.problem === "sign_in_denied"
    ? new Problem("calendar_denied", `${title} lets us into no calendar, or you declined.`)
    : null;

/** Subjects are unique per issuer, which with Microsoft is the tenant. */
const accountIdOf = ({ iss, sub }: Redeemed["claims"]): string => `${iss} ${sub}`;

function accountOf(claims: Redeemed["claims"]): string {
  const names = [claims["email"], claims["preferred_username"], claims["name"]];
  const name = names.find((each) => typeof each === "string" && each.trim() !== "") ?? claims.sub;
  return String(name).slice(0, 254);
}

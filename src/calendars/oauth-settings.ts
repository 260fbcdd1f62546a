// What is asked of Google and Microsoft to be let into calendars, and how each says what it granted.
import { type Provider, type ProviderName, providerOf } from "../accounts/oauth/provider.ts";
import type { World } from "../world.ts";

interface Asked {
  readonly scopes: readonly string[];
  /** Scopes that there must be, each with those that include it. */
  readonly needed: readonly (readonly string[])[];
  readonly parameters: Readonly<Record<string, string>>;
}

const GOOGLE = "https://www.googleapis.com/auth/";

export const ASKED: Readonly<Record<ProviderName, Asked>> = {
  google: {
    scopes: [
      "openid",
      "email",
      `${GOOGLE}calendar.events`,
      `${GOOGLE}calendar.calendarlist.readonly`,
    ],
    needed: [
      [`${GOOGLE}calendar.events`, `${GOOGLE}calendar`],
      [
        `${GOOGLE}calendar.calendarlist.readonly`,
        `${GOOGLE}calendar.calendarlist`,
        `${GOOGLE}calendar.readonly`,
        `${GOOGLE}calendar`,
      ],
    ],
    // Without `consent` a second connection of the same account gets no refresh token.
    parameters: {
      access_type: "offline",
      prompt: "consent select_account",
      include_granted_scopes: "true",
    },
  },
  microsoft: {
    scopes: ["openid", "email", "profile", "offline_access", "User.Read", "Calendars.ReadWrite"],
    needed: [["Calendars.ReadWrite"]],
    // offline_access gives a refresh token each time; scopes cannot be unticked one by one.
    parameters: { prompt: "select_account" },
  },
};

/** The provider with the address that it sends back to from here. Problems: provider_not_configured. */
export const calendarClientOf = (world: World, name: ProviderName): Provider => ({
  ...providerOf(world, name),
  redirectUri: `${world.config.PUBLIC_URL}/api/v1/calendar/callback/${name}`,
});

/** The scopes that were granted; where the provider does not say, those that were asked for (RFC 6749, section 5.1). */
export const grantedScopes = (name: ProviderName, said: string | undefined): string[] => {
  const scopes = said === undefined ? ASKED[name].scopes : said.split(" ").filter(Boolean);
  // Microsoft writes its own with or without their address, which in national clouds is another.
  const plain = (scope: string) =>
    name === "microsoft" ? scope.replace(/^https:\/\/[^/]+\//i, "") : scope;
  return [...new Set(scopes.map(plain))];
};

/** Whether calendars can be read and written with these scopes. */
export function isEnough(name: ProviderName, granted: readonly string[]): boolean {
  const known = new Set(granted.map((each) => each.toLowerCase()));
  return ASKED[name].needed.every((each) => each.some((scope) => known.has(scope.toLowerCase())));
}

// A browser that signs in by a provider, one step after the other.

import { type IdentityProvider, identityProvider } from "../../../support/identity-provider.ts";
import {
  type Answer,
  type Api,
  client,
  NOW,
  type TestWorld,
  testWorld,
} from "../../../support/world.ts";

export const FRONTEND = "https://app.kalends.test/signed-in";

export interface Scene {
  readonly world: TestWorld;
  readonly api: Api;
  readonly google: IdentityProvider;
  readonly microsoft: IdentityProvider;
  stop(): Promise<void>;
}

/** A world with both providers on loopback. */
export async function scene(env: Record<string, string> = {}): Promise<Scene> {
  let now = () => NOW;
  const google = await identityProvider({ kind: "google", now: () => now(), saysIssuer: true });
  const microsoft = await identityProvider({ kind: "microsoft", now: () => now() });
  const world = await testWorld({
    ENCRYPTION_KEY: "kTq8vN2xLw5rYb7mZc4jHf9gDs3pAe6uQi1oXy0W",
    GOOGLE_CLIENT_ID: google.clientId,
    GOOGLE_CLIENT_SECRET: google.clientSecret,
    GOOGLE_BASE_URL: google.base,
    MICROSOFT_CLIENT_ID: microsoft.clientId,
    MICROSOFT_CLIENT_SECRET: microsoft.clientSecret,
    MICROSOFT_LOGIN_BASE_URL: microsoft.base,
    ...env,
  });
  now = world.now;
  return {
    world,
    api: client(world),
    google,
    microsoft,
    stop: async () => {
      await Promise.all([google.stop(), microsoft.stop()]);
      await world.db.close();
    },
  };
}

export interface Begun {
  readonly authorizationUrl: string;
  /** As the browser sends it back. */
  readonly cookie: string;
}

/** The first step: our redirect to the provider. */
export async function setOut(
  api: Api,
  provider: "google" | "microsoft" = "google",
  query = "",
): Promise<Begun> {
  const answer = await api("GET", `/auth/${provider}${query}`);
  if (answer.status !== 302) throw new Error(`Cannot set out: ${answer.status} ${answer.text}`);
  const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
  return { authorizationUrl: answer.headers.get("location") ?? "", cookie };
}

/** The last step: the browser at our callback. */
export const comeBack = (api: Api, back: URL, cookie: string | null): Promise<Answer> =>
  api("GET", `${back.pathname}${back.search}`, { headers: cookie === null ? {} : { cookie } });

/** All of it: out, consent, and back. */
export async function signIn(
  { api, ...scene }: Scene,
  by: "google" | "microsoft" = "google",
  query = "",
): Promise<Answer> {
  const { authorizationUrl, cookie } = await setOut(api, by, query);
  return comeBack(api, await scene[by].consent(authorizationUrl), cookie);
}

/** Where an answer sends the browser. */
export const locationOf = (answer: Answer): URL => new URL(answer.headers.get("location") ?? "");

let people = 0;
/** Claims of somebody new, whose address is confirmed as Google says it. */
export function somebody(over: Record<string, unknown> = {}): Record<string, unknown> {
  people += 1;
  return {
    sub: `subject-${people}`,
    email: `person-${people}-${Math.floor(NOW.epochMilliseconds % 1000)}@example.com`,
    email_verified: true,
    given_name: "Grace",
    family_name: "Hopper",
    locale: "de-AT",
    ...over,
  };
}

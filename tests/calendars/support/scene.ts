// A host, his calendars' providers, and the browser that he connects them with.
import { type IdentityProvider, identityProvider } from "../../support/identity-provider.ts";
import { type Host, makeHost } from "../../support/make.ts";
import {
  type Answer,
  type Api,
  client,
  NOW,
  type TestWorld,
  testWorld,
} from "../../support/world.ts";
import { type FakeCalendar, fakeCalendars } from "./fake-calendar.ts";

export type ByOAuth = "google" | "microsoft";

export interface Scene {
  readonly world: TestWorld;
  readonly api: Api;
  readonly host: Host;
  readonly google: IdentityProvider;
  readonly microsoft: IdentityProvider;
  readonly fakes: Record<"google" | "microsoft" | "caldav" | "ics", FakeCalendar>;
  stop(): Promise<void>;
}

/** A world whose vendors sign in on loopback, and whose calendars do as they are told. */
export async function scene(env: Record<string, string> = {}): Promise<Scene> {
  let now = () => NOW;
  const google = await identityProvider({ kind: "google", now: () => now(), saysIssuer: true });
  const microsoft = await identityProvider({ kind: "microsoft", now: () => now() });
  google.claims = { sub: "google-1", email: "ada@gmail.example" };
  microsoft.claims = { sub: "microsoft-1", email: "ada@outlook.example" };
  const fakes = fakeCalendars();
  const bare = await testWorld({
    GOOGLE_CLIENT_ID: google.clientId,
    GOOGLE_CLIENT_SECRET: google.clientSecret,
    GOOGLE_BASE_URL: google.base,
    MICROSOFT_CLIENT_ID: microsoft.clientId,
    MICROSOFT_CLIENT_SECRET: microsoft.clientSecret,
    MICROSOFT_LOGIN_BASE_URL: microsoft.base,
    ...env,
  });
  const world = { ...bare, calendars: fakes, resolve: async () => ["203.0.114.7"] };
  now = world.now;
  return {
    world,
    api: client(world),
    host: await makeHost(world),
    google,
    microsoft,
    fakes,
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

/** The first step: a signed-in user asks where to go. */
export async function begin(
  { api }: Pick<Scene, "api">,
  host: Host,
  by: ByOAuth = "google",
  body: object = {},
): Promise<Begun> {
  const answer = await api("POST", `/calendar/connect/${by}`, { token: host.token, body });
  if (answer.status !== 200) throw new Error(`Cannot begin: ${answer.status} ${answer.text}`);
  const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
  return { authorizationUrl: answer.body.authorizationUrl, cookie };
}

/** The last step: a browser at our callback. */
export const comeBack = (
  api: Api,
  back: URL,
  cookie: string | null,
  accept = "application/json",
): Promise<Answer> =>
  api("GET", `${back.pathname}${back.search}`, {
    headers: { accept, ...(cookie !== null && { cookie }) },
  });

/** All of it, in one browser: the id of the connection. */
export async function connectBy(
  it: Pick<Scene, "api" | "host" | ByOAuth>,
  by: ByOAuth = "google",
  host = it.host,
): Promise<string> {
  const { authorizationUrl, cookie } = await begin(it, host, by);
  const answer = await comeBack(it.api, await it[by].consent(authorizationUrl), cookie);
  if (answer.status !== 200) throw new Error(`Cannot connect: ${answer.status} ${answer.text}`);
  return answer.body.integrationId;
}

/** An account on a CalDAV server: the id of the connection. */
export async function connectServer(it: Scene, username = "ada", host = it.host): Promise<string> {
  const body = { url: "https://dav.example.com/", username, password: "app password" };
  const answer = await it.api("POST", "/calendar/connect/caldav", { token: host.token, body });
  if (answer.status !== 201) throw new Error(`Cannot connect: ${answer.status} ${answer.text}`);
  return answer.body.id;
}

/** The calendars of a connection, by name. */
export async function calendarsOf(it: Scene, id: string, host = it.host) {
  const { body } = await it.api("GET", `/calendar/integrations/${id}/calendars?limit=100`, {
    token: host.token,
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return Object.fromEntries(body.data.map((each: any) => [each.name, each])) as Record<string, any>;
}

/** Rows of a query, for what no answer tells. */
export const rows = (it: Pick<Scene, "world">, text: string, ...values: unknown[]) =>
  it.world.db.run(text, values as never[]);

// Google and Microsoft whole, sign-in and calendars, beside an API that listens and a worker.
import { createApp } from "../../../src/app.ts";
import { edge } from "../../../src/http/edge.ts";
import { openGoogle } from "../../support/google-calendar.ts";
import { startGraph } from "../../support/graph.ts";
import { identityProvider } from "../../support/identity-provider.ts";
import { NOW } from "../../support/world.ts";
import { onPostgres } from "../../worker/support/backends.ts";
import { openHouse } from "../../worker/support/house.ts";

export type Vendors = Awaited<ReturnType<typeof openVendors>>;

/** A house whose providers are the real ones, in front of stand-ins that let in whom their sign-in has let in. */
export async function openVendors(env: Record<string, string> = {}) {
  let now = () => NOW;
  let door: ReturnType<typeof edge> | null = null;
  const clock = () => now();
  const atGoogle = await openGoogle({ now: clock, deliver: (push) => door!(push) });
  const atMicrosoft = await startGraph({
    now: clock,
    deliver: (url, init) => door!(new Request(url, init)),
  });
  const google = await identityProvider({
    kind: "google",
    now: clock,
    saysIssuer: true,
    hears: (token) => atGoogle.tokens.add(token),
    elsewhere: async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const body = method === "GET" ? null : await request.text();
      return fetch(`${atGoogle.url}${pathname}${search}`, { method, headers, body });
    },
  });
  const microsoft = await identityProvider({
    kind: "microsoft",
    now: clock,
    hears: (token) => atMicrosoft.tokens.set(token, "ada"),
  });
  google.claims = { sub: "google-1", email: "ada@gmail.example" };
  microsoft.claims = { sub: "microsoft-1", email: "ada@outlook.example" };
  const house = await openHouse(onPostgres, {
    env: {
      PUBLIC_URL: "https://kalends.example",
      GOOGLE_CLIENT_ID: google.clientId,
      GOOGLE_CLIENT_SECRET: google.clientSecret,
      GOOGLE_BASE_URL: google.base,
      MICROSOFT_CLIENT_ID: microsoft.clientId,
      MICROSOFT_CLIENT_SECRET: microsoft.clientSecret,
      MICROSOFT_LOGIN_BASE_URL: microsoft.base,
      ...atMicrosoft.env,
      ...env,
    },
  });
  now = house.world.now;
  const handle = edge(house.world, createApp(house.world).fetch);
  door = handle;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: (request) => handle(request, "192.0.2.1"),
  });
  return {
    ...{ house, google, microsoft, atGoogle, atMicrosoft },
    world: house.world,
    api: house.api,
    host: house.host,
    /** Where the API listens. */
    url: `http://127.0.0.1:${server.port}`,
    /** Lets the clock run on. */
    pass: (time: Temporal.DurationLike) =>
      house.world.setNow(house.world.now().add(time).toString()),
    [Symbol.asyncDispose]: async () => {
      await house.world.hints.close();
      await server.stop(true);
      await house[Symbol.asyncDispose]();
      await Promise.all([google.stop(), microsoft.stop()]);
      await Promise.all([atGoogle[Symbol.asyncDispose](), atMicrosoft[Symbol.asyncDispose]()]);
    },
  };
}

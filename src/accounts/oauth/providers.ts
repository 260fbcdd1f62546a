import type { AuthorizationServer, JWKSCacheInput } from "oauth4webapi";
import { boundedFetch } from "../../outbound/bounded-fetch.ts";
import type { World } from "../../world.ts";
import type { Provider, ProviderName } from "./provider.ts";
import { told } from "./refusal.ts";

/** How long a provider may take for an answer. */
const DEADLINE_MS = 5_000;
/** Metadata and keys of the providers are a few kilobytes. */
const MAX_BYTES = 256 * 1024;
/** How long what it says of itself is believed; with it go the keys that were read since. */
const FRESH_MINUTES = 10;

/** What a provider says of itself, and the keys that were read of it. */
export interface Metadata {
  readonly server: AuthorizationServer;
  /** Filled by the library: read again after five minutes, for an unknown key once a minute at most. */
  readonly keys: JWKSCacheInput;
}

/** The providers as one process knows them. */
export interface Providers {
  readonly fetch: ReturnType<typeof boundedFetch>;
  /** Problems: provider_failed. */
  metadataOf(provider: Provider): Promise<Metadata>;
}

const made = new WeakMap<World, Providers>();

/** The providers as this process knows them, for who has none of its own. */
export function providersOf(world: World): Providers {
  const known = made.get(world) ?? makeProviders(world);
  made.set(world, known);
  return known;
}

/** Nothing is asked, and no library loaded, before the first sign-in. */
export function makeProviders(world: World, deadlineMs = DEADLINE_MS): Providers {
  const fetch = boundedFetch({ deadlineMs, maxBytes: MAX_BYTES });
  const known = new Map<ProviderName, { metadata: Promise<Metadata>; readAt: Temporal.Instant }>();

  function metadataOf(provider: Provider): Promise<Metadata> {
    const kept = known.get(provider.name);
    const age = kept ? kept.readAt.until(world.now()).total("minutes") : FRESH_MINUTES;
    // What was read in the future was read by a clock that went wrong.
    if (kept && age >= 0 && age < FRESH_MINUTES) return kept.metadata;
    const metadata = told(world, provider, discover(provider));
    known.set(provider.name, { metadata, readAt: world.now() });
    // The next one asks again; whoever waits for this one is told.
    metadata.catch(() => {
      if (known.get(provider.name)?.metadata === metadata) known.delete(provider.name);
    });
    return metadata;
  }

  async function discover({ discoveryUrl, isIssuer }: Provider): Promise<Metadata> {
    const { processDiscoveryResponse } = await import("oauth4webapi");
    const response = await fetch(discoveryUrl, { headers: { accept: "application/json" } });
    const { issuer } = (await response.clone().json()) as { issuer?: unknown };
    if (typeof issuer !== "string" || !isIssuer(issuer))
      throw new RangeError("The metadata are of another issuer");
    return { server: await processDiscoveryResponse(new URL(issuer), response), keys: {} };
  }

  return { fetch, metadataOf };
}

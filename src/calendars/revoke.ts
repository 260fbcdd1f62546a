import type { ProviderName as ByOAuth } from "../accounts/oauth/provider.ts";
import { type Providers, providersOf } from "../accounts/oauth/providers.ts";
import type { PromiseJob } from "../jobs.ts";
import { leaseEnd, nextAttempt } from "../outbox/lease.ts";
import { postponePromise } from "../outbox/queries.ts";
import type { World } from "../world.ts";
import { beginRevocation, endRevocation } from "./connection-queries.ts";
import { type Credentials, openCredentials, type Tokens } from "./credentials.ts";
import { CalendarFailure } from "./failure.ts";
import { calendarClientOf } from "./oauth-settings.ts";
import type { Access, ProviderName } from "./provider.ts";
import { providerOf } from "./providers.ts";
import { refreshTokens } from "./refresh-tokens.ts";

interface Left {
  readonly name: ProviderName;
  readonly credentials: Credentials;
  readonly channels: readonly { readonly externalId: string; readonly resourceId: string | null }[];
  /** Whether somebody has connected the same account (again). */
  readonly isConnected: boolean;
}

/**
 * Keeps the promise of a connection that was ended: pushes are stopped and the grant is withdrawn. A provider that does
 * not answer is asked again for a day; then what was set aside goes all the same.
 * @param providers those of this process unless said
 */
export async function revokeConnection(
  world: World,
  { outboxId, attempt }: PromiseJob,
  providers: Providers = providersOf(world),
): Promise<void> {
  const found = await beginRevocation(world.db, { outboxId, attempt, leaseUntil: leaseEnd(world) });
  if (!found) return;
  const end = (outcome: "done" | "superseded" | "failed", error: string | null = null) =>
    endRevocation(world.db, { outboxId, outcome, error, now: world.now() });
  const { id, provider: name, credentials: sealed, channels, isConnected, createdAt } = found;
  if (id === null || name === null || sealed === null) {
    await end("superseded");
    return;
  }
  try {
    const credentials = openCredentials(world, id, sealed);
    await withdraw(world, providers, { name, credentials, channels: channels ?? [], isConnected });
    await end("done");
  } catch (error) {
    const kind = error instanceof CalendarFailure ? error.kind : "temporary";
    // Who does not know us any more has nothing left of us.
    if (kind === "needs_reauth") {
      await end("done");
      return;
    }
    const told = (error instanceof CalendarFailure && error.retryAfterSeconds) || undefined;
    const dueAt =
      error instanceof RangeError ? null : nextAttempt(world, { createdAt, attempt }, told);
    const reason = error instanceof CalendarFailure ? error.message : "It did not work";
    world.log.warn({ provider: name, kind, isOver: dueAt === null }, "A grant is not withdrawn");
    if (dueAt === null) await end("failed", reason);
    else
      await postponePromise(world.db, {
        outboxId,
        attempt,
        dueAt,
        error: reason,
        inDoubtWith: null,
      });
  }
}

async function withdraw(world: World, providers: Providers, left: Left): Promise<void> {
  const { name, credentials, channels, isConnected } = left;
  if (channels.length > 0) {
    const provider = await providerOf(world, name);
    const access = parting(world, providers, name, credentials);
    for (const channel of channels) await stopped(provider.unwatch(access, channel));
  }
  // Withdrawing ends every grant that the account has given this installation.
  if (name === "google" && credentials.kind === "token" && !isConnected)
    await withdrawn(world, providers, name, credentials.refreshToken);
}

/** A channel that is gone is as good as stopped. */
async function stopped(stopping: Promise<void>): Promise<void> {
  await stopping.catch((error: unknown) => {
    if (!(error instanceof CalendarFailure) || error.kind !== "not_found") throw error;
  });
}

/** Renews without keeping: these tokens are used once more, by one job. */
function parting(
  world: World,
  providers: Providers,
  name: ProviderName,
  credentials: Credentials,
): Access {
  if (credentials.kind !== "token") return credentials;
  let known: Tokens = credentials;
  return {
    kind: "token",
    async token(rejected) {
      const ends = Temporal.Instant.from(known.expiresAt);
      if (known.accessToken === rejected || Temporal.Instant.compare(world.now(), ends) >= 0)
        known = await refreshTokens(world, providers, name as ByOAuth, known.refreshToken);
      return known.accessToken;
    },
  };
}

/** RFC 7009. Of a token that is unknown there is nothing to withdraw. */
async function withdrawn(
  world: World,
  providers: Providers,
  name: ByOAuth,
  token: string,
): Promise<void> {
  try {
    const oauth = await import("oauth4webapi");
    const provider = calendarClientOf(world, name);
    const { server } = await providers.metadataOf(provider);
    if (server.revocation_endpoint === undefined) return;
    const response = await oauth.revocationRequest(
      server,
      { client_id: provider.clientId },
      oauth.ClientSecretPost(provider.clientSecret),
      token,
      {
        [oauth.customFetch]: providers.fetch,
        [oauth.allowInsecureRequests]: provider.discoveryUrl.startsWith("http:"),
      },
    );
    await oauth.processRevocationResponse(response);
  } catch (error) {
    const { error: answered } = error as { error?: unknown };
    if (answered === "invalid_token" || answered === "invalid_grant") return;
    throw new CalendarFailure("temporary", "The grant could not be withdrawn");
  }
}

import type { ProviderName } from "../accounts/oauth/provider.ts";
import { type Providers, providersOf } from "../accounts/oauth/providers.ts";
import type { World } from "../world.ts";
import {
  type AccessRow,
  claimRenewal,
  findAccess,
  keepTokens,
  noteNeedsReauth,
  releaseRenewal,
} from "./connection-queries.ts";
import { type Credentials, openCredentials, sealCredentials, type Tokens } from "./credentials.ts";
import { CalendarFailure } from "./failure.ts";
import type { Access } from "./provider.ts";
import { refreshTokens } from "./refresh-tokens.ts";

/** Longer than renewing takes, whatever the provider does; short enough that a process that died is soon replaced. */
const LEASE_SECONDS = 30;
/** A token that ends sooner is renewed before it is used. */
const MARGIN_SECONDS = 120;
const LOOK_EVERY_MS = 100;
const KEEP_TRIES = 3;

/**
 * How a connection is let in. Its tokens are renewed when they are asked for, by one process at a time, and kept before
 * they are used. Throws CalendarFailure needs_reauth where its owner has to connect it again, or it is gone.
 * @param connection its id, or what was read of it already
 * @param providers those of this process unless said
 */
export async function accessOf(
  world: World,
  connection: string | { readonly id: string; readonly credentials: string },
  providers: Providers = providersOf(world),
): Promise<Access> {
  const isRead = typeof connection === "object";
  const connectionId = isRead ? connection.id : connection;
  const credentials = isRead
    ? unsealed(world, connectionId, connection.credentials)
    : (await opened(world, connectionId)).credentials;
  if (credentials.kind !== "token") return accessBy(credentials);
  let known = credentials;
  return {
    kind: "token",
    async token(rejected) {
      if (!isGood(world, known, rejected))
        known = await liveTokens(world, providers, connectionId, rejected);
      return known.accessToken;
    },
  };
}

/** Credentials as they are, which nobody keeps yet: a token of them is not renewed. */
export const accessBy = (credentials: Credentials): Access =>
  credentials.kind === "token"
    ? {
        kind: "token",
        token: async (rejected) => {
          if (rejected === credentials.accessToken)
            throw new CalendarFailure("needs_reauth", "The token is refused");
          return credentials.accessToken;
        },
      }
    : credentials;

const isGood = (world: World, tokens: Tokens, rejected: string | undefined): boolean =>
  tokens.accessToken !== rejected &&
  Temporal.Instant.compare(
    world.now().add({ seconds: MARGIN_SECONDS }),
    Temporal.Instant.from(tokens.expiresAt),
  ) < 0;

async function opened(world: World, connectionId: string) {
  const row = await findAccess(world.db, { id: connectionId });
  if (!row) throw new CalendarFailure("needs_reauth", "The connection is gone");
  if (row.status === "needs_reauth")
    throw new CalendarFailure("needs_reauth", "The connection has to be made again");
  return { row, credentials: unsealed(world, connectionId, row.credentials) };
}

/** Where their key is not there it may come back: no reason to send every host to connect again. */
function unsealed(world: World, connectionId: string, sealed: string): Credentials {
  try {
    return openCredentials(world, connectionId, sealed);
  } catch (error) {
    world.log.error({ err: error }, "No key of ENCRYPTION_KEY opens a calendar's credentials");
    throw new CalendarFailure("temporary", "Its credentials cannot be opened here");
  }
}

/** Tokens that are good: kept by whoever was faster, or renewed here. */
async function liveTokens(
  world: World,
  providers: Providers,
  connectionId: string,
  rejected: string | undefined,
): Promise<Tokens> {
  const until = performance.now() + LEASE_SECONDS * 1000;
  while (performance.now() < until) {
    const { row, credentials } = await opened(world, connectionId);
    if (credentials.kind !== "token") throw new RangeError("Cannot renew what is no token");
    if (isGood(world, credentials, rejected)) return credentials;
    const renewed = await renew(world, providers, row, credentials);
    if (renewed) return renewed;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new CalendarFailure("temporary", "Another process renews the tokens, and does not end");
}

/**
 * Renews under the connection's lease; null where another process has it, or was faster. A refresh token is used by one
 * process at a time, and what it gave is kept before anything else is done. Who dies in between leaves the old one:
 * Google's stays good, and so does Microsoft's, which is replaced but not revoked.
 */
async function renew(
  world: World,
  providers: Providers,
  { id, version, provider }: AccessRow,
  { refreshToken }: Tokens,
): Promise<Tokens | null> {
  const now = world.now();
  const lease = { id, version, leaseUntil: now.add({ seconds: LEASE_SECONDS }) };
  if (!(await claimRenewal(world.db, { ...lease, now }))) return null;
  try {
    const tokens = await refreshTokens(world, providers, provider as ProviderName, refreshToken);
    return (await kept(world, { id, version }, tokens)) ? tokens : null;
  } catch (error) {
    if (!(error instanceof CalendarFailure)) throw error;
    if (error.kind !== "needs_reauth") {
      await releaseRenewal(world.db, lease);
      throw error;
    }
    // Unless its owner has just connected it again.
    if (!(await tellNeedsReauth(world, { id, version }, error.message))) return null;
    throw error;
  }
}

/** Whether the tokens are kept. A refresh token that is lost may cost its owner a visit: a database in trouble is asked again. */
async function kept(world: World, at: { id: string; version: number }, tokens: Tokens) {
  const credentials = sealCredentials(world, at.id, tokens);
  for (let tries = 1; ; tries += 1) {
    try {
      return (await keepTokens(world.db, { ...at, credentials })) !== null;
    } catch (error) {
      if (tries === KEEP_TRIES) throw error;
    }
  }
}

/**
 * Notes that a connection lets us in no more, for who finds out: its owner is told once, and what was to be read through
 * it is due no more. False where that is known, or its credentials are others by now.
 * @param reason for the log and the owner: no secret, no address
 */
export async function tellNeedsReauth(
  world: World,
  at: { id: string; version: number },
  reason: string,
): Promise<boolean> {
  return (await noteNeedsReauth(world.db, { ...at, error: reason, now: world.now() })) !== null;
}

import { type Static, Type } from "@sinclair/typebox";
import beginRevocationText from "#sql/calendars/begin_revocation.sql" with { type: "text" };
import claimRenewalText from "#sql/calendars/claim_renewal.sql" with { type: "text" };
import endConnectionText from "#sql/calendars/end_connection.sql" with { type: "text" };
import endRevocationText from "#sql/calendars/end_revocation.sql" with { type: "text" };
import findAccessText from "#sql/calendars/find_access.sql" with { type: "text" };
import findConnectionIdText from "#sql/calendars/find_connection_id.sql" with { type: "text" };
import keepConnectionText from "#sql/calendars/keep_connection.sql" with { type: "text" };
import keepTokensText from "#sql/calendars/keep_tokens.sql" with { type: "text" };
import listConnectionsText from "#sql/calendars/list_connections.sql" with { type: "text" };
import noteNeedsReauthText from "#sql/calendars/note_needs_reauth.sql" with { type: "text" };
import promiseSyncText from "#sql/calendars/promise_sync.sql" with { type: "text" };
import releaseRenewalText from "#sql/calendars/release_renewal.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Nullable, OneOf } from "../schema.ts";
import { PROVIDERS } from "./provider.ts";

const ProviderT = OneOfT(...PROVIDERS);
export const HEALTH = ["ok", "stale", "needs_reauth", "error"] as const;
const HealthT = OneOfT(...HEALTH);

const Account = { userId: IdT, provider: ProviderT, accountId: TextT };
export const findConnectionId = maybe(findConnectionIdText, Account, { id: IdT });

const Listed = Type.Object({
  id: Type.String(),
  externalId: Type.String(),
  name: Type.String(),
  timeZone: Nullable(Type.String()),
  isPrimary: Type.Boolean(),
  canWrite: Type.Boolean(),
  conferences: Type.Array(OneOf("google_meet", "microsoft_teams")),
  isPreferred: Type.Boolean(),
});

export const keepConnection = maybe(
  keepConnectionText,
  {
    id: IdT,
    ...Account,
    account: TextT,
    credentials: TextT,
    scopes: JsonT(Type.Array(Type.String())),
    calendars: JsonT(Type.Array(Listed)),
    most: IntT,
    now: InstantT,
  },
  { id: IdT },
);

const Connection = {
  id: IdT,
  provider: ProviderT,
  account: TextT,
  status: HealthT,
  failingSince: MaybeT(InstantT),
  lastError: MaybeT(TextT),
  createdAt: InstantT,
  updatedAt: InstantT,
  lastSyncedAt: MaybeT(InstantT),
  calendars: IntT,
  checked: IntT,
};
const ConnectionSchema = Type.Object(Connection);
export type ConnectionRow = Static<typeof ConnectionSchema>;

export const listConnections = many(
  listConnectionsText,
  { userId: IdT, only: MaybeT(IdT), at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Connection,
);

export const promiseSync = maybe(
  promiseSyncText,
  { userId: IdT, connectionId: IdT, now: InstantT },
  { status: HealthT, calendars: IntT },
);

export const endConnection = maybe(
  endConnectionText,
  { userId: IdT, id: IdT, now: InstantT },
  { id: IdT },
);

const AccessColumns = {
  id: IdT,
  provider: ProviderT,
  credentials: TextT,
  version: IntT,
  status: HealthT,
};
const AccessSchema = Type.Object(AccessColumns);
export type AccessRow = Static<typeof AccessSchema>;

export const findAccess = maybe(findAccessText, { id: IdT }, AccessColumns);

const Renewal = { id: IdT, version: IntT };
export const claimRenewal = maybe(
  claimRenewalText,
  { ...Renewal, leaseUntil: InstantT, now: InstantT },
  { id: IdT },
);
export const keepTokens = maybe(keepTokensText, { ...Renewal, credentials: TextT }, { id: IdT });
export const releaseRenewal = many(releaseRenewalText, { ...Renewal, leaseUntil: InstantT }, {});

export const noteNeedsReauth = maybe(
  noteNeedsReauthText,
  { ...Renewal, error: TextT, now: InstantT },
  { id: IdT, endpoints: IntT },
);

const Channel = Type.Object({ externalId: Type.String(), resourceId: Nullable(Type.String()) });

export const beginRevocation = maybe(
  beginRevocationText,
  { outboxId: IdT, attempt: IntT, leaseUntil: InstantT },
  {
    createdAt: InstantT,
    /** Null, like what follows: it is withdrawn, or was kept long enough. */
    id: MaybeT(IdT),
    provider: MaybeT(ProviderT),
    accountId: MaybeT(TextT),
    credentials: MaybeT(TextT),
    channels: MaybeT(JsonT(Type.Array(Channel))),
    isConnected: BoolT,
  },
);

export const endRevocation = many(
  endRevocationText,
  {
    outboxId: IdT,
    outcome: OneOfT("done", "superseded", "failed"),
    error: MaybeT(TextT),
    now: InstantT,
  },
  {},
);

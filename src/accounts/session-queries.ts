import endAllSessionsText from "#sql/accounts/end_all_sessions.sql" with { type: "text" };
import endSessionText from "#sql/accounts/end_session.sql" with { type: "text" };
import listSessionsText from "#sql/accounts/list_sessions.sql" with { type: "text" };
import refreshSessionText from "#sql/accounts/refresh_session.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, TextT } from "../db/type.ts";
import { UserColumns } from "./queries.ts";

export const refreshSession = maybe(
  refreshSessionText,
  {
    sessionId: IdT,
    generation: IntT,
    expiresAt: InstantT,
    maxAgeSeconds: IntT,
    now: InstantT,
  },
  {
    generation: IntT,
    expiresAt: InstantT,
    /** Now, where the token was a copy. */
    revokedAt: MaybeT(InstantT),
    ...UserColumns,
  },
);

export const listSessions = many(
  listSessionsText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT, now: InstantT },
  {
    id: IdT,
    userAgent: MaybeT(TextT),
    lastUsedAt: InstantT,
    expiresAt: InstantT,
    createdAt: InstantT,
  },
);

export const endSession = maybe(
  endSessionText,
  { userId: IdT, sessionId: IdT, now: InstantT },
  { id: IdT },
);

export const endAllSessions = many(endAllSessionsText, { userId: IdT, now: InstantT }, {});

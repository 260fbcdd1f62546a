import { type Static, Type } from "@sinclair/typebox";
import beginSyncText from "#sql/calendars/begin_sync.sql" with { type: "text" };
import claimDueSyncsText from "#sql/calendars/claim_due_syncs.sql" with { type: "text" };
import failSyncText from "#sql/calendars/fail_sync.sql" with { type: "text" };
import findCalendarPromiseText from "#sql/calendars/find_calendar_promise.sql" with {
  type: "text",
};
import releaseSyncText from "#sql/calendars/release_sync.sql" with { type: "text" };
import storePageText from "#sql/calendars/store_page.sql" with { type: "text" };
import visitCalendarsText from "#sql/calendars/visit_calendars.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Nullable } from "../schema.ts";
import { PROVIDERS } from "./provider.ts";

const Provider = OneOfT(...PROVIDERS);

/** What a worker needs of a connection to be let in. */
export const Let = { connectionId: IdT, provider: Provider };

export const claimDueSyncs = many(
  claimDueSyncsText,
  { now: InstantT, leaseUntil: InstantT, lane: IntT, limit: IntT },
  { id: IdT, attempts: IntT },
);

export const findCalendarPromise = maybe(
  findCalendarPromiseText,
  { outboxId: IdT },
  { kind: TextT },
);

const Run = {
  id: IdT,
  externalId: TextT,
  /** Its own, else its owner's. */
  timeZone: MaybeT(TextT),
  cursor: MaybeT(TextT),
  /** What is covered so far. */
  syncedFrom: MaybeT(InstantT),
  syncedUntil: MaybeT(InstantT),
  quietRuns: IntT,
  failingSince: MaybeT(InstantT),
  promiseVersion: MaybeT(IntT),
  /** Of the credentials that it is let in by. */
  connectionVersion: IntT,
  /** How far ahead its owner can be booked, in days; null: without an end. */
  horizonDays: MaybeT(IntT),
  ...Let,
};
const RunSchema = Type.Object(Run);
export type SyncRun = Static<typeof RunSchema>;

export const beginSync = maybe(
  beginSyncText,
  { outboxId: IdT, attempt: IntT, runId: IdT, leaseUntil: InstantT, now: InstantT },
  Run,
);

const Resources = Type.Array(
  Type.Object({
    externalId: Type.String(),
    etag: Nullable(Type.String()),
    isGone: Type.Boolean(),
    isOurs: Type.Boolean(),
    /** When it is; null for what is gone, and for what recurs. */
    start: Nullable(Type.String()),
    end: Nullable(Type.String()),
    busy: Type.Array(
      Type.Object({
        start: Type.String(),
        end: Type.String(),
        kind: Type.String(),
        title: Nullable(Type.String()),
      }),
    ),
  }),
);
export type Resources = Static<typeof Resources>;

export const storePage = maybe(
  storePageText,
  {
    calendarId: IdT,
    runId: IdT,
    outboxId: IdT,
    attempt: IntT,
    promiseVersion: MaybeT(IntT),
    resources: JsonT(Resources),
    isFull: BoolT,
    isFirst: BoolT,
    isLast: BoolT,
    cursor: MaybeT(TextT),
    windowFrom: InstantT,
    windowUntil: InstantT,
    quietRuns: IntT,
    leaseUntil: InstantT,
    pollAt: InstantT,
    pollAtIfPushed: InstantT,
    now: InstantT,
  },
  { generation: IntT },
);

export const failSync = maybe(
  failSyncText,
  {
    calendarId: IdT,
    runId: IdT,
    outboxId: IdT,
    attempt: IntT,
    status: OneOfT("stale", "error"),
    error: TextT,
    dueAt: InstantT,
    throttledUntil: MaybeT(InstantT),
    staleSince: InstantT,
    provider: TextT,
    now: InstantT,
  },
  { id: IdT },
);

export const releaseSync = maybe(
  releaseSyncText,
  { outboxId: IdT, attempt: IntT, now: InstantT },
  { id: IdT },
);

export const visitCalendars = one(
  visitCalendarsText,
  { now: InstantT, later: InstantT, limit: IntT },
  { visited: IntT, promised: IntT },
);

import { type Static, Type } from "@sinclair/typebox";
import countCalendarsText from "#sql/operations/count_calendars.sql" with { type: "text" };
import countDeliveriesText from "#sql/operations/count_deliveries.sql" with { type: "text" };
import findAdminText from "#sql/operations/find_admin.sql" with { type: "text" };
import findPromiseText from "#sql/operations/find_promise.sql" with { type: "text" };
import findQueuesText from "#sql/operations/find_queues.sql" with { type: "text" };
import findSealedText from "#sql/operations/find_sealed.sql" with { type: "text" };
import listPromisesText from "#sql/operations/list_promises.sql" with { type: "text" };
import noteQueueChangeText from "#sql/operations/note_queue_change.sql" with { type: "text" };
import openAdminSessionText from "#sql/operations/open_admin_session.sql" with { type: "text" };
import pingText from "#sql/operations/ping.sql" with { type: "text" };
import resealText from "#sql/operations/reseal.sql" with { type: "text" };
import retryPromiseText from "#sql/operations/retry_promise.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { QUEUES } from "../jobs.ts";

export const ping = one(pingText, {}, { ok: BoolT });

export const findQueues = many(
  findQueuesText,
  { now: InstantT },
  {
    queue: OneOfT(...QUEUES),
    serverVersion: TextT,
    due: IntT,
    oldestDueAt: MaybeT(InstantT),
    retrying: IntT,
    failed: IntT,
    failedToday: IntT,
  },
);

export const countCalendars = one(
  countCalendarsText,
  { now: InstantT },
  {
    failing: MaybeT(IntT),
    needingReauth: MaybeT(IntT),
    unreachable: MaybeT(IntT),
    waitingSince: MaybeT(InstantT),
  },
);

export const countDeliveries = many(
  countDeliveriesText,
  { now: InstantT },
  { channel: TextT, status: TextT, count: IntT },
);

export const openAdminSession = many(
  openAdminSessionText,
  { sessionId: IdT, userId: IdT, now: InstantT },
  {},
);

export const findAdmin = maybe(findAdminText, { sessionId: IdT, now: InstantT }, { id: IdT });

export const noteQueueChange = many(
  noteQueueChangeText,
  { userId: IdT, method: TextT, path: TextT, now: InstantT },
  {},
);

export const TROUBLES = ["failed", "retrying"] as const;

const Promised = {
  id: IdT,
  queue: OneOfT(...QUEUES),
  kind: TextT,
  state: OneOfT(...TROUBLES),
  bookingId: MaybeT(IdT),
  attendeeId: MaybeT(IdT),
  userId: MaybeT(IdT),
  attempts: IntT,
  lastError: MaybeT(TextT),
  dueAt: InstantT,
  doneAt: MaybeT(InstantT),
  createdAt: InstantT,
};
const PromisedSchema = Type.Object(Promised);
export type PromisedRow = Static<typeof PromisedSchema>;

export const listPromises = many(
  listPromisesText,
  {
    state: MaybeT(TextT),
    queue: MaybeT(TextT),
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    limit: IntT,
  },
  Promised,
);

export const retryPromise = maybe(
  retryPromiseText,
  { outboxId: IdT, actorId: IdT, now: InstantT },
  Promised,
);

export const findPromise = maybe(findPromiseText, { outboxId: IdT }, { id: IdT });

export const findSealed = many(
  findSealedText,
  { keyId: TextT, place: MaybeT(TextT), id: MaybeT(IdT), limit: IntT },
  { place: TextT, id: IdT, sealed: TextT },
);

const Resealed = Type.Object({
  place: Type.String(),
  id: Type.String(),
  was: Type.String(),
  becomes: Type.String(),
});
export const reseal = one(resealText, { values: JsonT(Type.Array(Resealed)) }, { resealed: IntT });

// The statements by which bookings become events. A run that has lost its lease changes nothing by them.
import { type Static, Type } from "@sinclair/typebox";
import askAboutEventText from "#sql/calendars/ask_about_event.sql" with { type: "text" };
import beginWriteText from "#sql/calendars/begin_write.sql" with { type: "text" };
import endWriteText from "#sql/calendars/end_write.sql" with { type: "text" };
import findEventText from "#sql/calendars/find_event.sql" with { type: "text" };
import forgetEventText from "#sql/calendars/forget_event.sql" with { type: "text" };
import intendEventText from "#sql/calendars/intend_event.sql" with { type: "text" };
import putOffWriteText from "#sql/calendars/put_off_write.sql" with { type: "text" };
import storeEventText from "#sql/calendars/store_event.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { BoolT, IdsT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Nullable, OneOf } from "../schema.ts";
import { PROVIDERS } from "./provider.ts";

export const beginWrite = maybe(
  beginWriteText,
  { outboxId: IdT, attempt: IntT, run: IdT, leaseUntil: InstantT, now: InstantT },
  {
    bookingId: MaybeT(IdT),
    /** Null: the booking's meeting at Zoom. */
    hostId: MaybeT(IdT),
    createdAt: InstantT,
    /** Whether no other run has the lease. */
    isOurs: BoolT,
  },
);

export const putOffWrite = many(
  putOffWriteText,
  { outboxId: IdT, attempt: IntT, dueAt: InstantT },
  {},
);

const Event = Type.Object({
  /** Null once its calendar is no longer connected. */
  calendarId: Nullable(Type.String()),
  externalId: Type.String(),
  etag: Nullable(Type.String()),
  incarnation: Type.Integer(),
  version: Type.Integer(),
  start: Type.String(),
  end: Type.String(),
  drift: Nullable(OneOf("moved", "deleted")),
  shows: Nullable(Type.String()),
  meetingState: Nullable(OneOf("pending", "ready", "failed")),
  meetingUrl: Nullable(Type.String()),
});
export type EventRow = Static<typeof Event>;

const Place = Type.Object({
  calendarId: Type.String(),
  /** The provider's. */
  externalId: Type.String(),
  name: Type.String(),
  conferences: Type.Array(Type.String()),
  connectionId: Type.String(),
  provider: OneOf(...PROVIDERS),
  status: OneOf("ok", "stale", "needs_reauth", "error"),
});
export type Place = Static<typeof Place>;

const Intent = Type.Object({ place: Place, incarnation: Type.Integer() });
export type Intent = Static<typeof Intent>;

export const findEvent = maybe(
  findEventText,
  { bookingId: IdT, hostId: IdT },
  {
    event: MaybeT(JsonT(Event)),
    /** Where it is. */
    present: MaybeT(JsonT(Place)),
    /** Where his bookings belong. */
    destination: MaybeT(JsonT(Place)),
    /** What a run that ended early may have made. */
    intent: MaybeT(JsonT(Intent)),
    /** Whether the booking's meeting is made with his event. */
    isMaker: BoolT,
    /** Every promise that what is read from now on keeps. */
    open: IdsT,
  },
);

export const intendEvent = maybe(
  intendEventText,
  { bookingId: IdT, hostId: IdT, run: IdT, calendarId: IdT, incarnation: IntT },
  { id: IdT },
);

const Run = { outboxId: IdT, run: IdT, bookingId: IdT };

export const storeEvent = maybe(
  storeEventText,
  {
    ...Run,
    hostId: IdT,
    kept: IdsT,
    calendarId: IdT,
    externalId: TextT,
    etag: MaybeT(TextT),
    incarnation: IntT,
    version: IntT,
    start: InstantT,
    end: InstantT,
    shows: TextT,
    meetingState: MaybeT(OneOfT("pending", "ready", "failed")),
    meetingUrl: MaybeT(TextT),
    provider: TextT,
    /** When to look again whether the meeting has been made; null: there is nothing to wait for. */
    lookAt: MaybeT(InstantT),
    error: MaybeT(TextT),
    isMaker: BoolT,
    now: InstantT,
  },
  { done: IntT },
);

export const forgetEvent = maybe(
  forgetEventText,
  {
    ...Run,
    hostId: IdT,
    kept: IdsT,
    provider: MaybeT(TextT),
    /** Whether it was taken away, and did not only slip out of reach. */
    isRemoved: BoolT,
    now: InstantT,
  },
  { id: IdT, promised: MaybeT(IntT) },
);

export const endWrite = maybe(
  endWriteText,
  {
    ...Run,
    hostId: MaybeT(IdT),
    kept: IdsT,
    outcome: MaybeT(OneOfT("superseded", "failed")),
    error: MaybeT(TextT),
    dueAt: MaybeT(InstantT),
    version: MaybeT(IntT),
    /** Mails that wait for a link need not wait any longer. */
    release: BoolT,
    /** Why the hosts are warned; null: they are not. */
    reason: MaybeT(TextT),
    now: InstantT,
  },
  { id: IdT, done: IntT },
);

export const askAboutEvent = many(
  askAboutEventText,
  {
    bookingId: IdT,
    hostId: IdT,
    drift: OneOfT("moved", "deleted"),
    start: MaybeT(InstantT),
    end: MaybeT(InstantT),
    now: InstantT,
  },
  {},
);

// What hosts did to events, and what became of them, for who asks.
import { type Static, Type } from "@sinclair/typebox";
import findDriftText from "#sql/calendars/find_drift.sql" with { type: "text" };
import listEventStatesText from "#sql/calendars/list_event_states.sql" with { type: "text" };
import putEventBackText from "#sql/calendars/put_event_back.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, OneOfT, TextT } from "../db/type.ts";

const DriftT = OneOfT("moved", "deleted");

export const findDrift = maybe(
  findDriftText,
  { bookingId: IdT, hostId: IdT },
  { drift: MaybeT(DriftT), incarnation: IntT, start: MaybeT(InstantT), end: MaybeT(InstantT) },
);

export const putEventBack = maybe(
  putEventBackText,
  { bookingId: IdT, hostId: IdT, now: InstantT },
  { id: IdT, promised: MaybeT(IdT) },
);

const State = {
  /** Null: the booking's meeting at Zoom. */
  hostId: MaybeT(IdT),
  drift: MaybeT(DriftT),
  driftedStart: MaybeT(InstantT),
  driftedEnd: MaybeT(InstantT),
  isWritten: BoolT,
  /** Of the last promise that had something to do. */
  outcome: MaybeT(TextT),
  lastError: MaybeT(TextT),
  isOpen: BoolT,
  /** Whether he has a calendar for it. */
  isWanted: BoolT,
  /** Whether the booking's meeting is made with his event. */
  isMaker: BoolT,
};
const StateSchema = Type.Object(State);
export type EventStateRow = Static<typeof StateSchema>;

export const listEventStates = many(listEventStatesText, { bookingId: IdT }, State);

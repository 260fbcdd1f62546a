// The statements of holds: reservations that become bookings or end by themselves.
import holdTimeText from "#sql/bookings/hold_time.sql" with { type: "text" };
import releaseHoldText from "#sql/bookings/release_hold.sql" with { type: "text" };
import sweepHoldsText from "#sql/bookings/sweep_holds.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT } from "../db/type.ts";
import { CapPeriods, Groups } from "./change-queries.ts";

/** Raises KA001 with facts_changed, cap_reached or slot_taken, and no_double_booking as the last line. */
export const holdTime = maybe(
  holdTimeText,
  {
    holdId: IdT,
    meetingTypeId: IdT,
    typeVersion: IntT,
    start: InstantT,
    end: InstantT,
    reservedFrom: InstantT,
    reservedUntil: InstantT,
    groups: Groups,
    caps: CapPeriods,
    lastHoldId: MaybeT(IdT),
    expiresAt: InstantT,
    atMost: IntT,
    now: InstantT,
  },
  { hosts: IntT },
);

export const releaseHold = many(releaseHoldText, { holdId: IdT }, { holdId: MaybeT(IdT) });

export const sweepHolds = many(sweepHoldsText, { now: InstantT }, { holdId: MaybeT(IdT) });

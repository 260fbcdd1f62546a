// The words that callers and the calculation share. All instants are epoch milliseconds.

import type { Spans } from "./interval.ts";
import type { DateRange, Schedule } from "./week.ts";

/** How far ahead a type can be booked, counted in calendar days of the type's zone. */
export type Horizon =
  /** From today until `days` days after it. */
  | { kind: "rolling"; days: number }
  /** From today until the `days`th Monday–Friday after it. */
  | { kind: "businessDays"; days: number }
  /** The dates `YYYY-MM-DD`, both included. */
  | { kind: "range"; from: string; until: string }
  | { kind: "unlimited" };

/**
 * At most so many bookings, or so many minutes of them, per calendar day, week (from Monday) or month of
 * the schedule's zone. A booking counts whole where it starts.
 */
export interface Cap {
  per: "day" | "week" | "month";
  bookings?: number | null;
  minutes?: number | null;
}

/** What a meeting type asks for, with the duration that the guest chose. */
export interface TypeRules {
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  /** From one start to the next; null: the duration. */
  slotIntervalMinutes: number | null;
  /** Where the first start of an opening lies: at its begin, or on the next such wall time of `timeZone`. */
  slotAlignment: "start" | "hour" | "half" | "quarter";
  minimumNoticeMinutes: number;
  horizon: Horizon;
  caps: readonly Cap[];
  /** Guests per meeting; above 1, later guests may join a meeting that is not full. */
  capacity: number;
  /** The zone of the type's schedule: dates of limits and wall times of the alignment are read in it. */
  timeZone: string;
  /** Who meets the guest: of every group all, or at least so many (1 or more). A host is in one group only. */
  groups: readonly { hosts: readonly string[]; required: "all" | number }[];
}

export interface HostFacts {
  id: string;
  schedule: Schedule;
  /** Further schedules: the host is open when any of them is. */
  moreSchedules?: readonly Schedule[];
  /** Out of office, in dates of each schedule's zone. */
  away: readonly DateRange[];
  /** Time taken from the host, buffers included: pairs sorted by start, which may overlap. */
  busy: Spans;
  /** What took each pair of `busy`, in the same order; only `explain` asks. */
  busyBy?: readonly BusyKind[];
  /** The host's bookings that count to the host's caps, in any order. */
  counted: readonly Taken[];
  /** Caps on this host, whatever the type, in the days of his schedule's zone. */
  caps?: readonly Cap[];
}

/** An `unreachable_calendar` takes all the time: nobody knows what is in it, and its owner wants no bookings then. */
export type BusyKind = "booking" | "hold" | "calendar" | "unreachable_calendar";

/** A meeting without its buffers. */
export interface Taken {
  start: number;
  end: number;
}

/** A meeting of this type with places for more guests. */
export interface SeatedMeeting extends Taken {
  seatsTaken: number;
  hosts: readonly string[];
}

/**
 * All that decides what can be booked. Missing hosts count as never open. For starts in a window, busy
 * time is wanted from the buffer before it until a meeting and its buffer behind it, and the bookings
 * that count of every day, week or month (as the caps are) that the window touches; more does no harm.
 */
export interface Facts {
  type: TypeRules;
  hosts: readonly HostFacts[];
  /** The type's bookings that count to its caps, in any order. */
  booked: readonly Taken[];
  seated: readonly SeatedMeeting[];
}

/** Which starts are wanted, `from` included and `until` not, and when that was asked. */
export interface Window {
  from: number;
  until: number;
  now: number;
}

/** A time that can be booked. */
export interface Offer {
  start: number;
  end: number;
  /** Who can take it: all of an "all" group, at least n of an "n" group, in the order of the groups. */
  hosts: readonly string[];
  /** Only where the capacity is above 1. */
  seatsLeft?: number;
}

/** Why a time cannot be booked, in the words of the HTTP API. */
export type Reason =
  | "start_in_past"
  /** Sooner than the minimum notice allows, or before the horizon's range begins. */
  | "too_soon"
  /** Beyond the horizon. */
  | "too_late"
  /** Too few hosts are open for all of it, or it is no step of the grid. */
  | "outside_hours"
  | "seats_full"
  | "cap_reached"
  /** Too few of the open hosts are free. */
  | "slot_taken";

// All that the widget knows at a moment, and how one moment follows from another. Pure: nothing here asks or waits.
import { addDays, addMonths, lastDay, monthOf } from "./day.ts";
import { minutesOf } from "./format.ts";
import type { Typed, Wrong } from "./later/guest.ts";
import type { Booking, MeetingType, Slot, Slots } from "./wire.ts";

export type Step = "times" | "details" | "move" | "booking" | "cancel";

/** Something that the reader must know: a refusal by its code, with what could be instead. */
export interface Notice {
  readonly code: string;
  /** The API's own words, where ours say less. */
  readonly detail?: string | undefined;
  readonly alternatives?: readonly Slot[];
}

export interface State {
  readonly step: Step;
  /** Whether the popup is open. */
  readonly isOpen: boolean;
  readonly type: MeetingType | null;
  /** What was booked, or is managed by its link. */
  readonly booking: Booking | null;
  /** What happened to it just now. */
  readonly outcome: "booked" | "moved" | "cancelled" | null;
  readonly icsUrl: string | null;
  /** Whether another time is looked for, for that booking. */
  readonly isMoving: boolean;
  readonly timeZone: string;
  /** The zone that the server does not know, where it is the browser's. */
  readonly unknownZone: string | null;
  /** Null: the type's usual one. */
  readonly duration: number | null;
  /** The date in the guest's zone, as the server says. */
  readonly today: string | null;
  /** The month that is shown. */
  readonly month: string;
  /** The date whose times are shown. */
  readonly date: string | null;
  /** Where the keyboard is in the month. */
  readonly cursor: string | null;
  readonly days: Readonly<Record<string, readonly Slot[]>>;
  /** The months that are known whole. */
  readonly months: Readonly<Record<string, true>>;
  /** The last month that has times at all. */
  readonly lastMonth: string | null;
  readonly slot: Slot | null;
  readonly hold: "none" | "held" | "ended";
  /** By which the server knows whose it is, so that its time still counts as free. */
  readonly holdId: string | null;
  readonly typed: Typed;
  readonly reason: string;
  readonly wrong: Readonly<Record<string, Wrong>>;
  readonly notice: Notice | null;
  /** Why times or the booking could not be read. */
  readonly trouble: string | null;
  readonly isSlow: boolean;
  readonly isBusy: boolean;
  /** The list of zones, while it is open. */
  readonly picker: { readonly query: string; readonly active: number } | null;
  /** For screen readers. */
  readonly said: string;
  /** The id of the element that comes into view next. */
  readonly reveal: string | null;
  /** The id of the element that the focus goes to next. */
  readonly focus: string | null;
}

const NOTHING_TYPED: Typed = {
  name: "",
  email: "",
  phone: "",
  smsOptIn: false,
  notes: "",
  guests: [],
  answers: {},
};

export const initialState = (given: {
  timeZone: string;
  month: string;
  duration: number | null;
  date: string | null;
  isManaging: boolean;
}): State => ({
  step: given.isManaging ? "booking" : "times",
  isOpen: false,
  type: null,
  booking: null,
  outcome: null,
  icsUrl: null,
  isMoving: false,
  timeZone: given.timeZone,
  unknownZone: null,
  duration: given.duration,
  today: null,
  month: given.month,
  date: given.date,
  cursor: null,
  days: {},
  months: {},
  lastMonth: null,
  slot: null,
  hold: "none",
  holdId: null,
  typed: NOTHING_TYPED,
  reason: "",
  wrong: {},
  notice: null,
  trouble: null,
  isSlow: false,
  isBusy: false,
  picker: null,
  said: "",
  reveal: null,
  focus: null,
});

const MONTHS_AHEAD = 24;

/** The last month that a horizon reaches, a little too late rather than too early. */
export function lastMonthOf(horizon: MeetingType["horizon"], today: string): string {
  switch (horizon.kind) {
    case "rolling":
      return monthOf(addDays(today, horizon.days ?? 0));
    case "businessDays":
      return monthOf(addDays(today, Math.ceil((horizon.days ?? 0) * 1.4) + 3));
    case "range":
      return monthOf(horizon.until ?? today);
    default:
      return addMonths(monthOf(today), MONTHS_AHEAD);
  }
}

/** How a range's first month follows; of other horizons the present one. */
export const firstMonthOf = (horizon: MeetingType["horizon"], today: string): string =>
  horizon.kind === "range" && horizon.from !== undefined && horizon.from > today
    ? monthOf(horizon.from)
    : monthOf(today);

/** Free times have come: what was known of these months gives way, and nothing else is taken from the answer. */
export function slotsCame(state: State, slots: Slots, months: readonly string[]): State {
  const isOf = (date: string) => months.includes(monthOf(date));
  const days = Object.fromEntries(Object.entries(state.days).filter(([date]) => !isOf(date)));
  for (const { date, slots: found } of slots.days) if (isOf(date)) days[date] = found;
  const slot = state.slot && (findSlot(days, state.slot.start) ?? state.slot);
  const known = Object.fromEntries(months.map((month) => [month, true as const]));
  return {
    ...state,
    days,
    slot,
    today: slots.today,
    months: { ...state.months, ...known },
    // They do not make up for a type or a form that could not be loaded.
    trouble: state.step === "times" && (state.type || state.isMoving) ? null : state.trouble,
    isSlow: false,
  };
}

/** The first free date of the shown month is shown with its times, unless one is already. The keyboard stays where it is. */
export function dateSettled(state: State): State {
  const { month, days, cursor } = state;
  const isShown = state.date !== null && monthOf(state.date) === month && state.date in days;
  const date = isShown ? state.date : firstFree(state, month);
  const isThere = cursor !== null && monthOf(cursor) === month;
  return { ...state, date, cursor: isThere ? cursor : (date ?? cursorIn(state, month)) };
}

const firstFree = ({ days }: Pick<State, "days">, month: string): string | null =>
  Object.keys(days)
    .filter((date) => monthOf(date) === month)
    .sort()[0] ?? null;

/** Where the keyboard enters a month: today in the present one, else its first day. */
const cursorIn = ({ today }: Pick<State, "today">, month: string): string =>
  today !== null && monthOf(today) === month ? today : `${month}-01`;

export function findSlot(days: State["days"], start: string): Slot | undefined {
  for (const slots of Object.values(days)) {
    const found = slots.find((each) => each.start === start);
    if (found) return found;
  }
  return undefined;
}

/** Months that can be shown: not before today's, and not beyond the horizon. */
export const isWithin = ({ today, lastMonth }: State, month: string): boolean =>
  (today === null || month >= monthOf(today)) && (lastMonth === null || month <= lastMonth);

/** Another month is shown. Its times may not be known yet. */
export const monthShown = (state: State, month: string): State =>
  dateSettled({ ...state, month, notice: null });

/** The keyboard goes to a date, within what can be shown. */
export function cursorMoved(state: State, date: string): State {
  const { today, lastMonth } = state;
  const at =
    today !== null && date < today
      ? today
      : lastMonth !== null && monthOf(date) > lastMonth
        ? lastDay(lastMonth)
        : date;
  const month = monthOf(at);
  const moved = month === state.month ? state : monthShown(state, month);
  return { ...moved, cursor: at, focus: `d${at}` };
}

/** Everything that was known of times is void: another zone, duration or booking. */
export const timesVoid = (state: State): State => ({ ...state, days: {}, months: {} });

/** Back among the times, with what was typed. */
export const backToTimes = (state: State): State => ({
  ...state,
  step: "times",
  hold: "none",
  notice: null,
  wrong: {},
  focus: state.slot ? `s${state.slot.start}` : "month",
});

/** The state after a request did not go through. */
export const refused = (state: State, notice: Notice): State => ({
  ...state,
  isBusy: false,
  notice,
  focus: "notice",
});

/** The durations that the guest can choose from; one or none is no choice. */
export const durationsOf = (type: MeetingType): number[] =>
  [...new Set([type.durationMinutes, ...type.durationOptions])].sort((a, b) => a - b);

/** How long the meetings are that are shown. */
export function lengthOf({ duration, type, days, booking }: State): number | null {
  const some = Object.values(days)[0]?.[0];
  return (
    duration ??
    (some ? minutesOf(some) : (type?.durationMinutes ?? booking?.durationMinutes ?? null))
  );
}

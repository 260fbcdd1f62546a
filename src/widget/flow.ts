// What the reader can do among the times, and what follows from it.
import { isRefusal } from "./api.ts";
import type { Context } from "./context.ts";
import { addMonths } from "./day.ts";
import type { Later } from "./later/later.ts";
import { loadLater } from "./load-later.ts";
import {
  backToTimes,
  cursorMoved,
  isWithin,
  lastMonthOf,
  lengthOf,
  monthShown,
  type State,
  timesVoid,
} from "./state.ts";
import { keepTimes, typePath } from "./times.ts";
import type { MeetingType, Slot } from "./wire.ts";

export interface Flow {
  /** What comes after the times; null until it is loaded. */
  readonly later: Later | null;
  /** Loads what there is to show; again after a failure. */
  start(): void;
  showMonth(months: number): void;
  moveCursor(date: string): void;
  chooseDate(date: string): void;
  chooseDuration(minutes: number): void;
  chooseZone(zone: string): void;
  /** Opens the list of zones, changes what is looked for, or closes it by null. */
  searchZone(picker: State["picker"]): void;
  chooseSlot(slot: Slot): void;
  /** One step back. */
  back(): void;
  /** Begins to look for another time for the booking. */
  startMove(): void;
  stopMove(): void;
  /** Begins anew, for another booking. */
  startOver(): void;
}

/** @param today the date by the reader's own clock: near enough to know which month to ask for */
export function makeFlow(context: Context, today: string): Flow {
  const { options, store, api, stop, emit } = context;
  const { set, update } = store;
  const times = keepTimes(context);
  let later: Later | null = null;
  let loading: Promise<Later> | null = null;
  let starts = 0;

  function withLater(): Promise<Later> {
    loading ??= loadLater(options.server).then(
      ({ makeLater }) => {
        later = makeLater(context, flow);
        set({});
        return later;
      },
      (error) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  }

  /** Does what needs the second part; the reader is told if that cannot be loaded. */
  const andThen = (act: (part: Later) => unknown): void =>
    void withLater().then(
      (part) => stop.aborted || act(part),
      () => !stop.aborted && set({ trouble: "unreachable" }),
    );

  const keep = (): void => andThen((part) => part.chosen());

  async function loadType(): Promise<void> {
    try {
      const type = await api<MeetingType>(typePath(options));
      update((state) => ({
        ...state,
        type,
        lastMonth: lastMonthOf(type.horizon, state.today ?? today),
      }));
      emit("type_viewed", { host: options.host, type: options.type });
      // The choice may have come before it.
      if (store.state.slot) keep();
    } catch (error) {
      // It may have come by another attempt.
      if (stop.aborted || store.state.type) return;
      if (!isRefusal(error)) throw error;
      set({ trouble: error.code });
      emit("error", { code: error.code });
    }
  }

  async function start(): Promise<void> {
    const { step, type, isMoving } = store.state;
    starts += 1;
    const begun = starts;
    set({ trouble: null });
    if (step === "details" && type) return keep();
    if (step === "booking" && options.bookingId !== null) {
      const id = options.bookingId;
      return andThen((part) => part.find(id));
    }
    if (!isMoving && (options.host === "" || options.type === ""))
      return set({ trouble: "not_found" });
    // Side by side: the first times need the names only.
    await Promise.all([type || isMoving ? null : loadType(), times.showFirst(today)]);
    // Begun again meanwhile, it is that one's to say.
    if (begun !== starts || store.state.trouble !== null || stop.aborted) return;
    emit("ready", {});
    times.listen();
    void withLater().catch(() => {});
    tellOpened();
  }

  /** Counted on the server beside the bookings that come of it. */
  function tellOpened(): void {
    const { type, isMoving } = store.state;
    if (!type || isMoving) return;
    const body = { eventType: "WIDGET_OPENED", metadata: { meetingTypeId: type.id } };
    void api("/analytics/event", { method: "POST", body, isLast: true }).catch(() => {});
  }

  const flow: Flow = {
    get later() {
      return later;
    },
    start: () => void start(),
    showMonth(months) {
      const month = addMonths(store.state.month, months);
      if (!isWithin(store.state, month)) return;
      update((state) => ({ ...monthShown(state, month), said: context.format.month(month) }));
      void times.show();
    },
    moveCursor(date) {
      update((state) => cursorMoved(state, date));
      void times.show();
    },
    chooseDate(date) {
      const count = store.state.days[date]?.length ?? 0;
      if (count === 0) return;
      const said = `${context.format.day(date)}: ${context.say("timesOf", count)}`;
      set({ date, cursor: date, notice: null, said, reveal: "times" });
      emit("date_selected", { date });
    },
    chooseDuration(duration) {
      if (duration === lengthOf(store.state)) return;
      set({ duration, slot: null });
      void times.renew();
    },
    chooseZone(timeZone) {
      update((state) => ({
        ...timesVoid(state),
        timeZone,
        unknownZone: null,
        today: null,
        picker: null,
        focus: "zone",
      }));
      void times.renew();
    },
    searchZone(picker) {
      set({ picker, ...(picker === null && { focus: "zone" }) });
      if (picker) andThen(() => store.state.picker && set({ focus: "zone-search" }));
    },
    chooseSlot(slot) {
      const { timeZone, isMoving } = store.state;
      const step = isMoving ? "move" : "details";
      const date = slot.localStart.slice(0, 10);
      set({ slot, step, date, hold: "none", notice: null, picker: null, focus: "title" });
      emit("slot_selected", { start: slot.start, end: slot.end, timeZone });
      keep();
    },
    back() {
      // What is under way decides where it goes on.
      if (store.state.isBusy) return;
      later?.release();
      update((state) =>
        state.step === "cancel"
          ? { ...state, step: "booking", notice: null, wrong: {}, focus: "title" }
          : backToTimes(state),
      );
    },
    startMove() {
      update((state) => ({
        ...timesVoid(state),
        step: "times",
        isMoving: true,
        slot: null,
        notice: null,
        duration: state.booking?.durationMinutes ?? null,
        focus: "title",
      }));
      void times.showFirst(today).then(times.listen);
    },
    stopMove: () => set({ step: "booking", isMoving: false, trouble: null, focus: "title" }),
    startOver() {
      update((state) => ({
        ...timesVoid(state),
        step: "times",
        isMoving: false,
        booking: null,
        outcome: null,
        slot: null,
        duration: options.duration,
        typed: { ...state.typed, notes: "", answers: {} },
        focus: "title",
      }));
      void start();
    },
  };
  addEventListener("online", () => store.state.trouble !== null && flow.start(), { signal: stop });
  return flow;
}

// Keeps the free times true: loads months, looks ahead by one, hears when something changed.
import { apiUrl, isRefusal } from "./api.ts";
import type { Context } from "./context.ts";
import { addDays, addMonths, lastDay, monthOf } from "./day.ts";
import { dateSettled, firstMonthOf, isWithin, slotsCame, timesVoid } from "./state.ts";
import type { Slots } from "./wire.ts";

const SLOW_MS = 5_000;
const AGAIN_MS = 60_000;
/** Many widgets hear of a change at once. */
const JITTER_MS = 1_000;
/** With less than this left of a month, the next one is asked for with it. */
const SHORT_DAYS = 7;
const MONTHS_TO_LOOK = 4;

/** What is asked for at first: the months, and their last date. The server knows which day it is. */
export function firstWindow(today: string): { months: string[]; until: string } {
  const month = monthOf(today);
  const next = addMonths(month, 1);
  return addDays(today, SHORT_DAYS) > lastDay(month)
    ? { months: [month, next], until: lastDay(next) }
    : { months: [month], until: lastDay(month) };
}

/** Where the API has the meeting type, by the names that the page knows. */
export const typePath = ({ host, type }: { host: string; type: string }): string =>
  `/users/${encodeURIComponent(host)}/${encodeURIComponent(type)}`;

export interface Times {
  /** Shows the first month that has free times, from the present one on. */
  showFirst(today: string): Promise<void>;
  /** Loads the shown month unless it is known, then the next one. */
  show(): Promise<void>;
  /** Forgets what is known and loads anew: another zone or duration. */
  renew(): Promise<void>;
  /** Hears of changes until the widget is stopped; looks ahead once it does, or cannot. */
  listen(): void;
}

export function keepTimes(context: Context): Times {
  const { options, store, api, stop, emit } = context;
  // What is asked for changed: answers to earlier questions are dropped.
  let question = 0;
  let requests = 0;
  // The latest request that each month is known by: an answer to an earlier one may be older.
  const knownBy = new Map<string, number>();
  let heardAt = 0;
  let isListening = false;

  async function load(window: { months: string[]; from?: string; until?: string }) {
    const { timeZone, duration, booking, isMoving, type, holdId } = store.state;
    const asked = question;
    requests += 1;
    const request = requests;
    // Else by the names, as at first: the browser then has the copy that may still be right.
    const id = isMoving ? booking?.meetingTypeId : holdId && type?.id;
    const slow = setTimeout(() => asked === question && store.set({ isSlow: true }), SLOW_MS);
    try {
      const slots = await api<Slots>(
        id ? `/meeting-types/${id}/slots` : `${typePath(options)}/slots`,
        {
          // A copy may be older than what was heard.
          isFresh: isListening,
          query: {
            from: window.from,
            until: window.until,
            timeZone,
            durationMinutes: duration,
            holdId,
            link: isMoving ? null : options.link,
            rescheduleOf: isMoving ? booking?.id : null,
            seat: isMoving && booking?.seatsLeft !== undefined ? true : null,
          },
        },
      );
      if (asked !== question) return;
      const months = window.months.filter((month) => (knownBy.get(month) ?? 0) < request);
      for (const month of months) knownBy.set(month, request);
      store.update((state) => slotsCame(state, slots, months));
    } finally {
      clearTimeout(slow);
    }
  }

  /** Asks the server which day it is: the reader's clock is wrong. */
  async function learnToday(): Promise<string> {
    await load({ months: [] });
    return store.state.today ?? "";
  }

  async function loadMonth(month: string): Promise<void> {
    const { today } = store.state;
    const from = today !== null && month === monthOf(today) ? {} : { from: `${month}-01` };
    await load({ months: [month], ...from, until: lastDay(month) });
  }

  const known = (month: string) => month in store.state.months;

  /** Whether a time is still to be chosen, or may be again. */
  const isWanted = () => !["booking", "cancel"].includes(store.state.step);

  /** Tells the reader what went wrong; a zone that the server does not know gives way to the host's. */
  function report(error: unknown): void {
    if (stop.aborted) return;
    if (!isRefusal(error)) throw error;
    store.set({ trouble: error.code, isSlow: false });
    emit("error", { code: error.code });
  }

  /** Does what the shown month needs. Once the reader asks for something else, it ends unnoticed. */
  async function attempt(act: (isAsked: () => boolean) => Promise<void>): Promise<void> {
    const asked = question;
    const { month } = store.state;
    const isAsked = () => asked === question && month === store.state.month && isWanted();
    try {
      await act(isAsked);
    } catch (error) {
      if (!isAsked()) return;
      const isZone = isRefusal(error) && error.errors.some(({ path }) => path.endsWith("timeZone"));
      if (!isZone || store.state.timeZone === "UTC") return report(error);
      store.update((state) => ({
        ...timesVoid(state),
        unknownZone: state.timeZone,
        timeZone: state.type?.host.timeZone ?? "UTC",
      }));
      question += 1;
      await attempt(act);
    }
  }

  async function show(): Promise<void> {
    const { month } = store.state;
    store.set({ trouble: null });
    await attempt(async (isAsked) => {
      if (!known(month)) await loadMonth(month);
      if (!isAsked()) return;
      store.update(dateSettled);
      await lookAheadOf(month);
    });
  }

  async function lookAheadOf(month: string): Promise<void> {
    const next = addMonths(month, 1);
    if (isWanted() && !known(next) && isWithin(store.state, next))
      await loadMonth(next).catch(() => {});
  }

  async function showFirst(today: string): Promise<void> {
    question += 1;
    await attempt(async (isAsked) => {
      const { month, date } = store.state;
      const window = firstWindow(today);
      if (month > window.months.at(-1)!) await loadMonth(month);
      else
        await load(window).catch(async (error) => {
          const isPast = isRefusal(error) && error.errors.some(({ path }) => path === "until");
          if (!isPast) throw error;
          await load(firstWindow(await learnToday()));
        });
      if (!isAsked()) return;
      const wanted = date !== null && store.state.days[date] ? monthOf(date) : null;
      const { type, month: current } = store.state;
      const first = type ? firstMonthOf(type.horizon, store.state.today ?? today) : current;
      let shown = wanted ?? [current, first].sort().at(-1)!;
      if (!known(shown)) await loadMonth(shown);
      for (let i = 0; i < MONTHS_TO_LOOK && wanted === null && isAsked(); i += 1) {
        const isFree = Object.keys(store.state.days).some((each) => monthOf(each) === shown);
        if (isFree || !isWithin(store.state, addMonths(shown, 1))) break;
        shown = addMonths(shown, 1);
        if (!known(shown)) await loadMonth(shown);
      }
      if (isAsked()) store.update((state) => dateSettled({ ...state, month: shown }));
    });
  }

  async function refresh(): Promise<void> {
    if (document.hidden || !isWanted()) return;
    heardAt = performance.now();
    const { month, date, days } = store.state;
    const before = JSON.stringify(date && days[date]);
    // The others are void: the next one is looked at below, the rest when they are shown.
    store.set({ months: known(month) ? { [month]: true } : {} });
    await loadMonth(month).catch(() => {});
    const after = JSON.stringify(date && store.state.days[date]);
    if (before !== after && store.state.step === "times")
      store.update((state) => ({ ...dateSettled(state), said: context.words.changed }));
    await lookAheadOf(month);
  }

  function listen(): void {
    if (isListening) return;
    isListening = true;
    let source: EventSource | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      clearTimeout(again);
      again = setTimeout(refresh, Math.random() * JITTER_MS);
    };
    const open = () => {
      const id = store.state.type?.id ?? store.state.booking?.meetingTypeId;
      if (source || document.hidden || !id || stop.aborted) return;
      source = new EventSource(apiUrl(options.server, `/meeting-types/${id}/slots/events`));
      // What changed before, or while it was cut, is not told.
      source.addEventListener("open", later);
      source.addEventListener("changed", later);
      source.addEventListener("error", () => {
        // Refused rather than cut: the browser does not come back by itself.
        if (source?.readyState !== EventSource.CLOSED) return;
        close();
        again = setTimeout(open, AGAIN_MS);
        void lookAheadOf(store.state.month);
      });
    };
    const close = () => {
      clearTimeout(again);
      source?.close();
      source = null;
    };
    const look = () => {
      if (document.hidden) return close();
      open();
      if (performance.now() - heardAt > SLOW_MS) later();
    };
    heardAt = performance.now();
    open();
    document.addEventListener("visibilitychange", look, { signal: stop });
    addEventListener("focus", look, { signal: stop });
    stop.addEventListener("abort", close);
  }

  async function renew(): Promise<void> {
    question += 1;
    store.update(timesVoid);
    await show();
  }

  return { showFirst, show, renew, listen };
}

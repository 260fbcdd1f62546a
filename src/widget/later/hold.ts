// The chosen time is kept while its guest fills in the form, as long as he is at it.
import { isRefusal } from "../api.ts";
import type { Context } from "../context.ts";
import { backToTimes } from "../state.ts";
import type { Held, Slot } from "../wire.ts";

/** A hold lasts five minutes by the server's clock; this is asked for again before that. */
const RENEW_MS = 4 * 60_000;

export interface Hold {
  take(slot: Slot): void;
  /** Gives the time back, also when the page goes away. */
  release(): void;
  /** A booking has taken its place. */
  spent(): void;
  /**
   * The hold that a booking names, also where it is being asked for: without it, it would be in the booking's way. It stays
   * as it is until the guest changes something: an attempt names the same one again.
   */
  redeem(): Promise<string | undefined>;
  /** The guest is at it. */
  touch(): void;
}

export function keepHold({ options, store, api, stop }: Context): Hold {
  let wanted: Slot | null = null;
  /** What the server keeps for this guest, by the last answer. */
  let held: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isTouched = false;
  /** Whether the server is still to hear of what is wanted. */
  let isDue = false;
  let settling: Promise<void> | null = null;

  /** One request after the other: a late answer must not undo what was chosen since, nor a hold be in the next one's way. */
  function want(slot: Slot | null): void {
    wanted = slot;
    isDue = true;
    stopTimer();
    settling ??= settle();
  }

  async function settle(): Promise<void> {
    while (isDue) {
      isDue = false;
      await (wanted ? ask(wanted) : giveBack());
    }
    settling = null;
  }

  async function ask(slot: Slot): Promise<void> {
    const { type, timeZone, duration } = store.state;
    // Seats are not held: the others want theirs.
    if (!type || type.capacity > 1) return;
    isTouched = false;
    try {
      const { holdId } = await api<Held>(`/meeting-types/${type.id}/holds`, {
        method: "POST",
        // Who leaves meanwhile must learn its id all the same, to give it back.
        isLast: true,
        body: {
          start: slot.start,
          timeZone,
          ...(duration !== null && { durationMinutes: duration }),
          ...(held !== undefined && { holdId: held }),
          ...(options.link !== null && { link: options.link }),
        },
      });
      held = holdId;
      if (isDue) return;
      store.set({ hold: "held", holdId });
      timer = setTimeout(renew, RENEW_MS);
    } catch (error) {
      if (isDue || stop.aborted || !isRefusal(error)) return;
      const isGone = LOST.has(error.code);
      // Many are choosing, or the line is down: the time may be booked all the same.
      if (!isGone) return store.set({ hold: "none" });
      store.update((state) => ({
        ...(error.alternatives.length > 0 ? state : backToTimes(state)),
        hold: "none",
        notice: { code: error.code, alternatives: error.alternatives },
        focus: "notice",
      }));
    }
  }

  /** Until that is answered it is his still: the next one takes its place, and its time is free to him. */
  async function giveBack(): Promise<void> {
    if (held === undefined) return;
    await api(`/holds/${held}`, { method: "DELETE", isLast: true }).then(forget, () => {});
  }

  function forget(): void {
    held = undefined;
    store.set({ holdId: null });
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** Once more for who is at it; else it ends a minute later, and he is told. */
  function renew(): void {
    if (isTouched) want(wanted);
    else timer = setTimeout(() => store.set({ hold: "ended" }), RENEW_MS / 4);
  }

  /** What a booking names stays until its answer; without one it may have become the booking. */
  function isNamed(): boolean {
    const { isBusy, notice } = store.state;
    return isBusy || UNANSWERED.has(notice?.code);
  }

  function release(): void {
    want(null);
  }

  addEventListener(
    "pagehide",
    () => {
      const left = wanted;
      release();
      // The page may come back as it was left.
      store.set({ hold: "none" });
      const back = () => left && !isNamed() && want(left);
      addEventListener("pageshow", back, { once: true, signal: stop });
    },
    { signal: stop },
  );
  stop.addEventListener("abort", release);

  return {
    take(slot) {
      // Told twice where it was chosen before its type came.
      const isAsked = slot === wanted && settling;
      if (!isAsked) want(slot);
    },
    release,
    spent() {
      wanted = null;
      forget();
    },
    async redeem() {
      await settling;
      stopTimer();
      return held;
    },
    touch() {
      isTouched = true;
      const isLapsing = timer === undefined || store.state.hold === "ended";
      if (wanted && held !== undefined && isLapsing && !settling && !isNamed()) want(wanted);
    },
  };
}

const UNANSWERED = new Set<string | undefined>(["offline", "unreachable", "unavailable"]);
const LOST = new Set(["slot_taken", "seats_full", "too_soon", "start_in_past", "outside_hours"]);

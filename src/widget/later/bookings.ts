// Books, moves and cancels. An attempt keeps its key until it is another one, so that trying again never books twice.
import { isRefusal, type Refusal } from "../api.ts";
import type { Context } from "../context.ts";
import { refused } from "../state.ts";
import type { Booked, Booking } from "../wire.ts";
import { newBooking, type Typed, trackingOf, wrongAs, wrongIn } from "./guest.ts";
import type { Hold } from "./hold.ts";
import { newKey } from "./key.ts";
import { safeUrl } from "./safe-url.ts";

export interface Bookings {
  /** Reads a booking by its link. */
  find(id: string): Promise<void>;
  book(): Promise<void>;
  move(): Promise<void>;
  askToCancel(): void;
  cancel(): Promise<void>;
  /** What the guest types. */
  type(part: Partial<Typed>): void;
  setReason(reason: string): void;
}

export function makeBookings(context: Context, hold: Hold): Bookings {
  const { options, store, api, stop, emit } = context;
  let { token } = options;
  let attempt: { text: string; key: string; body: { holdId?: string } } | null = null;

  const withToken = () => ({ "x-booking-token": token ?? "" });

  /** Asks for a change, one at a time; a refusal is told beside what was typed. */
  async function change(act: () => Promise<void>): Promise<void> {
    if (store.state.isBusy) return;
    store.set({ isBusy: true, notice: null, wrong: {} });
    try {
      await act();
      store.set({ isBusy: false });
    } catch (error) {
      if (stop.aborted) return;
      if (!isRefusal(error)) throw error;
      tell(error);
    }
  }

  function tell({ code, errors, alternatives, message }: Refusal): void {
    const { type } = store.state;
    const wrong = Object.fromEntries(
      errors.map(({ path, message: why }) => [path, wrongAs(type, path, why)] as const),
    );
    emit("error", { code });
    if (code === "invalid" && errors.length > 0) showWrong(wrong);
    else
      store.update((state) => ({
        ...refused(state, { code, detail: message, alternatives }),
        ...(alternatives.length > 0 && { hold: "none" as const }),
      }));
  }

  function showWrong(wrong: ReturnType<typeof wrongIn>): void {
    const paths = Object.keys(wrong);
    const said = context.say("check", paths.length);
    store.set({ isBusy: false, wrong, said, focus: paths[0] ?? null });
  }

  async function book(): Promise<void> {
    const { type, slot, timeZone, duration } = store.state;
    if (!type || !slot || store.state.isBusy) return;
    const guests = store.state.typed.guests.filter((each) => each.trim());
    const typed = { ...store.state.typed, guests };
    store.set({ typed });
    const wrong = wrongIn(type, typed);
    if (Object.keys(wrong).length > 0) return showWrong(wrong);
    await change(async () => {
      const holdId = await hold.redeem();
      // The time is gone, and the guest has been told.
      if (store.state.notice) return;
      const tracking = trackingOf(location.search, sourceOf(options.server));
      const wanted = newBooking(type, slot, typed, {
        timeZone,
        locale: context.format.locale,
        ...(tracking && { tracking }),
        ...(duration !== null && { durationMinutes: duration }),
        ...(options.link !== null && { link: options.link }),
      });
      const text = JSON.stringify(wanted);
      // What could be held anew has not been booked.
      const isHeldAnew = holdId !== undefined && holdId !== attempt?.body.holdId;
      if (attempt?.text !== text || isHeldAnew)
        attempt = { text, key: newKey(), body: { ...wanted, ...(holdId && { holdId }) } };
      const answer = await api<Booked>("/bookings", {
        method: "POST",
        headers: { "idempotency-key": attempt.key },
        body: attempt.body,
      });
      hold.spent();
      attempt = null;
      const { booking, cancelUrl, icsUrl = null } = answer;
      token = cancelUrl === undefined ? null : new URL(cancelUrl).searchParams.get("token");
      store.set({ booking, icsUrl, outcome: "booked", step: "booking", focus: "title" });
      const { id, start, end } = booking;
      emit("booking_created", { id, start, end });
      const next = safeUrl(options.redirect, location.href);
      if (next) location.assign(next);
    });
  }

  async function find(id: string): Promise<void> {
    try {
      const booking = await api<Booking>(`/bookings/${encodeURIComponent(id)}`, {
        headers: withToken(),
      });
      const timeZone = booking.guest?.timeZone ?? store.state.timeZone;
      store.set({ booking, timeZone, icsUrl: icsOf(id) });
      emit("ready", {});
    } catch (error) {
      if (stop.aborted) return;
      if (!isRefusal(error)) throw error;
      store.set({ trouble: error.code });
      emit("error", { code: error.code });
    }
  }

  const icsOf = (id: string): string =>
    new URL(
      `/api/v1/bookings/${encodeURIComponent(id)}/calendar.ics?token=${encodeURIComponent(token ?? "")}`,
      options.server,
    ).href;

  /** Changes the booking by the guest's link, as he saw it. */
  async function patch(what: "reschedule" | "cancel", body: object): Promise<Booking | null> {
    const { booking, reason } = store.state;
    if (!booking) return null;
    return api<Booking>(`/bookings/${booking.id}/${what}`, {
      method: "PATCH",
      headers: withToken(),
      body: { ...body, ...(reason.trim() && { reason: reason.trim() }) },
    });
  }

  return {
    find,
    book,
    move: () =>
      change(async () => {
        const { slot, booking: before } = store.state;
        const booking = await patch("reschedule", { start: slot?.start });
        if (!booking) return;
        const step = { step: "booking", focus: "title", isMoving: false, reason: "" } as const;
        store.set({ booking, outcome: "moved", icsUrl: icsOf(booking.id), ...step });
        const { id, start, end } = booking;
        if (before?.start !== start) emit("booking_rescheduled", { id, start, end });
      }),
    askToCancel: () => store.set({ step: "cancel", notice: null, wrong: {}, focus: "title" }),
    cancel: () =>
      change(async () => {
        const booking = await patch("cancel", {});
        if (!booking) return;
        store.set({ booking, outcome: "cancelled", step: "booking", reason: "", focus: "title" });
        emit("booking_cancelled", { id: booking.id });
      }),
    type(part) {
      hold.touch();
      store.update((state) => ({ ...state, typed: { ...state.typed, ...part } }));
    },
    setReason: (reason) => store.set({ reason }),
  };
}

/** The page that the widget is on; on a page of the server's own the one that led to it. */
const sourceOf = (server: string): string =>
  location.origin === new URL(server).origin ? document.referrer : location.href;

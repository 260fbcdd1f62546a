// What a reader needs once he has seen the times: the form, the booking, the list of zones. A part of its own, so that
// the times are there first; it shares no module with the rest, only values.
import type { Context } from "../context.ts";
import type { Flow } from "../flow.ts";
import type { Child } from "../h.ts";
import { later as english } from "../languages/en.json" with { type: "json" };
import { booking, cancelling, moving } from "./booking.ts";
import { makeBookings } from "./bookings.ts";
import { details } from "./details.ts";
import { filledIn, prefillBy } from "./guest.ts";
import { keepHold } from "./hold.ts";
import css from "./later.css" with { type: "text" };
import { zoneList } from "./zone-list.ts";

export interface Later {
  /** The step that the widget is at; one of those after the times. */
  view(): Child;
  zoneList(): Child;
  /** A time was chosen: what is known of the guest is filled in, and the time kept for him, once its type is known. */
  chosen(): void;
  /** The chosen time is given back. */
  release(): void;
  /** Reads the booking of a link. */
  find(id: string): Promise<void>;
}

export function makeLater(context: Context, flow: Flow): Later {
  const { store, attribute, addStyle } = context;
  addStyle(css);
  // Another language has brought the whole of its words, or will.
  context.words = { ...english, ...context.words };
  const hold = keepHold(context);
  const bookings = makeBookings(context, hold);
  const scene = { context, flow, bookings };
  return {
    view() {
      switch (store.state.step) {
        case "details":
          return details(scene);
        case "move":
          return moving(scene);
        case "cancel":
          return cancelling(scene);
        default:
          return booking(scene);
      }
    },
    zoneList: () => zoneList(scene),
    chosen() {
      const { step, slot, type } = store.state;
      // A booking that moves takes its time when it does.
      if (step !== "details" || !slot || !type) return;
      const asked = new URLSearchParams(location.search);
      const typed = filledIn(
        store.state.typed,
        context.prefill(),
        prefillBy(attribute),
        prefillBy((name) => asked.get(`kalends-${name}`)),
      );
      store.set({ typed });
      hold.take(slot);
    },
    release: hold.release,
    find: bookings.find,
  };
}

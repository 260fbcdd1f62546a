// A booking, just made or found by its link: what it is, and what can be done with it.

import { type Child, h, type VNode } from "../h.ts";
import { fill } from "../text.ts";
import { button, fact, heading, icon, notice, whenOf } from "../views/parts.ts";
import { calendarLinks, placeOf } from "./calendar-links.ts";
import { control, field } from "./fields.ts";
import { safeUrl } from "./safe-url.ts";
import type { LaterScene } from "./scene.ts";

export function booking(scene: LaterScene): Child {
  const { context, flow, bookings } = scene;
  const { words, store, options } = context;
  const { booking: made, outcome } = store.state;
  if (!made) return null;
  const isOpen = made.status === "CONFIRMED" || made.status === "PENDING";
  const [title, text] = toldOf(scene);
  return [
    h(
      "div",
      { class: `outcome ${isOpen ? "good" : ""}`, part: "outcome" },
      isOpen && outcome && icon(made.awaiting ? "clock" : "done"),
      heading(title),
      text && h("p", null, text),
    ),
    facts(scene),
    notice(scene),
    made.status === "CONFIRMED" && calendars(scene),
    h(
      "div",
      { class: "row" },
      isOpen &&
        made.awaiting !== "guest" &&
        button({ class: "quiet", onclick: flow.startMove }, words.reschedule),
      isOpen && button({ class: "quiet", onclick: bookings.askToCancel }, words.cancel),
      (!isOpen || outcome === "booked") &&
        options.host !== "" &&
        options.link === null &&
        button({ class: "link", onclick: flow.startOver }, words.another),
    ),
  ];
}

function toldOf({ context }: LaterScene): [title: string, text: string] {
  const { words, store } = context;
  const { booking: made, outcome } = store.state;
  const say = (text: string) => fill(text, { email: made?.guest?.email ?? "" });
  if (made?.status === "CANCELLED")
    return [words.cancelled, outcome === "cancelled" ? words.cancelledText : ""];
  if (made?.awaiting === "guest") return [words.verify, say(words.verifyText)];
  if (made?.awaiting === "host") return [words.requested, say(words.requestedText)];
  if (made?.status !== "CONFIRMED") return [words.closed, ""];
  if (outcome === "moved") return [words.moved, say(words.doneText)];
  return outcome === "booked" ? [words.done, say(words.doneText)] : [words.yours, ""];
}

function facts(scene: LaterScene): Child {
  const { store, words } = scene.context;
  const { booking: made } = store.state;
  if (!made?.guest) return null;
  const { localStart, timeZone } = made.guest;
  const place = placeOf(made);
  const url = safeUrl(made.location.url, "https://none.invalid");
  return h(
    "ul",
    { class: "facts card-like", part: "summary" },
    fact(
      "people",
      h("strong", null, made.title),
      h("br", null),
      made.hosts.map(({ name }) => name).join(", "),
    ),
    fact("day", whenOf(scene, localStart, made.durationMinutes, timeZone)),
    fact(
      "place",
      words.places[made.location.type as keyof typeof words.places],
      place !== "" && [
        h("br", null),
        url
          ? h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, place)
          : place,
      ],
    ),
  );
}

function calendars({ context }: LaterScene): Child {
  const { words, store } = context;
  const { booking: made, icsUrl } = store.state;
  if (!made) return null;
  const link = (label: string, href: string, props: Readonly<Record<string, string>>): VNode =>
    h("li", null, h("a", { href, class: "chip", ...props }, label));
  return h(
    "div",
    { class: "calendars", part: "calendars" },
    h("h3", { id: "add-to" }, words.addTo),
    h(
      "ul",
      { "aria-labelledby": "add-to" },
      calendarLinks(made).map(({ label, url }) =>
        link(label, url, {
          target: "_blank",
          rel: "noopener noreferrer",
          "aria-label": `${label} (${words.newTab})`,
        }),
      ),
      icsUrl !== null && link(words.file, icsUrl, { download: "" }),
    ),
  );
}

/** Asks before it cancels. */
export function cancelling(scene: LaterScene): Child {
  const { context, flow, bookings } = scene;
  const { words, store } = context;
  const { isBusy } = store.state;
  return [
    heading(words.cancelAsk),
    facts(scene),
    notice(scene),
    reason(scene),
    h(
      "div",
      { class: "row" },
      button(
        {
          class: "main danger",
          "aria-disabled": isBusy && "true",
          onclick: () => void bookings.cancel(),
        },
        words.cancelYes,
      ),
      button({ class: "quiet", "aria-disabled": isBusy && "true", onclick: flow.back }, words.keep),
    ),
  ];
}

/** Asks before it moves: from when to when. */
export function moving(scene: LaterScene): Child {
  const { context, flow, bookings } = scene;
  const { words, store } = context;
  const { booking: made, slot, isBusy, timeZone } = store.state;
  if (!made?.guest || !slot) return null;
  const { localStart } = made.guest;
  return [
    heading(words.moveAsk),
    h(
      "dl",
      { class: "move", part: "summary" },
      h(
        "div",
        null,
        h("dt", null, words.from),
        h("dd", null, whenOf(scene, localStart, made.durationMinutes, made.guest.timeZone)),
      ),
      h(
        "div",
        { class: "to" },
        h("dt", null, words.to),
        h("dd", null, whenOf(scene, slot.localStart, made.durationMinutes, timeZone)),
      ),
    ),
    notice(scene),
    reason(scene),
    h(
      "div",
      { class: "row" },
      button(
        { class: "main", "aria-disabled": isBusy && "true", onclick: () => void bookings.move() },
        words.move,
      ),
      button({ class: "quiet", "aria-disabled": isBusy && "true", onclick: flow.back }, words.back),
    ),
  ];
}

const reason = (scene: LaterScene): VNode =>
  field(scene, { path: "reason", label: scene.context.words.reason, isRequired: false }, (common) =>
    h("textarea", {
      ...common,
      rows: 2,
      maxlength: 1000,
      value: scene.context.store.state.reason,
      oninput: (event) => scene.bookings.setReason(control(event).value),
    }),
  );

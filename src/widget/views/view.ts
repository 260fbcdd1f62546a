// The widget as a whole: the step that it is at, in the page or in a popup.
import { type Child, h, type VNode } from "../h.ts";
import { durationsOf, lengthOf } from "../state.ts";
import { fill } from "../text.ts";
import { month } from "./month.ts";
import { button, FINAL, fact, heading, icon, notice, type Scene, trouble } from "./parts.ts";
import { times } from "./times.ts";
import { zone } from "./zone.ts";

export function view(scene: Scene): Child {
  const { context } = scene;
  const { words, store, format, options } = context;
  const { said, isOpen } = store.state;
  const inner = h(
    "div",
    { class: "root", part: "root", lang: format.locale, dir: words.dir },
    h("p", { class: "hidden", role: "status", "aria-live": "polite" }, said),
    h("div", { class: "card", part: "card" }, step(scene)),
  );
  if (options.mode === "inline") return inner;
  return [
    options.mode === "badge" &&
      button(
        {
          class: "badge main",
          part: "badge",
          "aria-haspopup": "dialog",
          lang: format.locale,
          onclick: () => store.set({ isOpen: true }),
        },
        icon("day"),
        options.label ?? words.badge,
      ),
    popup(scene, isOpen ? inner : null),
  ];
}

/** The browser's own dialog: what is behind is inert, Escape closes, the focus comes back. */
function popup({ context }: Scene, inner: Child): VNode {
  const { words, store } = context;
  const close = () => store.set({ isOpen: false });
  return h(
    "dialog",
    {
      part: "popup",
      dir: words.dir,
      "aria-label": store.state.type?.title ?? words.badge,
      onclose: close,
      // Nothing is returned: false would undo every click within, that on a submit button first.
      onclick: (event) => {
        if (event.target === event.currentTarget) close();
      },
    },
    inner,
    inner &&
      button(
        { class: "close", part: "close", "aria-label": words.close, onclick: close },
        icon("close"),
      ),
  );
}

function step(scene: Scene): Child {
  const { state } = scene.context.store;
  if (state.step === "times")
    return [
      (state.type || state.isMoving || state.trouble === null) && header(scene),
      notice(scene),
      trouble(scene),
      !isHopeless(scene) && picker(scene),
    ];
  const isReady = state.step === "details" ? state.type : state.booking;
  return scene.flow.later && isReady
    ? scene.flow.later.view()
    : [trouble(scene), state.trouble === null && waiting(scene)];
}

/** Nothing to choose from: there is no such type, or it cannot be booked. */
const isHopeless = ({ context }: Scene): boolean => {
  const { trouble: code, type, isMoving } = context.store.state;
  return FINAL.has(code) || (code !== null && !type && !isMoving);
};

const picker = (scene: Scene): VNode =>
  h("div", { class: "choose" }, h("div", null, month(scene), zone(scene)), times(scene));

const waiting = ({ context }: Scene): VNode =>
  h("p", { class: "muted", role: "status" }, context.words.loading);

function header(scene: Scene): VNode {
  const { context, flow } = scene;
  const { words, store, format } = context;
  const { type, booking: made, isMoving, trouble: code } = store.state;
  if (isMoving && made)
    return h(
      "header",
      { part: "header" },
      heading(words.choose),
      h("p", { class: "muted" }, `${words.reschedule}: ${made.title}`),
      button({ class: "link", onclick: flow.stopMove }, icon("back"), words.back),
    );
  if (!type)
    return h(
      "header",
      { part: "header", class: !code && "skeleton" },
      !code && [
        h("h2", { id: "title", tabindex: -1 }, h("span", { class: "hidden" }, words.loading)),
        h("p", null),
      ],
    );
  const names = type.hosts.map(({ name }) => name);
  const isTeam = names.length > 1;
  return h(
    "header",
    { part: "header" },
    h("p", { class: "host", part: "host" }, type.host.name),
    heading(type.title),
    h(
      "ul",
      { class: "facts inline" },
      fact("clock", durations(scene)),
      fact("place", words.places[type.locationType]),
      isTeam && fact("people", fill(words.with, { names: format.list(names) })),
    ),
    type.description &&
      h("p", { class: "description", part: "description", dir: "auto" }, type.description),
    type.requiresConfirmation && h("p", { class: "muted" }, words.asked),
  );

  function durations({ context: { store: kept } }: Scene): Child {
    const length = lengthOf(kept.state);
    const all = type ? durationsOf(type) : [];
    // A link may have a duration of its own.
    if (all.length < 2 || (length !== null && !all.includes(length)))
      return format.duration(length ?? type?.durationMinutes ?? 0);
    return h(
      "span",
      { class: "durations", role: "group", "aria-label": words.durations },
      all.map((minutes) =>
        button(
          {
            key: minutes,
            class: "chip",
            part: "duration",
            "aria-pressed": minutes === length ? "true" : "false",
            onclick: () => flow.chooseDuration(minutes),
          },
          format.duration(minutes),
        ),
      ),
    );
  }
}

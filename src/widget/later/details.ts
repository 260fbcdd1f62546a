// Who comes, and what the host wants to know of him.

import { type Child, h, type VNode } from "../h.ts";
import { lengthOf } from "../state.ts";
import { fill } from "../text.ts";
import { button, fact, heading, icon, notice, whenOf } from "../views/parts.ts";
import { control, field, question } from "./fields.ts";
import { MOST_GUESTS } from "./guest.ts";
import type { LaterScene } from "./scene.ts";

export function details(scene: LaterScene): Child {
  const { context, flow, bookings } = scene;
  const { words, store } = context;
  const { type, slot, typed, hold, isBusy, timeZone } = store.state;
  if (!type || !slot) return null;
  return [
    heading(words.details),
    h(
      "div",
      { class: "chosen", part: "summary" },
      h(
        "ul",
        { class: "facts" },
        fact(
          "day",
          ...[whenOf(scene, slot.localStart, lengthOf(store.state) ?? 0, timeZone)].flat(),
        ),
      ),
      button(
        { class: "quiet", "aria-disabled": isBusy && "true", onclick: flow.back },
        icon("back"),
        words.change,
      ),
    ),
    hold !== "none" &&
      h(
        "p",
        { key: "hold", class: "muted", role: "status" },
        hold === "held" ? words.held : words.holdEnded,
      ),
    notice(scene),
    h(
      "form",
      {
        novalidate: true,
        part: "form",
        onsubmit: (event) => {
          event.preventDefault();
          void bookings.book();
        },
      },
      text(scene, "name", { autocomplete: "name", dir: "auto" }),
      text(scene, "email", { type: "email", autocomplete: "email", dir: "ltr" }),
      type.offersSms && sms(scene),
      type.questions.map((each) => question(scene, each)),
      field(scene, { path: "notes", label: words.notes, isRequired: false }, (common) =>
        h("textarea", {
          ...common,
          rows: 3,
          dir: "auto",
          maxlength: 5000,
          value: typed.notes,
          oninput: (event) => bookings.type({ notes: control(event).value }),
        }),
      ),
      guests(scene),
      button(
        {
          type: "submit",
          class: "main",
          part: "submit",
          "aria-disabled": isBusy && "true",
          onclick: () => {},
        },
        isBusy ? words.booking : type.requiresConfirmation ? words.request : words.book,
      ),
    ),
  ];
}

function text(
  scene: LaterScene,
  name: "name" | "email" | "phone",
  props: Readonly<Record<string, string>>,
  isRequired = true,
): VNode {
  const { words, store } = scene.context;
  const hint = name === "phone" ? words.phoneHint : undefined;
  return field(scene, { path: `guest.${name}`, label: words[name], isRequired, hint }, (common) =>
    h("input", {
      ...common,
      type: "text",
      maxlength: name === "email" ? 254 : 200,
      ...props,
      value: store.state.typed[name],
      oninput: (event) => scene.bookings.type({ [name]: control(event).value }),
    }),
  );
}

/** Only where the type tells by SMS; a number is asked for with the wish. */
function sms(scene: LaterScene): Child {
  const { words, store } = scene.context;
  const { smsOptIn } = store.state.typed;
  return [
    h(
      "label",
      { class: "tick", key: "sms" },
      h("input", {
        type: "checkbox",
        checked: smsOptIn,
        onchange: (event) => scene.bookings.type({ smsOptIn: control(event).checked }),
      }),
      words.sms,
    ),
    smsOptIn && text(scene, "phone", { type: "tel", autocomplete: "tel", dir: "ltr" }),
  ];
}

function guests(scene: LaterScene): Child {
  const { context, bookings } = scene;
  const { words, store } = context;
  const { guests: given } = store.state.typed;
  const set = (i: number, value: string | null) =>
    bookings.type({
      guests: value === null ? given.toSpliced(i, 1) : given.toSpliced(i, 1, value),
    });
  return [
    given.map((email, i) =>
      h(
        "div",
        { class: "companion", key: `guest ${i}` },
        field(
          scene,
          { path: `guests.${i}.email`, label: fill(words.guest, { n: i + 1 }), isRequired: true },
          (common) =>
            h("input", {
              ...common,
              type: "email",
              maxlength: 254,
              "aria-required": null,
              value: email,
              oninput: (event) => set(i, control(event).value),
            }),
        ),
        button(
          {
            class: "quiet",
            "aria-label": fill(words.removeGuest, { n: i + 1 }),
            onclick: () => {
              set(i, null);
              store.set({ focus: "add-guest" });
            },
          },
          icon("close"),
        ),
      ),
    ),
    given.length < MOST_GUESTS &&
      button(
        {
          id: "add-guest",
          class: "link",
          onclick: () => {
            bookings.type({ guests: [...given, ""] });
            store.set({ focus: `guests.${given.length}.email` });
          },
        },
        words.addGuest,
      ),
  ];
}

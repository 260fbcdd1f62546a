// Fields of the form: a label, the control, and what is wrong with it.

import { h, type Props, type VNode } from "../h.ts";
import type { Question } from "../wire.ts";
import type { TypedAnswer } from "./guest.ts";
import type { LaterScene } from "./scene.ts";

export const control = (event: Event): HTMLInputElement => event.target as HTMLInputElement;

interface Field {
  /** As the API names it; also the control's id. */
  readonly path: string;
  readonly label: string;
  readonly isRequired: boolean;
  readonly hint?: string | undefined;
  /** Of several controls that share one label. */
  readonly isGroup?: boolean;
}

/** A field of the form; `make` gives the control, with what ties it to its label. */
export function field(
  { context }: LaterScene,
  { path, label, isRequired, hint, isGroup = false }: Field,
  make: (common: Props) => VNode,
): VNode {
  const { words, store } = context;
  const wrong = store.state.wrong[path];
  const told = [wrong && `${path} wrong`, hint && `${path} hint`]
    .filter((each) => typeof each === "string")
    .map((each) => each.replace(" ", "-"))
    .join(" ");
  const shown = [h("bdi", null, label), !isRequired && h("small", null, ` (${words.optional})`)];
  const aria: Props = {
    "aria-describedby": told || null,
    "aria-invalid": wrong ? "true" : null,
  };
  return h(
    isGroup ? "fieldset" : "div",
    {
      class: "field",
      part: "field",
      key: path,
      ...(isGroup && { id: path, tabindex: -1, ...aria }),
    },
    isGroup ? h("legend", null, ...shown) : h("label", { for: path }, ...shown),
    make(
      isGroup ? { name: path } : { id: path, "aria-required": isRequired ? "true" : null, ...aria },
    ),
    hint !== undefined && h("small", { id: `${path}-hint` }, hint),
    wrong && h("p", { id: `${path}-wrong`, class: "wrong" }, words.wrong[wrong]),
  );
}

/** A question of the meeting type, as the control that answers it best. */
export function question(scene: LaterScene, asked: Question): VNode {
  const { id, label, type, required = false, options = [] } = asked;
  const { context, bookings } = scene;
  const path = `answers.${id}`;
  const given = context.store.state.typed.answers[id];
  const answer = (value: TypedAnswer) =>
    bookings.type({ answers: { ...context.store.state.typed.answers, [id]: value } });
  if (type === "checkbox") return tick(scene, asked, given === true, answer);
  const isGroup = type === "multiSelect";
  const hint = type === "phone" ? context.words.phoneHint : undefined;
  return field(scene, { path, label, isRequired: required, isGroup, hint }, (common) => {
    const write = (event: Event) => answer(control(event).value);
    const value = typeof given === "string" ? given : "";
    if (type === "longText")
      return h("textarea", {
        ...common,
        rows: 3,
        dir: "auto",
        maxlength: asked.maxLength ?? 5000,
        value,
        oninput: write,
      });
    if (type === "select")
      return h(
        "select",
        { ...common, onchange: write },
        ["", ...options].map((each) =>
          h("option", { value: each, selected: each === value }, each || context.words.select),
        ),
      );
    if (type === "multiSelect") {
      const chosen = Array.isArray(given) ? (given as readonly string[]) : [];
      return h(
        "div",
        null,
        options.map((each) => choice(each, chosen, answer)),
      );
    }
    return h("input", {
      ...common,
      ...INPUTS[type],
      maxlength: type === "text" ? (asked.maxLength ?? 500) : 2000,
      value,
      oninput: write,
    });
  });
}

const INPUTS: Readonly<Record<string, Props>> = {
  text: { type: "text", dir: "auto" },
  phone: { type: "tel", autocomplete: "tel", dir: "ltr" },
  email: { type: "email", dir: "ltr" },
  url: { type: "url", placeholder: "https://", dir: "ltr" },
  // A field of the type "number" loses what it cannot read, and turns by the wheel.
  number: { type: "text", inputmode: "decimal" },
  date: { type: "date" },
};

const choice = (
  option: string,
  chosen: readonly string[],
  answer: (value: readonly string[]) => void,
): VNode =>
  h(
    "label",
    { class: "tick" },
    h("input", {
      type: "checkbox",
      checked: chosen.includes(option),
      onchange: (event) =>
        answer(
          control(event).checked ? [...chosen, option] : chosen.filter((each) => each !== option),
        ),
    }),
    option,
  );

function tick(
  { context }: LaterScene,
  { id, label, required }: Question,
  isTicked: boolean,
  answer: (value: boolean) => void,
): VNode {
  const path = `answers.${id}`;
  const wrong = context.store.state.wrong[path];
  return h(
    "div",
    { class: "field", key: path },
    h(
      "label",
      { class: "tick" },
      h("input", {
        id: path,
        type: "checkbox",
        checked: isTicked,
        "aria-required": required && "true",
        "aria-invalid": wrong && "true",
        "aria-describedby": wrong && `${path}-wrong`,
        onchange: (event) => answer(control(event).checked),
      }),
      h(
        "span",
        null,
        h("bdi", null, label),
        !required && h("small", null, ` (${context.words.optional})`),
      ),
    ),
    wrong && h("p", { id: `${path}-wrong`, class: "wrong" }, context.words.wrong[wrong]),
  );
}

// Small things that several views are made of.
import type { Context } from "../context.ts";
import type { Flow } from "../flow.ts";
import { type Child, type Handler, h, type VNode } from "../h.ts";
import { fill } from "../text.ts";

/** What a view is made from. */
export interface Scene {
  readonly context: Context;
  readonly flow: Flow;
}

const ICONS = {
  clock: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3 2",
  place: "M12 21c-4-4.5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6.5-6 11M12 8a2 2 0 1 0 0 4a2 2 0 0 0 0-4",
  people:
    "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7M3 20c0-4 3-6 6-6s6 2 6 6M16 5.5a3 3 0 0 1 0 6M18 14.5c2 .7 3 2.5 3 5.5",
  globe: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  day: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  back: "M14 6l-6 6l6 6",
  next: "M10 6l6 6l-6 6",
  done: "M5 12.5l5 5L19 7",
  close: "M6 6l12 12M18 6L6 18",
};

export const icon = (name: keyof typeof ICONS): VNode =>
  h(
    "svg",
    { viewBox: "0 0 24 24", class: `icon i-${name}`, "aria-hidden": "true" },
    h("path", { d: ICONS[name] }),
  );

export const button = (
  props: {
    onclick: Handler;
    class?: string;
    [name: string]: string | boolean | number | Handler | null | undefined;
  },
  ...children: Child[]
): VNode => h("button", { type: "button", ...props }, ...children);

/** The heading of a step, where the focus comes to when the step begins. */
export const heading = (text: string): VNode =>
  h("h2", { id: "title", tabindex: -1, part: "title" }, h("bdi", null, text));

/** A fact with its icon. */
export const fact = (name: keyof typeof ICONS, ...children: Child[]): VNode =>
  h("li", null, icon(name), h("span", null, ...children));

/** Why something did not go through, and what could be instead. */
export function notice({ context, flow }: Scene): Child {
  const { words, store, format } = context;
  const { notice: told, step, isMoving } = store.state;
  if (!told) return null;
  const { code, alternatives = [] } = told;
  const refusals: Readonly<Record<string, string>> = words.refused;
  const text = code === "policy_forbids" ? told.detail : refusals[code];
  const isForm = step === "details" || step === "move";
  return h(
    "div",
    { key: "notice", id: "notice", class: "notice", role: "alert", tabindex: -1, part: "notice" },
    h("p", null, text ?? words.refused.other),
    alternatives.length > 0 && [
      h("p", null, isForm && !isMoving ? words.kept : words.keptAlternatives),
      h(
        "div",
        { class: "alternatives" },
        alternatives.map((slot) =>
          button(
            { key: slot.start, class: "time", onclick: () => flow.chooseSlot(slot) },
            `${format.shortDay(slot.localStart.slice(0, 10))}, ${format.time(slot.localStart)}`,
          ),
        ),
      ),
    ],
    isForm && LOST.has(code) && button({ class: "link", onclick: flow.back }, words.otherTimes),
  );
}

const LOST = new Set([
  "slot_taken",
  "hold_expired",
  "seats_full",
  "cap_reached",
  "outside_hours",
  "too_soon",
  "start_in_past",
]);

/** What could not be loaded, with the way to try again. */
export function trouble({ context, flow }: Scene): Child {
  const { words, store } = context;
  const { trouble: code } = store.state;
  if (code === null) return null;
  const refusals: Readonly<Record<string, string>> = words.refused;
  return h(
    "div",
    { key: "trouble", class: "notice", role: "alert", part: "notice" },
    h("p", null, refusals[code] ?? words.refused.other),
    !FINAL.has(code) && button({ class: "quiet", onclick: flow.start }, words.retry),
  );
}

/** What trying again does not mend. */
export const FINAL: ReadonlySet<string | null> = new Set([
  "not_found",
  "link_used_up",
  "type_inactive",
]);

/** A start with its day, length and zone, as the reader's clock shows it. */
export const whenOf = (
  { context }: Scene,
  localStart: string,
  minutes: number,
  zone: string,
): Child => [
  h("strong", null, context.format.day(localStart.slice(0, 10))),
  h("br", null),
  fill("{time} · {duration}", {
    time: context.format.time(localStart),
    duration: context.format.duration(minutes),
  }),
  h("br", null),
  h(
    "span",
    { class: "muted" },
    `${zone.replaceAll("_", " ")}, ${context.format.offset(localStart)}`,
  ),
];

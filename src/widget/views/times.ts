// The times of one day, by the parts of the day.
import { partsOf, repeated } from "../format.ts";
import { h, type VNode } from "../h.ts";
import type { Slot } from "../wire.ts";
import { button, type Scene } from "./parts.ts";

export function times(scene: Scene): VNode {
  const { words, format, store } = scene.context;
  const { date, days, months, month, trouble } = store.state;
  const slots = date === null ? [] : (days[date] ?? []);
  if (date === null || slots.length === 0)
    return h(
      "div",
      { class: "times", id: "times", part: "times" },
      date !== null && month in months
        ? h("p", { class: "muted" }, words.noneOnDay)
        : !(month in months) && trouble === null && skeleton(),
    );
  const twice = repeated(slots);
  const parts = partsOf(slots);
  return h(
    "div",
    { class: "times", id: "times", part: "times" },
    h("h3", null, format.day(date)),
    parts.map(([part, some]) =>
      h(
        "div",
        { class: "part", key: part, role: "group", "aria-labelledby": part },
        h("h4", { id: part }, words[part]),
        h(
          "ul",
          null,
          some.map((slot) => time(scene, slot, twice)),
        ),
      ),
    ),
  );
}

function time({ context, flow }: Scene, slot: Slot, twice: ReadonlySet<string>): VNode {
  const { format, store } = context;
  const { localStart, seatsLeft, start } = slot;
  return h(
    "li",
    { key: start },
    button(
      {
        id: `s${start}`,
        class: "time",
        part: "time",
        "aria-pressed": store.state.slot?.start === start && "true",
        onclick: () => flow.chooseSlot(slot),
      },
      format.time(localStart),
      // Clocks go back: this wall time comes twice.
      twice.has(localStart.slice(0, 16)) && h("small", null, ` ${format.offset(localStart)}`),
      seatsLeft !== undefined && h("small", { class: "seats" }, context.say("seats", seatsLeft)),
    ),
  );
}

const skeleton = (): VNode =>
  h(
    "ul",
    { class: "skeleton", "aria-hidden": "true" },
    Array.from({ length: 6 }, () => h("li", null)),
  );

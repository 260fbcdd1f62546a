// The list of zones, searched as one types (APG: combobox with a list).
import { type Child, h } from "../h.ts";
import type { Scene } from "../views/parts.ts";
import { cityOf, regionOf, searchZones, zoneNames } from "./zones.ts";

const SHOWN = 60;

export function zoneList({ context, flow }: Scene): Child {
  const { words, store } = context;
  const { timeZone, picker } = store.state;
  if (!picker) return null;
  const { query, active } = picker;
  const names = zoneNames(timeZone);
  const found = searchZones(names, query).slice(0, SHOWN);
  const at = Math.min(active, found.length - 1);
  const onKey = (event: Event) => {
    const { key } = event as KeyboardEvent;
    const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      const next = (at + step + found.length) % found.length;
      store.set({ picker: { query, active: next }, reveal: `z${next}` });
    } else if (key === "Enter") {
      if (found[at] !== undefined) flow.chooseZone(found[at]);
    } else if (key === "Escape") flow.searchZone(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onInput = (event: Event) => {
    const typed = (event.target as HTMLInputElement).value;
    const count = searchZones(names, typed).length;
    const said = count > 0 ? context.say("zoneFound", count) : words.zoneNone;
    store.set({ picker: { query: typed, active: 0 }, said });
  };
  return h(
    "div",
    { class: "picker", part: "zone-list" },
    h("input", {
      id: "zone-search",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": words.zoneSearch,
      placeholder: words.zoneSearch,
      "aria-expanded": "true",
      "aria-controls": "zones",
      "aria-autocomplete": "list",
      "aria-activedescendant": found.length > 0 && `z${at}`,
      value: query,
      oninput: onInput,
      onkeydown: onKey,
    }),
    h(
      "ul",
      { id: "zones", role: "listbox", "aria-label": words.zone },
      found.map((name, i) =>
        h(
          "li",
          {
            key: name,
            id: `z${i}`,
            role: "option",
            class: i === at && "active",
            "aria-selected": name === timeZone ? "true" : "false",
            onclick: () => flow.chooseZone(name),
          },
          cityOf(name),
          h("small", null, regionOf(name)),
        ),
      ),
    ),
    found.length === 0 && h("p", { class: "muted" }, words.zoneNone),
  );
}

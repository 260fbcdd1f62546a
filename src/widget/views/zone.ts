// The reader's time zone, and the way to another.
import { h, type VNode } from "../h.ts";
import { fill } from "../text.ts";
import { button, icon, type Scene } from "./parts.ts";

export function zone({ context, flow }: Scene): VNode {
  const { words, store, format } = context;
  const { timeZone, picker, unknownZone, days, date } = store.state;
  const some = (date !== null && days[date]?.[0]) || Object.values(days)[0]?.[0];
  const toggle = () => flow.searchZone(picker ? null : { query: "", active: 0 });
  return h(
    "div",
    { class: "zone", part: "zone" },
    button(
      { id: "zone", class: "link", "aria-expanded": picker ? "true" : "false", onclick: toggle },
      icon("globe"),
      h("span", { class: "hidden" }, `${words.zone}: `),
      h(
        "span",
        null,
        `${timeZone.replaceAll("_", " ")}${some ? ` (${format.offset(some.localStart)})` : ""}`,
      ),
    ),
    unknownZone !== null &&
      h("p", { class: "muted", role: "status" }, fill(words.zoneUnknown, { zone: timeZone })),
    picker && flow.later?.zoneList(),
  );
}

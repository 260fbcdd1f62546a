// The month as a grid of dates (APG: date grid, roving focus).
import { addMonths, dateAfterKey, weeksOf } from "../day.ts";
import { type Child, h, type VNode } from "../h.ts";
import { isRtl } from "../locale.ts";
import { isWithin } from "../state.ts";
import { fill } from "../text.ts";
import { button, icon, type Scene } from "./parts.ts";

export function month(scene: Scene): VNode {
  const { context, flow } = scene;
  const { words, format, store } = context;
  const { state } = store;
  const isKnown = state.month in state.months;
  const turn = (months: number, label: string, name: "back" | "next") =>
    button(
      {
        class: "turn",
        part: "month-button",
        "aria-label": label,
        // Not disabled: that would drop the focus.
        "aria-disabled": !isWithin(state, addMonths(state.month, months)) && "true",
        onclick: () => flow.showMonth(months),
      },
      icon(name),
    );
  return h(
    "div",
    { class: "month", part: "month" },
    h(
      "div",
      { class: "bar" },
      h("h3", { id: "month", tabindex: -1 }, format.month(state.month)),
      turn(-1, words.previousMonth, "back"),
      turn(1, words.nextMonth, "next"),
    ),
    h(
      "table",
      {
        role: "grid",
        "aria-labelledby": "month",
        "aria-busy": !isKnown && "true",
        class: !isKnown && !state.trouble && "waiting",
        onkeydown: (event) => onKey(scene, event as KeyboardEvent),
      },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          format
            .weekdays(context.firstDay)
            .map(({ short, long }) => h("th", { scope: "col", abbr: long }, short)),
        ),
      ),
      h(
        "tbody",
        null,
        weeksOf(state.month, context.firstDay).map((week) =>
          h(
            "tr",
            null,
            week.map((date) => (date ? day(scene, date) : h("td", null))),
          ),
        ),
      ),
    ),
    status(scene, isKnown),
  );
}

function day({ context, flow }: Scene, date: string): VNode {
  const { state } = context.store;
  const { format, words } = context;
  const count = state.days[date]?.length ?? 0;
  const isChosen = state.date === date;
  const told = count > 0 ? context.say("timesOf", count) : words.noTimes;
  const cursor = state.cursor ?? `${state.month}-01`;
  return h(
    "td",
    { role: "gridcell", key: date, "aria-selected": isChosen ? "true" : "false" },
    button(
      {
        id: `d${date}`,
        class: count > 0 ? "day free" : "day",
        part: isChosen ? "day day-selected" : count > 0 ? "day day-free" : "day",
        tabindex: date === cursor ? 0 : -1,
        "aria-label": `${format.day(date)}, ${told}`,
        "aria-current": date === state.today && "date",
        "aria-pressed": isChosen && "true",
        "aria-disabled": count === 0 && "true",
        onclick: () => flow.chooseDate(date),
      },
      format.dayNumber(date),
    ),
  );
}

function onKey({ context, flow }: Scene, event: KeyboardEvent): void {
  const { cursor, month: shown } = context.store.state;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const date = dateAfterKey(event.key, cursor ?? `${shown}-01`, {
    firstDay: context.firstDay,
    isRtl: isRtl(context.format.locale),
    isShift: event.shiftKey,
  });
  if (date === null) return;
  event.preventDefault();
  flow.moveCursor(date);
}

/** Below the month: that it is being loaded, or that it has nothing, and where there may be more. */
function status({ context, flow }: Scene, isKnown: boolean): Child {
  const { words, format, store } = context;
  const { state } = store;
  if (state.isSlow && !isKnown) return h("p", { class: "muted", role: "status" }, words.slow);
  const isFree = Object.keys(state.days).some((date) => date.startsWith(state.month));
  if (!isKnown || isFree) return null;
  const next = addMonths(state.month, 1);
  return h(
    "p",
    { class: "muted" },
    `${fill(words.noneInMonth, { month: format.month(state.month) })} `,
    isWithin(state, next) &&
      button(
        { class: "link", onclick: () => flow.showMonth(1) },
        fill(words.show, { month: format.month(next) }),
      ),
  );
}

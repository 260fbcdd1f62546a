// Choosing a time: a month whose free days are links, and the times of the chosen day.
import { wallAt } from "../availability/zone.ts";
import { type Html, html } from "../messages/html.ts";
import { dayInWords, monthInWords, offsetInWords } from "../messages/when.ts";
import { href, type Query } from "./href.ts";
import { laterMonth, weeksOf } from "./month.ts";
import { zoneForm } from "./zone-form.ts";

export interface PickerFacts {
  /** The page's own path; every link leads there. */
  readonly path: string;
  /** What every link keeps: a token, a duration. */
  readonly keep: Query;
  readonly timeZone: string;
  /** Nobody chose the zone yet. */
  readonly isGuessedZone: boolean;
  readonly today: string;
  readonly month: string;
  readonly lastMonth: string;
  /** The free starts by date of the zone. */
  readonly days: readonly FreeDay[];
  readonly date: string | null;
}

export interface FreeDay {
  readonly date: string;
  /** Instants, in order. */
  readonly starts: readonly Temporal.Instant[];
  /** Of each start, where guests share a meeting. */
  readonly seatsLeft?: readonly number[];
}

const LOCALE = "en-GB";

/** The picker. A chosen time leads to the same path with `start`. */
export function picker(facts: PickerFacts): Html {
  const { path, keep, timeZone, isGuessedZone, month, date } = facts;
  // Without the day: in another zone it may have no free times.
  const kept = { ...keep, month };
  return html`${zoneForm({ path, keep: kept, timeZone, isGuess: isGuessedZone })}
<div class="picker">
<section aria-labelledby="month">${monthTable(facts)}</section>
<section aria-labelledby="times">${date === null ? chooseADay(facts) : timesOf(facts, date)}</section>
</div>`;
}

const link = ({ path, keep, timeZone, isGuessedZone }: PickerFacts, query: Query): string =>
  href(path, { ...keep, timeZone: isGuessedZone ? null : timeZone, ...query });

function monthTable(facts: PickerFacts): Html {
  const { month, today, lastMonth } = facts;
  const free = new Map(facts.days.map((day) => [day.date, day.starts.length]));
  const step = (to: string, label: string, sign: string) =>
    to < today.slice(0, 7) || to > lastMonth
      ? html`<span aria-hidden="true">${sign}</span>`
      : html`<a href="${link(facts, { month: to })}#month" aria-label="${label}: ${monthInWords(to, LOCALE)}">${sign}</a>`;
  return html`
<div class="month-head">
<h2 id="month" tabindex="-1">${monthInWords(month, LOCALE)}</h2>
<div class="steps">${step(laterMonth(month, -1), "Earlier", "‹")}${step(laterMonth(month, 1), "Later", "›")}</div>
</div>
<table class="month">
<caption class="visually-hidden">Days with free times in ${monthInWords(month, LOCALE)}</caption>
<thead><tr>${WEEKDAYS.map((day) => html`<th scope="col"><abbr title="${day}">${day.slice(0, 2)}</abbr></th>`)}</tr></thead>
<tbody>
${weeksOf(month).map((week) => html`<tr>${week.map((date) => html`<td>${date && dayCell(facts, date, free.get(date) ?? 0)}</td>`)}</tr>\n`)}</tbody>
</table>`;
}

function dayCell(facts: PickerFacts, date: string, free: number): Html {
  const number = Number(date.slice(8));
  const today = date === facts.today && html` class="today"`;
  if (free === 0) return html`<span${today}>${number}</span>`;
  const label = `${dayInWords(date, LOCALE)}: ${free === 1 ? "1 free time" : `${free} free times`}`;
  const current = date === facts.date && html` aria-current="true"`;
  return html`<a${today} href="${link(facts, { date })}#times" aria-label="${label}"${current}>${number}</a>`;
}

function chooseADay(facts: PickerFacts): Html {
  if (facts.days.some((day) => day.starts.length > 0))
    return html`<h2 id="times">Free times</h2><p class="muted">Choose one of the highlighted days.</p>`;
  const next = laterMonth(facts.month, 1);
  return html`<h2 id="times">No free times in ${monthInWords(facts.month, LOCALE)}</h2>
${next <= facts.lastMonth && html`<p><a href="${link(facts, { month: next })}">Look in ${monthInWords(next, LOCALE)}</a></p>`}`;
}

function timesOf(facts: PickerFacts, date: string): Html {
  const { starts = [], seatsLeft } = facts.days.find((day) => day.date === date) ?? {};
  const walls = starts.map((start) => wallAt(facts.timeZone, start.epochMilliseconds));
  // When clocks go back, the same hour comes twice: only its offset tells which is meant.
  const isAmbiguous = new Set(walls.map((wall) => wall.offset)).size > 1;
  const items = starts.map((start, i) => {
    const { time, offset } = walls[i]!;
    const to = link(facts, { start: start.toString() });
    return html`<li><a href="${to}">${time}${isAmbiguous && ` ${offsetInWords(offset)}`}${seatsLeft?.[i] !== undefined && html` <small>${seatsInWords(seatsLeft[i])}</small>`}</a></li>`;
  });
  return html`<h2 id="times" tabindex="-1">${dayInWords(date, LOCALE)}</h2>
${items.length === 0 ? html`<p class="muted">Nothing is free on this day.</p>` : html`<p class="muted">Times in ${facts.timeZone.replaceAll("_", " ")}</p><ul class="times">${items}</ul>`}`;
}

/** "3 seats left" */
const seatsInWords = (left: number): string => (left === 1 ? "1 seat left" : `${left} seats left`);

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

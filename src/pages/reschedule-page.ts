import { type Html, html } from "../messages/html.ts";
import { when } from "../messages/when.ts";
import type { Wrong } from "./fields.ts";
import { wrongNotice } from "./fields.ts";
import { href } from "./href.ts";
import { type ManageFacts, reasonField } from "./manage-page.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

const LOCALE = "en-GB";

export const reschedulePath = ({ path }: Pick<ManageFacts, "path">): string => `${path}/reschedule`;

/** Choosing another time. `refused` says why the last choice could not be had. */
export const moveToPage = (facts: ManageFacts, picker: Html, refused: Html | null): Page => ({
  title: `Another time for ${facts.title}`,
  isWide: true,
  main: html`${refused}
<p class="eyebrow">${facts.title} with ${facts.hostName}</p>
<h1>Choose another time</h1>
<p>Now: ${nowOf(facts)}. It stays yours until you confirm a new one. <a href="${href(facts.path, { token: facts.token })}">Keep this time</a></p>
${picker}`,
});

/** The last question before the booking moves. */
export function confirmMovePage(
  facts: ManageFacts,
  start: Temporal.Instant,
  timeZone: string,
  reason: { readonly typed: string; readonly wrong: readonly Wrong[] } = { typed: "", wrong: [] },
): Page {
  const { token } = facts;
  const length = facts.start.until(facts.end);
  const to = when(start, start.add(length), timeZone, LOCALE);
  return {
    title: `New time for ${facts.title}`,
    main: html`<p class="eyebrow">${facts.title} with ${facts.hostName}</p>
<h1>Move the booking to this time?</h1>
${wrongNotice(reason.wrong)}
<dl class="facts"><dt>New time</dt><dd><strong>${to.day}<br>${to.times}</strong> <span class="muted">(${to.zone})</span></dd>
<dt>Before</dt><dd>${nowOf(facts)}</dd></dl>
${facts.asksAnew && html`<p>${facts.hostName} must agree to the new time. The time before is given up at once.</p>`}
<form action="${reschedulePath(facts)}" method="post">
${hidden({ token, start: start.toString(), timeZone })}
${facts.isReasonRequired && reasonField(facts, reason.typed, reason.wrong)}
<div class="row"><button>Move the booking</button>
<a class="button quiet" href="${href(reschedulePath(facts), { token, timeZone })}">Look for another time</a></div>
</form>`,
  };
}

/** The chosen time could not be had: why, and free times near it. */
export const refusedNotice = (
  facts: ManageFacts,
  why: string,
  alternatives: readonly Temporal.Instant[],
  timeZone: string,
): Html => html`<div class="notice bad" role="alert">
<p><strong>The booking was not moved.</strong> ${why}</p>
${
  alternatives.length > 0 &&
  html`<p>Free times near it:</p>
<ul>${alternatives.map((start) => {
    const to = href(reschedulePath(facts), {
      token: facts.token,
      timeZone,
      start: start.toString(),
    });
    const told = when(start, start.add(facts.start.until(facts.end)), timeZone, LOCALE);
    return html`<li><a href="${to}">${told.full}</a></li>`;
  })}</ul>`
}
</div>`;

const nowOf = ({ start, end, timeZone }: ManageFacts): string =>
  when(start, end, timeZone, LOCALE).full;

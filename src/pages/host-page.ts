// What a host is asked about an event that he moved or deleted in his calendar.
import type { Drift } from "../bookings/host/drift.ts";
import { type Html, html } from "../messages/html.ts";
import { english } from "../messages/templates/en.ts";
import { when } from "../messages/when.ts";
import { href } from "./href.ts";
import { type ManageFacts, managePath } from "./manage-page.ts";
import { hidden } from "./zone-form.ts";

export const hostPath = (id: string): string => `${managePath(id)}/host`;

/** The question. Its buttons answer, since opening a link must change nothing. */
export function driftNotice(facts: ManageFacts, drift: Drift): Html {
  const { path, token, timeZone } = facts;
  const to = drift.kind === "moved" && when(drift.start, drift.end, timeZone, english.dates);
  return html`<div class="notice" role="status">
${
  to
    ? html`<p><strong>You moved this event in your calendar</strong> to ${to.day}, ${to.times}. The booking stands where it was, and nobody has been told.</p>`
    : html`<p><strong>You deleted this event in your calendar.</strong> The booking stands, and nobody has been told.</p>`
}
<form action="${path}" method="post">
${hidden({ token })}
<div class="row">
${to && html`<button name="answer" value="reschedule">Move the booking too</button>`}
<button${to && html` class="quiet"`} name="answer" value="put-back">Put the event back</button>
${!to && html`<a class="button quiet" href="${href(`${path}/cancel`, { token })}">Cancel the booking</a>`}
</div>
</form>
</div>`;
}

/** Why the booking could not follow, and the question once more. */
export const refusedAnswer = (why: string, question: Html | null): Html => html`
<div class="notice bad" role="alert"><p><strong>The booking was not moved.</strong> ${why}</p></div>
${question}`;

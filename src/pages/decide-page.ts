// A guest's request for its host: what it is, and yes or no.
import type { AnswerFact } from "../messages/facts.ts";
import { html } from "../messages/html.ts";
import { answerLines } from "../messages/templates/booking.ts";
import { english } from "../messages/templates/en.ts";
import { when } from "../messages/when.ts";
import { type Wrong, wrongAt, wrongNotice } from "./fields.ts";
import { managePath } from "./manage-page.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

export interface RequestFacts {
  readonly id: string;
  readonly token: string;
  readonly title: string;
  readonly guest: {
    readonly name: string;
    readonly email: string;
    readonly answers: readonly AnswerFact[];
  } | null;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  readonly expiresAt: Temporal.Instant | null;
  readonly notes: string | null;
  /** The host's. */
  readonly timeZone: string;
}

const decidePath = (id: string): string => `${managePath(id)}/decide`;

/** The question. Its buttons answer, since opening a link must change nothing. */
export function decidePage(facts: RequestFacts, typed: string, wrong: readonly Wrong[]): Page {
  const { id, token, title, guest, notes } = facts;
  const { labels, dates } = english;
  const { day, times, zone } = when(facts.start, facts.end, facts.timeZone, dates);
  const until =
    facts.expiresAt && when(facts.expiresAt, facts.expiresAt, facts.timeZone, dates).short;
  const who = guest?.name ?? "the guest";
  return {
    title: `Request: ${title}`,
    main: html`<h1>${who} asks for a time with you</h1>
${wrongNotice(wrong)}
<dl class="facts"><dt>${labels.what}</dt><dd>${title}</dd>
<dt>${labels.when}</dt><dd>${day}<br>${times} <span class="muted">(${zone})</span></dd>
<dt>${labels.guest}</dt><dd>${who}${guest && html`<br>${guest.email}`}</dd>
${guest?.answers.map((answer) => html`<dt>${answer.label}</dt><dd><span class="prose">${answerLines(answer, english).join("\n")}</span></dd>`)}
${notes && html`<dt>${labels.notes}</dt><dd><span class="prose">${notes}</span></dd>`}
${until && html`<dt>${labels.answerBy}</dt><dd>${until}</dd>`}</dl>
<form action="${decidePath(id)}" method="post">
${hidden({ token, answer: "confirm" })}
<div class="row"><button>Confirm</button></div>
</form>
<form action="${decidePath(id)}" method="post">
${hidden({ token, answer: "decline" })}
<div class="field">
<label for="reason">A word for ${who} <span class="muted">(optional)</span></label>
<textarea id="reason" name="reason" maxlength="1000"${wrongAt(wrong, "reason").attributes}>
${typed}</textarea>
${wrongAt(wrong, "reason").message}
</div>
<div class="row"><button class="quiet">Decline</button></div>
</form>`,
  };
}

export const confirmedPage: Page = {
  title: "Confirmed",
  main: html`<h1>The booking is confirmed</h1><p>Everybody concerned is told. You can close this page.</p>`,
};

export const declinedPage: Page = {
  title: "Declined",
  main: html`<h1>The request is declined</h1><p>The time is free again, and everybody concerned is told. You can close this page.</p>`,
};

/** A link that is wrong, or whose question is answered. It never says which. */
export const noSuchRequestPage: Page = {
  title: "Nothing to answer here",
  main: html`<h1>There is nothing to answer here</h1>
<p>The request has been answered already, was moved or taken back by its guest, or has expired. A newer mail about it has the present link.</p>
<p>If it should still wait for you, open the link from the mail again, or copy it from there as a whole.</p>`,
};
